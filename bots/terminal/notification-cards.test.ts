// Every notification as a person at a terminal reads it.
import { expect, test } from 'vitest'
import { notifications, posted } from '../../test/notifications.ts'
import { describe } from '../../src/notification/describe.ts'
import type { Notification } from '../../src/notification/notification.ts'
import { renderCard, renderFollowUp } from './render-card.ts'

const labels = { mode: 'paper', market: 'simulator' } as const
const show = (name: string, width = 100) =>
  `\n${renderCard(describe(posted(notifications[name] as Notification), labels), { width, color: false }, '12:00:00')}\n`

test('a gap shows its route, sum, sureness and legs with venue, side, price, amount and fee', () => {
  expect(show('a gap that is asked about')).toMatchInlineSnapshot(`
    "
    12:00:00 [PAPER] [SIMULATED MARKET] Gap +1.20 % BTC/USDT kucoin → binance
      Result: gross 1.5 - fees 0.3 = net +1.2 USDT
      Size: 100 USDT | Net at best prices: +1.23 % | Seen for: 4 s | Leg skew: 3 ms
      Identity: same contract address on both venues | Wallet: deposits and withdrawals open
      Funded: both sides, 100 USDT on kucoin and 0.00123333 BTC on binance
      leg     venue            amount              price              fee  rate from       age
      1 buy   kucoin   0.00123457 BTC  81,000.12346 USDT  0.000001235 BTC  0.10 % (venue)  13 ms
      2 sell  binance  0.00123333 BTC      82,100.5 USDT      0.1013 USDT  0.10 % (venue)  13 ms
      > why cross BTC/USDT kucoin>binance
    "
  `)
  expect(show('a gap that is only told')).toMatchInlineSnapshot(`
    "
    12:00:00 [PAPER] [SIMULATED MARKET] Gap +1.20 % kucoin USDT → ETH → BTC → USDT
      Nobody is asked: approval.mode is alert.
      Result: gross 1.5 - fees 0.3 = net +1.2 USDT
      Size: 99.9506 USDT | Net at best prices: +1.23 % | Seen for: 1.5 s | Leg skew: 3 ms
      Identity: one venue, one coin | Wallet: not needed
      Funded: yes, 99.9506 USDT on kucoin
      leg     venue           amount              price              fee  rate from       age
      1 buy   kucoin   0.0312346 ETH         3,200 USDT   0.00003123 ETH  0.10 % (venue)  13 ms
      2 sell  kucoin   0.0312033 ETH  0.03987654321 BTC  0.000001244 BTC  0.10 % (venue)  13 ms
      3 sell  kucoin  0.00124304 BTC        81,234 USDT       0.101 USDT  0.10 % (venue)  13 ms
      > why cycle kucoin USDT>ETH>BTC
    "
  `)
})

test('a transfer trade shows its three steps, the way back, what both networks take, how long and what may happen meanwhile', () => {
  expect(show('a transfer trade asked')).toMatchInlineSnapshot(`
    "
    12:00:00 [PAPER] [SIMULATED MARKET]
    Approve appr00000001? +1.2 USDT (+1.20 %) BTC/USDT kucoin → sent → binance
      Open for 60 s, until 12:01:00 UTC. The price is checked again at the click.
      Result: gross 1.5 - trading fees 0.2 - network fees 0.1 = net +1.2 USDT
      Steps: 1 buy 0.00123457 BTC on kucoin; 2 send 0.00123333 BTC to binance on BTC, which takes
      0.000000000000000012 BTC and about 22 min; 3 sell 0.00123333 BTC on binance at what it is worth
      then, not below 82,100.5 USDT; then back: 101.056 USDT to kucoin on TRC20, which takes 0.1 USDT
      and about 3 min
      Takes: about 22 min until it is sold, 25 min in all
      Price risk: ± 0.35 USDT (0.35 %) while it is sent, one time in three more
      Size: 100 USDT | Net at best prices: +1.23 % | Seen for: 4 s | Leg skew: 3 ms
      Identity: same contract address on both venues | Wallet: deposits and withdrawals open
      Funded: yes, 100 USDT on kucoin
      leg     venue            amount              price              fee  rate from       age
      1 buy   kucoin   0.00123457 BTC  81,000.12346 USDT  0.000001235 BTC  0.10 % (venue)  13 ms
      2 sell  binance  0.00123333 BTC      82,100.5 USDT      0.1013 USDT  0.10 % (venue)  13 ms
      > approve appr00000001 | approve appr00000001 half | approve appr00000001 quarter
      deny appr00000001
      mandates add --route "transfer BTC/USDT kucoin>binance" --approval appr00000001
      notifications mute 2h transfer BTC/USDT kucoin>binance
      chart --what "transfer BTC/USDT kucoin>binance" | why transfer BTC/USDT kucoin>binance
    "
  `)
  expect(show('a transfer trade with its coin on its way')).toMatchInlineSnapshot(`
    "
    12:00:00 [PAPER] [SIMULATED MARKET] Trade trad00000001 executing: BTC/USDT kucoin → sent → binance
      0.00123333 BTC is on its way from kucoin to binance on BTC, 1 of 2 legs filled; +1.2 USDT
      expected.
      Size: 100 USDT | Started: 2025-11-20 12:00:00 UTC
      Steps: 1 buy 0.00123457 BTC on kucoin; 2 send 0.00123333 BTC to binance on BTC, which takes
      0.000000000000000012 BTC and about 22 min; 3 sell 0.00123333 BTC on binance at what it is worth
      then, not below 82,100.5 USDT; then back: 101.056 USDT to kucoin on TRC20, which takes 0.1 USDT
      and about 3 min
      Takes: about 22 min until it is sold, 25 min in all
      Price risk: ± 0.35 USDT (0.35 %) while it is sent, one time in three more
      leg     venue    filled                       at      expected  better by              fee  took
      1 buy   kucoin   0.00123457 BTC     81,000.12346  81,000.12346     0.00 %  0.000001235 BTC  120 ms
      2 sell  binance  0 of 0.00123333                      82,100.5
                       BTC
      trad00000001o1
        amount 0.00123333 BTC | way kucoin → binance | network BTC | fee 0.000000000000000012 BTC
        state in-transit
    "
  `)
})

test('an approval shows what would be done, until when, and what to type', () => {
  expect(show('an approval asked')).toMatchInlineSnapshot(`
    "
    12:00:00 [PAPER] [SIMULATED MARKET]
    Approve appr00000001? +1.2 USDT (+1.20 %) BTC/USDT kucoin → binance
      Open for 60 s, until 12:01:00 UTC. The price is checked again at the click.
      Result: gross 1.5 - fees 0.3 = net +1.2 USDT
      Size: 100 USDT | Net at best prices: +1.23 % | Seen for: 4 s | Leg skew: 3 ms
      Identity: same contract address on both venues | Wallet: deposits and withdrawals open
      Funded: both sides, 100 USDT on kucoin and 0.00123333 BTC on binance
      leg     venue            amount              price              fee  rate from       age
      1 buy   kucoin   0.00123457 BTC  81,000.12346 USDT  0.000001235 BTC  0.10 % (venue)  13 ms
      2 sell  binance  0.00123333 BTC      82,100.5 USDT      0.1013 USDT  0.10 % (venue)  13 ms
      > approve appr00000001 | approve appr00000001 half | approve appr00000001 quarter
      deny appr00000001 | mandates add --route "cross BTC/USDT kucoin>binance" --approval appr00000001
      notifications mute 2h cross BTC/USDT kucoin>binance | chart --what "cross BTC/USDT kucoin>binance"
      why cross BTC/USDT kucoin>binance
    "
  `)
  expect(show('an approval asked', 60)).toMatchInlineSnapshot(`
    "
    12:00:00 [PAPER] [SIMULATED MARKET]
    Approve appr00000001? +1.2 USDT (+1.20 %) BTC/USDT kucoin →
    binance
      Open for 60 s, until 12:01:00 UTC. The price is checked
      again at the click.
      Result: gross 1.5 - fees 0.3 = net +1.2 USDT
      Size: 100 USDT | Net at best prices: +1.23 %
      Seen for: 4 s | Leg skew: 3 ms
      Identity: same contract address on both venues
      Wallet: deposits and withdrawals open
      Funded: both sides, 100 USDT on kucoin and 0.00123333 BTC
      on binance
      1 buy
        venue kucoin | amount 0.00123457 BTC
        price 81,000.12346 USDT | fee 0.000001235 BTC
        rate from 0.10 % (venue) | age 13 ms
      2 sell
        venue binance | amount 0.00123333 BTC
        price 82,100.5 USDT | fee 0.1013 USDT
        rate from 0.10 % (venue) | age 13 ms
      > approve appr00000001 | approve appr00000001 half
      approve appr00000001 quarter | deny appr00000001
      mandates add --route "cross BTC/USDT kucoin>binance"
      --approval appr00000001
      notifications mute 2h cross BTC/USDT kucoin>binance
      chart --what "cross BTC/USDT kucoin>binance"
      why cross BTC/USDT kucoin>binance
    "
  `)
})

test('an answered approval says who was first', () => {
  const heads = ['granted', 'refused', 'expired', 'superseded'].map((state) =>
    show(`an approval ${state}`).split('\n').slice(1, 4).join('\n'),
  )
  expect(`\n${heads.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    12:00:00 [PAPER] [SIMULATED MARKET]
    Approved appr00000001: +1.2 USDT (+1.20 %) BTC/USDT kucoin → binance
      Approved by ann on the terminal at 12:00:05 UTC: trade trad00000001.
    12:00:00 [PAPER] [SIMULATED MARKET]
    Denied appr00000001: +1.2 USDT (+1.20 %) BTC/USDT kucoin → binance
      Denied by ann on the terminal at 12:00:05 UTC. Nothing is traded.
    12:00:00 [PAPER] [SIMULATED MARKET]
    Expired appr00000001: +1.2 USDT (+1.20 %) BTC/USDT kucoin → binance
      Nobody answered before 12:01:00 UTC. Nothing is traded.
    12:00:00 [PAPER] [SIMULATED MARKET]
    Closed appr00000001: +1.2 USDT (+1.20 %) BTC/USDT kucoin → binance
      Closed at 12:00:09 UTC: the gap closed. Nothing is traded.
    "
  `)
})

test('a trade shows the expected beside the realised', () => {
  expect(show('a trade approved')).toMatchInlineSnapshot(`
    "
    12:00:00 [PAPER] [SIMULATED MARKET] Trade trad00000001 approved: BTC/USDT kucoin → binance
      Prices are checked again before anything is sent; +1.2 USDT expected.
      Size: 100 USDT | Started: 2025-11-20 12:00:00 UTC
      leg     venue            amount              price              fee  rate from       age
      1 buy   kucoin   0.00123457 BTC  81,000.12346 USDT  0.000001235 BTC  0.10 % (venue)  13 ms
      2 sell  binance  0.00123333 BTC      82,100.5 USDT      0.1013 USDT  0.10 % (venue)  13 ms
    "
  `)
  expect(show('a trade executing')).toMatchInlineSnapshot(`
    "
    12:00:00 [PAPER] [SIMULATED MARKET] Trade trad00000001 executing: BTC/USDT kucoin → binance
      Orders are on their way; +1.2 USDT expected.
      Size: 100 USDT | Started: 2025-11-20 12:00:00 UTC
      leg     venue            amount              price              fee  rate from       age
      1 buy   kucoin   0.00123457 BTC  81,000.12346 USDT  0.000001235 BTC  0.10 % (venue)  13 ms
      2 sell  binance  0.00123333 BTC      82,100.5 USDT      0.1013 USDT  0.10 % (venue)  13 ms
    "
  `)
  expect(show('a trade settled')).toMatchInlineSnapshot(`
    "
    12:00:00 [PAPER] [SIMULATED MARKET]
    Trade trad00000001 settled +1.15587 USDT: BTC/USDT kucoin → binance
      Realised +1.15587 USDT; +1.2 USDT expected.
      Size: 100 USDT | Started: 2025-11-20 12:00:00 UTC | Took: 400 ms
      Left over: 0.00000012 BTC
      leg     venue            filled            at      expected  better by              fee  took
      1 buy   kucoin   0.00123457 BTC  81,000.12346  81,000.12346     0.00 %  0.000001235 BTC  120 ms
      2 sell  binance  0.00123333 BTC      82,100.5      82,100.5     0.00 %      0.1013 USDT  121 ms
    "
  `)
  expect(show('a trade abandoned')).toMatchInlineSnapshot(`
    "
    12:00:00 [PAPER] [SIMULATED MARKET] Trade trad00000001 not made: BTC/USDT kucoin → binance
      Nothing was traded: the price moved; +1.2 USDT expected, -0.01 USDT found.
      Size: 100 USDT | Started: 2025-11-20 12:00:00 UTC | Took: 100 ms
      leg     venue            amount              price              fee  rate from       age
      1 buy   kucoin   0.00123457 BTC  81,000.12346 USDT  0.000001235 BTC  0.10 % (venue)  13 ms
      2 sell  binance  0.00123333 BTC      82,100.5 USDT      0.1013 USDT  0.10 % (venue)  13 ms
      > why cross BTC/USDT kucoin>binance
    "
  `)
  expect(show('a trade exposed')).toMatchInlineSnapshot(`
    "
    12:00:00 [PAPER] [SIMULATED MARKET] Trade trad00000001 EXPOSED: BTC/USDT kucoin → binance
      OPEN POSITION of 0.00123333 BTC: binance BTC/USDT: nothing was left at or above the limit.
      Realised so far -100 USDT; +1.2 USDT expected.
      Size: 100 USDT | Started: 2025-11-20 12:00:00 UTC | Took: 600 ms
      Left over: 0.00123333 BTC
      leg     venue    filled                       at      expected  better by              fee  took
      1 buy   kucoin   0.00123457 BTC     81,000.12346  81,000.12346     0.00 %  0.000001235 BTC  120 ms
      2 sell  binance  0 of 0.00123333                      82,100.5
                       BTC
    "
  `)
})

test('alerts and news are plain', () => {
  expect(show('an alert') + show('a status')).toMatchInlineSnapshot(`
    "
    12:00:00 [PAPER] [SIMULATED MARKET] [P0 ACT NOW] The database is away
      Trades wait until it is back.
      Nothing is lost.
      > ack 7

    12:00:00 [PAPER] [SIMULATED MARKET] Desk paused
      terminal:ann paused the desk.
    "
  `)
})

test('the next news of a story is short, and still asks what is open', () => {
  const followUp = (name: string) =>
    renderFollowUp(
      describe(posted(notifications[name] as Notification), labels),
      { width: 100, color: false },
      '12:00:05',
    )
  const story = ['an approval asked', 'an approval granted', 'a trade settled'].map(followUp)
  expect(`\n${story.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    12:00:05 [PAPER] [SIMULATED MARKET]
    Approve appr00000001? +1.2 USDT (+1.20 %) BTC/USDT kucoin → binance
      Open for 60 s, until 12:01:00 UTC. The price is checked again at the click.
      > approve appr00000001 | approve appr00000001 half | approve appr00000001 quarter
      deny appr00000001
    12:00:05 [PAPER] [SIMULATED MARKET]
    Approved appr00000001: +1.2 USDT (+1.20 %) BTC/USDT kucoin → binance
      Approved by ann on the terminal at 12:00:05 UTC: trade trad00000001.
    12:00:05 [PAPER] [SIMULATED MARKET]
    Trade trad00000001 settled +1.15587 USDT: BTC/USDT kucoin → binance
      Realised +1.15587 USDT; +1.2 USDT expected.
    "
  `)
})
