import { expect, test } from 'vitest'
import { fills, gap, notifications, tradeIn } from '../../test/notifications.ts'
import { format, parseDecimal, type Price } from '../money.ts'
import type { LegFill, Trade } from '../trade/trade.ts'
import { amountText } from './amount-text.ts'
import { tradeCard, tradeJson } from './trade-card.ts'

const labels = { mode: 'paper', market: 'simulator' } as const
const noon = gap.detectedAt
const after = (ms: number) => new Date(noon.getTime() + ms)
const [bought, sold] = fills as readonly [LegFill, LegFill]
const cardOf = (trade: Trade) => tradeCard(trade, noon, labels)

const settledAt = (net: string, done = fills) =>
  tradeIn({ state: 'settled', at: after(700), realisedNet: parseDecimal(net), residual: [] }, done)
const rowsOf = (trade: Trade) => cardOf(trade).tables?.[0]?.rows ?? []

test('a profit is green; a loss, and nothing for all the trouble, is red', () => {
  expect(['0.01', '0', '-0.01'].map((net) => cardOf(settledAt(net)).tone)).toEqual([
    'good',
    'bad',
    'bad',
  ])
  expect(cardOf(tradeIn({ state: 'approved' })).tone).toBe('neutral')
  expect(cardOf(tradeIn({ state: 'executing' })).tone).toBe('neutral')
  const abandoned = { state: 'abandoned', at: after(400), reason: 'gone' } as const
  expect(cardOf(tradeIn({ ...abandoned, foundNet: undefined })).tone).toBe('warning')
})

test('what was found instead is told where it was found', () => {
  const abandoned = { state: 'abandoned', at: after(400), reason: 'the price moved' } as const
  const text = (foundNet: bigint | undefined) => cardOf(tradeIn({ ...abandoned, foundNet })).text
  expect(text(undefined)).toBe('Nothing was traded: the price moved; +1.2 USDT expected.')
  expect(text(parseDecimal('-0.01'))).toBe(
    'Nothing was traded: the price moved; +1.2 USDT expected, -0.01 USDT found.',
  )
  expect(tradeJson(tradeIn({ ...abandoned, foundNet: undefined }))).toMatchObject({
    found: null,
    reason: 'the price moved',
    ended_at: '2025-11-20T12:00:00.400Z',
  })
})

test('a price is better when a buy was cheaper or a sale dearer than planned', () => {
  const by = (fill: LegFill, share: bigint) => ({
    ...fill,
    average: (fill.average + (fill.average * share) / 100n) as Price,
  })
  const better = (done: readonly LegFill[]) => rowsOf(settledAt('1', done)).map((row) => row[5])
  expect(better([by(bought, -2n), by(sold, 2n)])).toEqual(['+2.00 %', '+2.00 %'])
  expect(better([by(bought, 2n), by(sold, -2n)])).toEqual(['-2.00 %', '-2.00 %'])
})

test('an order home stands beside the plan by its role, with nothing it could be held against', () => {
  const home: LegFill = { ...sold, venue: 'kucoin', orderId: 'trad00000001-3', role: 'unwind' }
  const trade = settledAt('1', [bought, home])
  const rows = rowsOf(trade)
  expect(rows.map((row) => row[0])).toEqual(['1 buy', '2 sell', '3 unwind sell'])
  expect(rows[2]).toEqual([
    '3 unwind sell',
    'kucoin',
    '0.00123333 BTC',
    '82,100.5',
    'not planned',
    '',
    '0.1013 USDT',
    '121 ms',
  ])
  const { legs } = tradeJson(trade)
  expect(legs[1]).toMatchObject({
    role: 'plan',
    venue: 'binance',
    symbol: 'BTC/USDT',
    side: 'sell',
    amount: null,
    price: null,
    fee: null,
    fee_asset: 'USDT',
    spent: null,
    received: null,
    expected_amount: '0.001233333322233333',
    expected_price: '82100.5',
    expected_fee: '0.101257282422017756',
    expected_fee_asset: 'USDT',
    fee_source: 'venue',
    order_id: null,
    sent_at: null,
    filled_at: null,
  })
  expect(legs[2]).toMatchObject({
    role: 'unwind',
    venue: 'kucoin',
    symbol: 'BTC/USDT',
    side: 'sell',
    amount: '0.001233333322233333',
    fee_asset: 'USDT',
    expected_amount: null,
    expected_price: null,
    expected_fee: null,
    expected_fee_asset: null,
    fee_source: null,
    order_id: 'trad00000001-3',
    sent_at: '2025-11-20T12:00:00.500Z',
    filled_at: '2025-11-20T12:00:00.621Z',
  })
})

test('nothing left over is not told, and closed positions are looked at once more', () => {
  const none = { asset: 'BTC', amount: 0n }
  const settled = { ...settledAt('1'), residual: [none] } as Trade
  expect(cardOf(settled).fields?.map(({ name }) => name)).toEqual(['Size', 'Started', 'Took'])
  const exposed = tradeIn(
    {
      state: 'exposed',
      at: after(900),
      reason: 'x',
      residual: [none],
      realisedNet: parseDecimal('-1'),
    },
    fills,
  )
  expect(cardOf(exposed).text).toMatch(/^Closed, and looked at once more\. /)
})

test('money of a transfer trade that did not come home is named, and so is where it stayed', () => {
  const sent = notifications['a transfer trade with its coin on its way']
  if (sent?.kind !== 'trade' || sent.trade.transfer === undefined) throw new Error('it is sent')
  const { sends = [], transfer } = sent.trade
  const { minutes, min: _, ...way } = transfer.back
  const proceeds = sold.received.amount
  const over = { state: 'settled', at: after(900), realisedNet: 1n, residual: [] } as const
  const back = {
    ...way,
    id: 'trad00000001b1',
    amount: proceeds - way.fee,
    etaMs: minutes * 60_000,
    leftAt: undefined,
    changedAt: after(800),
    arrived: undefined,
  }
  const tradeWith = (state: 'rejected' | 'returned' | 'credited', reason?: string): Trade => ({
    ...sent.trade,
    ...over,
    fills: [bought, { ...sold, venue: way.from }],
    sends: [...sends, { ...back, state, reason }],
  })
  const refused = cardOf(tradeWith('rejected', 'binance has suspended withdrawals'))
  expect(refused.title).toContain('NOT ALL CAME HOME')
  expect(refused.tone).toBe('warning')
  expect(refused.text).toContain(
    `${amountText(proceeds)} ${way.asset} stayed on ${way.from} instead of ${way.to}, for the last transfer did not leave: binance has suspended withdrawals.`,
  )
  expect(refused.json).toMatchObject({
    not_home: { amount: format(proceeds), on: way.from, instead_of: way.to },
  })
  expect(cardOf(tradeWith('returned')).text).toContain(`instead of ${way.to}.`)
  const home = cardOf(tradeWith('credited'))
  expect(home.title).not.toContain('NOT ALL')
  expect(home.text).not.toContain('stayed')
  expect(home.json).toMatchObject({ not_home: null })
})

test('whoever reads JSON gets the trade, what it brought and when', () => {
  const net = '1.155873625017436928'
  expect(tradeJson(settledAt(net))).toMatchObject({
    id: 'trad00000001',
    opportunity: gap.id,
    approval: 'appr00000001',
    state: 'settled',
    type: 'cross',
    route: gap.route,
    mode: 'paper',
    notional: '100.000151515787549389',
    asset: 'USDT',
    expected: { net: '1.200000000000000001', asset: 'USDT' },
    realised: { net, asset: 'USDT' },
    ended_at: '2025-11-20T12:00:00.700Z',
    created_at: '2025-11-20T12:00:00.300Z',
  })
  const exposed = notifications['a trade exposed']
  if (exposed?.kind !== 'trade') throw new Error('it is a trade')
  expect(tradeJson(exposed.trade)).toMatchObject({
    state: 'exposed',
    realised: { net: '-100.000151515787549389', asset: 'USDT' },
    residual: [{ asset: 'BTC', amount: '0.001233333322233333' }],
    reason: 'binance BTC/USDT: nothing was left at or above the limit',
    ended_at: '2025-11-20T12:00:00.900Z',
  })
  const sent = notifications['a transfer trade with its coin on its way']
  if (sent?.kind !== 'trade') throw new Error('it is a trade')
  expect(tradeJson(sent.trade)).toMatchObject({
    type: 'transfer',
    transfers: [{ state: 'in-transit' }],
  })
  expect(tradeJson(tradeIn({ state: 'approved' }))).not.toHaveProperty('transfers')
})
