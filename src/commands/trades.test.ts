import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { crossOpportunity } from '../../test/opportunities.ts'
import { beginTrade, fillTrade } from '../../test/past-trades.ts'
import { parseDecimal } from '../money.ts'

let desk: TestDesk
beforeAll(async () => {
  desk = await openTestDesk()
  await desk.desk.trades.declareBalances([
    { venue: 'kucoin', asset: 'USDT', free: parseDecimal('10000') },
    { venue: 'binance', asset: 'BTC', free: parseDecimal('5') },
  ])
})
afterAll(() => desk.close())

async function approved(n: number): Promise<string> {
  const route = `cross BTC/USDT kucoin>binance${n}`
  const asked = await desk.desk.approvals.ask(crossOpportunity({ route }), 60_000)
  if (asked.outcome !== 'asked') throw new Error('not asked')
  const card = cardIn(await desk.say(`approve ${asked.approval.id}`))
  return (card.json as { trade: string }).trade
}

async function settled(n: number): Promise<string> {
  const id = await approved(n)
  const sentAt = new Date()
  const trade = await beginTrade(desk.runtime, id, sentAt)
  await fillTrade(trade, new Date(sentAt.getTime() + 120))
  await sleep(150)
  await trade.enter('settling', 'done')
  return id
}

test('a settled trade is shown leg by leg with its timeline, found by the end of its id', async () => {
  const id = await settled(1)
  const reply = await desk.say(`trade ${id.slice(-4)}`)
  expect(cardIn(reply).json).toMatchObject({
    id,
    state: 'settled',
    expected: { net: '1.200000000000000001', asset: 'USDT' },
    realised: { net: '1.155873623808188821', asset: 'USDT' },
    legs: [
      { venue: 'kucoin', price: expect.stringMatching(/^81000\.12345678901234/), fee_asset: 'BTC' },
      {
        venue: 'binance',
        price: '82100.5',
        fee_asset: 'USDT',
      },
    ],
  })
  const json = cardIn(reply).json as {
    timeline: { what: string; after_ms: number }[]
    latencies_ms: Record<string, number>
  }
  expect(json.timeline.map(({ what }) => what)).toEqual([
    'gap first seen',
    'passed every filter',
    'asked',
    'approved by ann on the terminal',
    'prices checked again, money set aside',
    'buy BTC/USDT sent to kucoin',
    'sell BTC/USDT sent to binance',
    'kucoin filled it at 81,000.12346',
    'binance filled it at 82,100.5',
    'settled',
  ])
  expect(json.timeline[0]?.after_ms).toBe(0)
  expect(json.timeline[1]?.after_ms).toBe(4000)
  expect(Object.keys(json.latencies_ms)).toEqual([
    'detected_to_asked',
    'asked_to_answered',
    'answered_to_begun',
    'begun_to_sent',
    'sent_to_filled',
    'filled_to_ended',
  ])
  for (const ms of Object.values(json.latencies_ms)) expect(ms).toBeGreaterThanOrEqual(0)
  expect(json.latencies_ms['sent_to_filled']).toBeGreaterThanOrEqual(120)
  expect(textOf(reply)).toContain(`ap${id}x0001 kucoin 0.00123457 BTC 81,000.12346 120 ms`)
  expect(textOf(reply)).toMatch(/Latency: asked after .*, filled after 1\d\d ms, booked after/)
  expect(textOf(reply)).toContain('Realised +1.15587 USDT; +1.2 USDT expected.')
  expect(textOf(await desk.say('status'))).toContain(
    'arbitrage +1.1559 USDT; left open 0 USDT; 100 USDT traded',
  )
})

test('trades are listed newest first, a page at a time', async () => {
  const ids: string[] = []
  for (let n = 2; n <= 4; n++) ids.push(await settled(n))
  const listed = async (line: string) => cardIn(await desk.say(line)).json
  expect(await listed('trades 2')).toMatchObject({
    page: 1,
    more: true,
    trades: [{ id: ids[2] }, { id: ids[1] }],
  })
  expect(await listed('trades --limit 2 --page 2')).toMatchObject({ page: 2, more: false })
  const beyond = await desk.say('trades --page 9')
  expect(cardIn(beyond).title).toBe('Trades: no page 9')
  expect(textOf(beyond)).toContain('There is no page 9')
  const [older] = cardIn(await desk.say('trades 2')).actions ?? []
  expect(older).toMatchObject({ command: 'trades', args: { limit: '2', page: '2' } })
})

test('trades are filtered by venue, symbol, state and time, and the button asks for the same', async () => {
  const found = async (line: string) =>
    (cardIn(await desk.say(line)).json as { trades: object[] }).trades.length
  const all = await found('trades 50')
  expect(await found('trades 50 --venue KUCOIN')).toBe(all)
  expect(await found('trades 50 --venue okx')).toBe(0)
  expect(await found('trades 50 --symbol btc')).toBe(all)
  expect(await found('trades 50 --symbol eth')).toBe(0)
  expect(await found('trades 50 --state settled --since 1h')).toBe(all)
  expect(await found('trades 50 --state exposed')).toBe(0)
  expect(await found('trades 50 --from 2020-01-01 --to 2020-12-31')).toBe(0)
  expect(await found('trades 50 --from 2020-01-01')).toBe(all)
  expect(textOf(await desk.say('trades --state exposed'))).toContain('None matches these filters')
  expect(await desk.say('trades --from 2025-02-31')).toMatchObject({
    outcome: 'bad-usage',
    message: expect.stringContaining('from must be a date such as 2025-11-20'),
  })
  const [older] =
    cardIn(await desk.say('trades 1 --symbol btc --from "2020-01-01 10:30"')).actions ?? []
  expect(older?.args).toEqual({
    symbol: 'btc',
    from: '2020-01-01T10:30:00Z',
    limit: '1',
    page: '2',
  })
})

test('a trade under way shows its plan', async () => {
  const id = await approved(9)
  expect(textOf(await desk.say(`trade ${id}`))).toContain('Prices are checked again')
})

test('what a trade sends is in its timeline, from when it leaves to what becomes of it', async () => {
  const trade = await settled(21)
  const { transfers } = desk.runtime
  const requestedAt = new Date()
  const order = {
    mode: 'paper',
    asset: 'BTC',
    network: 'BTC',
    from: 'binance',
    to: 'kucoin',
    amount: parseDecimal('0.5'),
    fee: 0n,
    worthUsdt: 40_000,
    etaMs: 1000,
    requestedBy: 'desk',
    requestedAt,
    expiresAt: new Date(requestedAt.getTime() + 60_000),
    trade,
  } as const
  const caps = { usdtMax: 100_000, dayUsdtMax: 100_000 }
  for (const id of ['there', 'late']) {
    await transfers.request({ ...order, id })
    await transfers.leave(id, { outcome: 'ready', to: { address: 'a', memo: undefined }, caps })
    const answer = { kind: 'yes', withdrawalId: `w-${id}` } as const
    await transfers.observe(id, { kind: 'answered', answer })
  }
  const deposit = { id: 'd', amount: order.amount }
  await transfers.observe('there', { kind: 'at-receiver', deposit })
  await transfers.request({ ...order, id: 'other', trade: await settled(22) })
  const { timeline } = cardIn(await desk.say(`trade ${trade}`)).json as {
    timeline: { what: string }[]
  }
  expect(timeline.slice(-4).map(({ what }) => what)).toEqual([
    'settled',
    '0.5 BTC sent from binance to kucoin by BTC',
    '0.5 BTC sent from binance to kucoin by BTC',
    '0.5 BTC credited on kucoin',
  ])
  await transfers.observe('late', { kind: 'overdue' })
  expect(textOf(await desk.say(`trade ${trade}`))).toContain('0.5 BTC under way for too long')
})
