import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { scriptedMarket } from '../../test/scripted-source.ts'
import { openTradingFloor, type TradingFloor } from '../../test/trading-floor.ts'
import { baseAmount, cost, format, portion, price } from '../money.ts'
import type { Order, OrderGateway } from '../trade/engine/order-gateway.ts'
import { openPaperVenueGateway } from './paper-venue-gateway.ts'

let floor: TradingFloor
let ids = 0
beforeAll(async () => {
  floor = await openTradingFloor({
    kucoin: [scriptedMarket('SOL/USDT')],
    binance: [scriptedMarket('SOL/USDT')],
  })
})
afterAll(() => floor.close())
afterEach(() => floor.servers.faults.heal('binance'))

const openGateway = (wait: (ms: number) => Promise<void> = async () => undefined) =>
  openPaperVenueGateway({
    rest: (venue) => floor.venues.rest(venue),
    latencyMs: () => 120,
    wait,
    now: () => new Date(),
    balances: async () => [{ asset: 'USDT', free: 5n, total: 7n }],
  })

const order = (side: Order['side'], amount: string, limit: string, venue = 'binance'): Order => ({
  clientOrderId: `order${++ids}`,
  market: floor.market(venue, 'SOL/USDT'),
  side,
  amount: baseAmount(amount),
  limit: price(limit),
  notAfter: new Date(Date.now() + 5000),
})
const longAgo = new Date(0)
const show = (asks: readonly (readonly [number, number])[], venue = 'binance') =>
  floor.show(venue, 'SOL/USDT', { bids: [[99, 5]], asks })

/** Sends it, and answers how much of it was filled. */
async function buy(gateway: OrderGateway, amount: string, venue?: string): Promise<string> {
  const wanted = order('buy', amount, '101', venue)
  const submission = await gateway.submit(wanted)
  if (submission.outcome !== 'accepted') return submission.outcome
  const found = await gateway.lookup(wanted)
  return found.outcome === 'ok' ? format(found.value?.filled ?? 0n) : found.reason
}

test('an order is taken once, and its prints say what it got at each level', async () => {
  show([
    [100, 1],
    [100.5, 2],
    [102, 9],
  ])
  const gateway = openGateway()
  const wanted = order('buy', '5', '101')
  expect(await gateway.submit(wanted)).toMatchObject({ outcome: 'accepted' })
  expect(await gateway.submit(wanted)).toMatchObject({ outcome: 'duplicate' })
  const found = await gateway.lookup(wanted)
  if (found.outcome !== 'ok' || found.value === undefined) throw new Error('not found')
  expect(found.value).toMatchObject({ state: 'cancelled', clientOrderId: wanted.clientOrderId })
  const fills = await gateway.fills(wanted.market, longAgo)
  if (fills.outcome !== 'ok') throw new Error(fills.reason)
  expect(fills.value.map((fill) => [format(fill.price), format(fill.amount)])).toEqual([
    ['100', '1'],
    ['100.5', '2'],
  ])
  expect(format(found.value.filled)).toBe('3')
  const { rate, paidIn } = wanted.market.takerFee
  for (const { amount, price: at, fee, orderId } of fills.value) {
    expect(orderId).toBe(found.value.orderId)
    expect(fee.amount).toBe(
      paidIn === 'received'
        ? portion(amount, rate, 'up')
        : portion(cost(at, amount, 'up'), rate, 'up'),
    )
  }
  expect(await gateway.fills(wanted.market, new Date(Date.now() + 1000))).toEqual({
    outcome: 'ok',
    value: [],
  })
})

test('what a fill took is not there again until the venue shows another quantity', async () => {
  show([[100, 5]])
  show([[100, 5]], 'kucoin')
  const gateway = openGateway()
  expect(await buy(gateway, '3')).toBe('3')
  expect(await buy(gateway, '3')).toBe('2')
  expect(await buy(gateway, '3')).toBe('0')
  expect(await buy(gateway, '3', 'kucoin')).toBe('3')
  show([[100, 4.5]])
  expect(await buy(gateway, '9')).toBe('4.5')
})

test('two orders on their way at once share what is shown', async () => {
  show([[100, 5]])
  const gateway = openGateway()
  const fills = await Promise.all([buy(gateway, '4'), buy(gateway, '4'), buy(gateway, '4')])
  expect(fills.map(Number).reduce((sum, amount) => sum + amount, 0)).toBe(5)
})

test('an order fills from the book of its arrival, not of its departure', async () => {
  show([[100, 5]])
  const gateway = openGateway(async (ms) => {
    expect(ms).toBe(120)
    show([[100.9, 1]])
  })
  expect(await buy(gateway, '5')).toBe('1')
})

test('an order that waited too long, or finds no book, never left', async () => {
  show([[100, 5]])
  const gateway = openGateway()
  const late = { ...order('buy', '1', '101'), notAfter: new Date(Date.now() - 1) }
  expect(await gateway.submit(late)).toMatchObject({ outcome: 'void' })
  floor.servers.faults.rest('binance', { status: 503, body: '{}' })
  expect(await gateway.submit(order('buy', '1', '101'))).toMatchObject({
    outcome: 'void',
    reason: expect.stringMatching(/^binance: HTTP 503/),
  })
})

test('an order that the venue would not take is a definite no', async () => {
  show([[100, 5]])
  expect(await openGateway().submit(order('buy', '1.00001', '101'))).toMatchObject({
    outcome: 'rejected',
    reason: 'amount is off the lot step',
  })
})

test('an order of a process that died was never filled, for whatever nobody booked was paper', async () => {
  show([[100, 5]])
  const wanted = order('buy', '1', '101')
  await openGateway().submit(wanted)
  const next = openGateway()
  expect(await next.lookup(wanted)).toMatchObject({
    outcome: 'ok',
    value: { clientOrderId: wanted.clientOrderId, state: 'cancelled', filled: 0n },
  })
  expect(await next.fills(wanted.market, longAgo)).toEqual({ outcome: 'ok', value: [] })
  expect(await next.openOrders(wanted.market)).toEqual({ outcome: 'ok', value: [] })
  expect(next.card('binance')).toMatchObject({ mayTrade: true, requestLifeMs: 1120 })
  expect(await next.balances('binance')).toEqual({
    outcome: 'ok',
    value: [{ asset: 'USDT', free: 5n, total: 7n }],
  })
})
