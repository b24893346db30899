import { expect, test } from 'vitest'
import { fills, notifications, posted, tradeIn } from '../../test/notifications.ts'
import { parseDecimal } from '../money.ts'
import type { Trade } from '../trade/trade.ts'
import { describe } from './describe.ts'
import type { Notification } from './notification.ts'

const labels = { mode: 'paper', market: 'simulator' } as const
const cardOf = (name: string) => describe(posted(notifications[name] as Notification), labels)
const jsonOf = (name: string) => cardOf(name).json as Record<string, unknown>

test('every notification says what kind it is, what it is about and when', () => {
  for (const [name, notification] of Object.entries(notifications)) {
    const json = jsonOf(name)
    expect(json, name).toMatchObject({
      kind: notification.kind,
      id: expect.stringMatching(/^[a-z0-9]+$/),
      at: '2025-11-20T12:00:00.000Z',
      mode: 'paper',
      market: 'simulator',
    })
    // Undefined would vanish and a bigint would throw: neither belongs in a document.
    expect(JSON.parse(JSON.stringify(json)), name).toEqual(json)
  }
})

test('no card leaves its money or its market in doubt', () => {
  for (const notification of Object.values(notifications)) {
    expect(describe(posted(notification), labels).badges.slice(0, 2)).toEqual([
      'PAPER',
      'SIMULATED MARKET',
    ])
    const replayed = describe(posted(notification), { mode: 'paper', market: 'replay' })
    expect(replayed.badges.slice(0, 2)).toEqual(['PAPER', 'REPLAY'])
  }
  const alert = notifications['an alert'] as Notification
  expect(describe(posted(alert), { mode: 'live', market: 'live' }).badges).toEqual([
    'LIVE',
    'P0 ACT NOW',
  ])
})

test('a trade keeps the mode it was made in', () => {
  const live = { ...tradeIn({ state: 'approved' }), mode: 'live' as const }
  const card = describe(posted({ kind: 'trade', trade: live }), { mode: 'paper', market: 'live' })
  expect(card.badges).toEqual(['LIVE'])
  expect(card.json).toMatchObject({ mode: 'live' })
})

test('an opportunity carries its whole calculation, exactly', () => {
  expect(jsonOf('a gap that is asked about')).toMatchObject({
    kind: 'opportunity',
    id: 'oppo00000001',
    type: 'cross',
    route: 'cross BTC/USDT kucoin>binance',
    venues: ['kucoin', 'binance'],
    asset: 'USDT',
    net: '1.200000000000000001',
    net_percent: 1.2,
    net_at_top: 0.0123,
    notional: '100.000151515787549389',
    gross: '1.500000000000000001',
    fees: '0.3',
    identity: 'contract',
    wallet: 'open',
    blocked: null,
    legs: [
      {
        venue: 'kucoin',
        symbol: 'BTC/USDT',
        side: 'buy',
        amount: '0.001234567890123457',
        price: '81000.123456789012345678',
        fee: '0.000001234567890124',
        fee_asset: 'BTC',
        fee_source: 'venue',
      },
      { venue: 'binance', side: 'sell', fee_asset: 'USDT' },
    ],
  })
  expect(jsonOf('a gap that is only told')).toMatchObject({
    type: 'cycle',
    blocked: 'approval.mode is alert',
  })
})

test('an approval carries what was shown and what became of it', () => {
  const common = {
    kind: 'approval',
    id: 'appr00000001',
    opportunity: 'oppo00000001',
    route: 'cross BTC/USDT kucoin>binance',
    shown_net: '1.200000000000000001',
    asset: 'USDT',
    expires_at: '2025-11-20T12:01:00.000Z',
  }
  expect(jsonOf('an approval asked')).toMatchObject({ ...common, state: 'asked' })
  expect(jsonOf('an approval granted')).toMatchObject({
    ...common,
    state: 'granted',
    by: 'terminal:ann',
    trade: 'trad00000001',
  })
  expect(jsonOf('an approval refused')).toMatchObject({ ...common, state: 'refused' })
  expect(jsonOf('an approval expired')).toMatchObject({ ...common, state: 'expired' })
  expect(jsonOf('an approval superseded')).toMatchObject({
    state: 'superseded',
    reason: 'the gap closed',
  })
})

test('only an open approval can be answered, and every one can be asked about', () => {
  const commandsOf = (name: string) => cardOf(name).actions?.map(({ command }) => command)
  expect(commandsOf('an approval asked')).toEqual([
    'approve',
    'approve',
    'approve',
    'deny',
    'mandates',
    'notifications',
    'chart',
    'why',
  ])
  for (const state of ['granted', 'refused', 'expired', 'superseded'])
    expect(commandsOf(`an approval ${state}`)).toEqual(['why'])
})

test('a settled trade puts the expected beside the realised, leg by leg', () => {
  expect(jsonOf('a trade settled')).toMatchObject({
    kind: 'trade',
    id: 'trad00000001',
    opportunity: 'oppo00000001',
    approval: 'appr00000001',
    state: 'settled',
    expected: { net: '1.200000000000000001', asset: 'USDT' },
    realised: { net: '1.155873625017436928', asset: 'USDT' },
    residual: [{ asset: 'BTC', amount: '0.00000012' }],
    legs: [
      {
        venue: 'kucoin',
        symbol: 'BTC/USDT',
        side: 'buy',
        amount: '0.001234567890123457',
        price: '81000.123456789012345678',
        fee: '0.000001234567890124',
        fee_asset: 'BTC',
        spent: { asset: 'USDT', amount: '100.000151515787549389' },
        received: { asset: 'BTC' },
        expected_price: '81000.123456789012345678',
      },
      { venue: 'binance', side: 'sell', price: '82100.5' },
    ],
  })
})

test('the size of a trade is what went in, and before that what is to go in', () => {
  const sizeIn = (trade: Trade) =>
    describe(posted({ kind: 'trade', trade }), labels).fields?.find(({ name }) => name === 'Size')
  const smaller = { notional: parseDecimal('99.8') }
  expect(sizeIn({ ...tradeIn({ state: 'executing' }), ...smaller })?.value).toBe('99.8 USDT')
  const half = fills.slice(0, 1).map((fill) => ({
    ...fill,
    spent: { asset: 'USDT', amount: parseDecimal('40.02') },
  }))
  expect(sizeIn({ ...tradeIn({ state: 'executing' }, half), ...smaller })?.value).toBe('40.02 USDT')
})

test('an abandoned trade carries both numbers and the reason', () => {
  expect(jsonOf('a trade abandoned')).toMatchObject({
    state: 'abandoned',
    expected: { net: '1.200000000000000001', asset: 'USDT' },
    found: { net: '-0.01', asset: 'USDT' },
    reason: 'the price moved',
    legs: [{ amount: null, expected_amount: '0.001234567890123457' }, {}],
  })
})

test('an exposed trade shouts what is open', () => {
  const card = cardOf('a trade exposed')
  expect(card.tone).toBe('bad')
  expect(card.text).toContain('OPEN POSITION of 0.00123333 BTC')
  expect(card.json).toMatchObject({ state: 'exposed', residual: [{ asset: 'BTC' }] })
})
