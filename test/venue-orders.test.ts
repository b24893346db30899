// The live order gateway on the five simulated venues, over sockets and the venues' own protocols.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  createOrderLane,
  openCcxtOrderGateway,
  type LiveOrderGateway,
} from '../src/exchanges/ccxt-order-gateway.ts'
import { createMemoryRequestBudget } from '../src/market/memory-request-budget.ts'
import { baseAmount, format, price, quoteAmount, type BaseAmount } from '../src/money.ts'
import { simulatorKey } from '../src/simulator/accounts/account.ts'
import type { Order } from '../src/trade/engine/order-gateway.ts'
import { testMarket } from './market.ts'
import { openPrivateVenues, symbol, tradedVenues, type PrivateVenues } from './private-venues.ts'

let venues: PrivateVenues
let gateway: LiveOrderGateway
beforeAll(async () => {
  venues = await openPrivateVenues({ keys: [simulatorKey] })
  const { apiKey, secret, password } = simulatorKey
  gateway = openCcxtOrderGateway({
    venues: tradedVenues,
    access: (venue) => ({
      venue,
      market: { kind: 'servers', url: venues.servers.url },
      keys: { apiKey, secret, password },
      requestTimeoutMs: 2000,
    }),
    lane: createOrderLane(),
    budget: createMemoryRequestBudget(() => undefined),
  })
})
afterAll(async () => {
  await gateway.close()
  await venues.close()
})
beforeEach(() => {
  for (const venue of tradedVenues) {
    venues.servers.faults.heal(venue)
    venues.freshBook(venue)
  }
})

describe.each(tradedVenues)('%s', (venue) => {
  const market = testMarket(symbol, {
    venue,
    priceStep: price('0.1'),
    amountStep: baseAmount('0.00001'),
    amountMin: baseAmount('0.0001'),
    notionalMin: quoteAmount('5'),
  })
  const orderOf = (changes: Partial<Order> = {}): Order => ({
    clientOrderId: randomUUID().replaceAll('-', '').slice(0, 27),
    market,
    side: 'buy',
    amount: baseAmount('0.3'),
    limit: price('50020'),
    notAfter: new Date(Date.now() + 10_000),
    ...changes,
  })
  const totals = async () => {
    const read = await gateway.balances(venue)
    if (read.outcome === 'failed') throw new Error(read.reason)
    return new Map(read.value.map(({ asset, total }) => [asset, total]))
  }
  const printsOf = async (orderId: string) => {
    const read = await gateway.fills(market, new Date(Date.now() - 60_000))
    if (read.outcome === 'failed') throw new Error(read.reason)
    return read.value.filter((print) => print.orderId === orderId)
  }

  test('a buy over two levels is read back to the last digit, and the balances moved by just that', async () => {
    const before = await totals()
    const order = orderOf()
    const submission = await gateway.submit(order)
    if (submission.outcome !== 'accepted') throw new Error(JSON.stringify(submission))
    const found = await gateway.lookup(order)
    expect(found).toMatchObject({ outcome: 'ok', value: { state: 'closed', filled: order.amount } })
    const prints = await printsOf(submission.orderId)
    expect(prints.length).toBe(2)
    const bought = prints.reduce((sum, { amount }) => sum + amount, 0n) as BaseAmount
    expect(format(bought)).toBe('0.3')
    const after = await totals()
    const change = new Map<string, bigint>()
    const move = (asset: string, amount: bigint) =>
      change.set(asset, (change.get(asset) ?? 0n) + amount)
    for (const { amount, price: at, fee } of prints) {
      move('BTC', amount)
      move('USDT', -((at * amount) / 10n ** 18n))
      move(fee.asset, -fee.amount)
    }
    for (const [asset, amount] of change)
      expect(format((after.get(asset) ?? 0n) - (before.get(asset) ?? 0n)), asset).toBe(
        format(amount),
      )
  })

  test('what the book does not hold at the limit is cancelled at once', async () => {
    const order = orderOf({ amount: baseAmount('1'), limit: price('50010') })
    expect((await gateway.submit(order)).outcome).toBe('accepted')
    const found = await gateway.lookup(order)
    if (found.outcome !== 'ok') throw new Error(found.reason)
    expect(found.value?.state).toBe('cancelled')
    expect((found.value?.filled ?? 0n) > 0n && (found.value?.filled ?? 0n) < order.amount).toBe(
      true,
    )
  })

  test('A12 A13 what breaks a rule of the venue, or its account, is a definite no', async () => {
    const tooMuch = orderOf({ side: 'sell', amount: baseAmount('500'), limit: price('49990') })
    expect((await gateway.submit(tooMuch)).outcome).toBe('rejected')
    const tooSmall = orderOf({ amount: baseAmount('0.00001') })
    expect((await gateway.submit(tooSmall)).outcome).toBe('rejected')
  })

  test('A4 a lost answer is looked up by our own id, and the fill was taken once', async () => {
    venues.servers.faults.desk(venue, { kind: 'lost-reply', on: 'place', times: 1 })
    const before = await totals()
    const order = orderOf({ amount: baseAmount('0.1') })
    expect((await gateway.submit(order)).outcome).toBe('unknown')
    const found = await gateway.lookup(order)
    expect(found).toMatchObject({ outcome: 'ok', value: { clientOrderId: order.clientOrderId } })
    expect((await gateway.submit(order)).outcome).toBe('duplicate')
    const gained = ((await totals()).get('BTC') ?? 0n) - (before.get('BTC') ?? 0n)
    expect(gained <= order.amount && gained * 100n > order.amount * 99n).toBe(true)
  })

  test('a list of prints that is longer than a page is read whole, each print once', async () => {
    // Binance's pages hold a thousand rows, the others' a hundred.
    const orders = venue === 'binance' ? 21 : 5
    const parts = 50
    const ids: string[] = []
    for (let k = 0; k < orders; k++) {
      venues.freshBook(venue)
      venues.servers.faults.desk(venue, { kind: 'split', prints: parts, times: 1 })
      const submission = await gateway.submit(orderOf({ amount: baseAmount('0.05') }))
      if (submission.outcome !== 'accepted') throw new Error(JSON.stringify(submission))
      ids.push(submission.orderId)
    }
    const read = await gateway.fills(market, new Date(Date.now() - 60_000))
    if (read.outcome === 'failed') throw new Error(read.reason)
    const prints = read.value.filter(({ orderId }) => ids.includes(orderId))
    expect(prints.length).toBe(orders * parts)
    expect(new Set(prints.map(({ tradeId }) => tradeId)).size).toBe(orders * parts)
    const bought = prints.reduce((sum, { amount }) => sum + amount, 0n) as BaseAmount
    expect(bought).toBe(BigInt(orders) * baseAmount('0.05'))
  })

  test('A5 A11 pages and maintenance are no answer', async () => {
    for (const [status, body] of [
      [502, '<html>Bad gateway</html>'],
      [200, ''],
      [503, '{"msg":"maintenance"}'],
    ] as const) {
      const times = 1
      venues.servers.faults.desk(venue, {
        kind: 'wrong-reply',
        on: 'place',
        status,
        body,
        acts: false,
        times,
      })
      const order = orderOf({ amount: baseAmount('0.01') })
      expect((await gateway.submit(order)).outcome).toBe('unknown')
      expect(await gateway.lookup(order)).toEqual({ outcome: 'ok', value: undefined })
    }
  })
})

test('S1 a key that can withdraw may not trade', async () => {
  const all = await openPrivateVenues({
    keys: [{ ...simulatorKey, permissions: ['read', 'trade', 'withdraw'] }],
  })
  const { apiKey, secret, password } = simulatorKey
  const refused = openCcxtOrderGateway({
    venues: tradedVenues,
    access: (venue) => ({
      venue,
      market: { kind: 'servers', url: all.servers.url },
      keys: { apiKey, secret, password },
    }),
    lane: createOrderLane(),
    budget: createMemoryRequestBudget(() => undefined),
  })
  for (const venue of tradedVenues) {
    expect(await refused.prepare(venue)).toEqual({
      reason: expect.stringMatching(`^its key can withdraw: at ${venue}, clear "`) as string,
      isDefinite: true,
    })
  }
  await refused.close()
  await all.close()
})
