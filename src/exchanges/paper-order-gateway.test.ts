import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { scriptedMarket } from '../../test/scripted-source.ts'
import { openTradingFloor, type TradingFloor } from '../../test/trading-floor.ts'
import { baseAmount, format, price } from '../money.ts'
import type { Order, OrderGateway, Placement } from '../trade/order-gateway.ts'
import { openPaperOrderGateway } from './paper-order-gateway.ts'

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

const openGateway = (
  wait: (ms: number) => Promise<void> = async () => undefined,
  latencyMs = () => 0,
) =>
  openPaperOrderGateway({
    rest: (venue) => floor.venues.rest(venue),
    latencyMs,
    wait,
    now: () => new Date(),
  })

const order = (side: Order['side'], amount: string, limit: string, venue = 'binance'): Order => ({
  clientOrderId: `order-${++ids}`,
  market: floor.market(venue, 'SOL/USDT'),
  side,
  amount: baseAmount(amount),
  limit: price(limit),
})

const filled = (placement: Placement): string =>
  placement.outcome === 'filled' ? format(placement.fill.filled) : placement.reason

const buy = async (gateway: OrderGateway, amount: string, venue?: string) =>
  filled(await gateway.place(order('buy', amount, '101', venue)))

test('what a fill took is not there again until the venue shows another quantity', async () => {
  floor.show('binance', 'SOL/USDT', { bids: [[99, 5]], asks: [[100, 5]] })
  floor.show('kucoin', 'SOL/USDT', { bids: [[99, 5]], asks: [[100, 5]] })
  const gateway = openGateway()
  expect(await buy(gateway, '3')).toBe('3')
  expect(await buy(gateway, '3')).toBe('2')
  expect(await buy(gateway, '3')).toBe('0')
  // Another venue, and the other side of the same book, know nothing of it.
  expect(await buy(gateway, '3', 'kucoin')).toBe('3')
  expect(filled(await gateway.place(order('sell', '5', '99')))).toBe('5')
  floor.show('binance', 'SOL/USDT', { bids: [[99, 5]], asks: [[100, 4.5]] })
  expect(await buy(gateway, '9')).toBe('4.5')
})

test('two orders on their way at once share what is shown', async () => {
  floor.show('binance', 'SOL/USDT', { bids: [[99, 5]], asks: [[100, 5]] })
  const gateway = openGateway()
  const fills = await Promise.all([buy(gateway, '4'), buy(gateway, '4'), buy(gateway, '4')])
  expect(fills.map(Number).reduce((sum, amount) => sum + amount, 0)).toBe(5)
})

test('an order fills from the book of its arrival, not of its departure', async () => {
  floor.show('binance', 'SOL/USDT', { bids: [[99, 5]], asks: [[100, 5]] })
  const waited: number[] = []
  let latencyMs = 120
  const gateway = openGateway(
    async (ms) => {
      waited.push(ms)
      floor.show('binance', 'SOL/USDT', {
        bids: [[99, 5]],
        asks: [
          [100.5, 1],
          [100.9, 1],
          [102, 9],
        ],
      })
    },
    () => latencyMs,
  )
  const placement = await gateway.place(order('buy', '5', '101'))
  if (placement.outcome !== 'filled') throw new Error(placement.reason)
  const { fill } = placement
  expect([format(fill.filled), format(fill.average)]).toEqual(['2', '100.7'])
  expect(fill.filledAt.getTime()).toBeGreaterThanOrEqual(fill.sentAt.getTime())
  latencyMs = 300
  await gateway.place(order('buy', '1', '101'))
  expect(waited).toEqual([120, 300])
})

test('an order that the venue would not take, or a venue that gives no book, is a definite no', async () => {
  floor.show('binance', 'SOL/USDT', { bids: [[99, 5]], asks: [[100, 5]] })
  const gateway = openGateway()
  expect(await gateway.place(order('buy', '1.00001', '101'))).toEqual({
    outcome: 'rejected',
    reason: 'amount is off the lot step',
  })
  floor.servers.faults.rest('binance', { status: 503, body: '{}' })
  expect(await gateway.place(order('buy', '1', '101'))).toMatchObject({
    outcome: 'rejected',
    reason: expect.stringMatching(/^binance: HTTP 503/),
  })
  floor.servers.faults.heal('binance')
  expect(await buy(gateway, '5')).toBe('5')
})
