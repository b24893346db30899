// Trading on the five venues through their real clients, with paper money over the real protocols.
import type { Exchange, Order, Trade } from 'ccxt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { format, parseDecimal } from '../../money.ts'
import { usualBalances } from './account.ts'
import {
  lookupOf,
  nextClientId,
  openPrivateVenues,
  refusal,
  sendOrder,
  symbol,
  tradedVenues,
  type PrivateVenues,
  type TradedVenue,
  type Wish,
} from '../../../test/private-venues.ts'

let venues: PrivateVenues

const keys = [
  { apiKey: 'simulator', secret: 'simulator', password: 'simulator' },
  { apiKey: 'thrifty', secret: 's', password: 'p', paysInOwnCoin: true },
] as const

beforeAll(async () => {
  venues = await openPrivateVenues({ keys })
})
beforeEach(() => {
  for (const venue of tradedVenues) venues.freshBook(venue)
})
afterAll(() => venues.close())

const fetchById = (client: Exchange, venue: TradedVenue, { id }: Order) =>
  client.fetchOrder(id as string, symbol, venue === 'bybit' ? { acknowledged: true } : {})

/** To the last digit: what a balance counts here has far fewer digits than a double keeps. */
async function balanceOf(client: Exchange, asset: string): Promise<{ free: bigint; held: bigint }> {
  const { free, used } = (await client.fetchBalance())[asset] ?? {}
  return { free: parseDecimal(String(free)), held: parseDecimal(String(used)) }
}

async function tradesOf(client: Exchange, { id }: Order): Promise<Trade[]> {
  const trades = await client.fetchMyTrades(symbol)
  return trades.filter(({ order }) => order === id)
}

/** ccxt has another call for it at nearly every venue. */
async function endedOrders(client: Exchange, venue: TradedVenue): Promise<Order[]> {
  switch (venue) {
    case 'binance':
      return client.fetchOrders(symbol)
    case 'kucoin':
    case 'bybit':
      return client.fetchClosedOrders(symbol)
    case 'okx':
      return [
        ...(await client.fetchClosedOrders(symbol)),
        ...(await client.fetchCanceledOrders(symbol)),
      ]
    case 'bitget':
      return client.fetchCanceledAndClosedOrders(symbol)
  }
}

describe.each(tradedVenues)('%s', (venue) => {
  const feeInQuote = venue === 'kucoin'

  test('a buy is filled, found by both its ids, and paid to the last digit', async () => {
    const client = await venues.client(venue)
    const before = await balanceOf(client, 'BTC')
    const cashBefore = await balanceOf(client, 'USDT')
    const { order, clientId } = await sendOrder(client, {
      side: 'buy',
      amount: 0.003,
      price: 50_020,
    })
    const found = await fetchById(client, venue, order)
    expect(found).toMatchObject({ id: order.id, status: 'closed', filled: 0.003, side: 'buy' })
    const again = await lookupOf(client, venue, clientId)
    expect(again).toMatchObject({ id: order.id, clientOrderId: clientId, amount: 0.003 })
    const trades = await tradesOf(client, order)
    expect(trades).toMatchObject([{ price: 50_010, amount: 0.003, side: 'buy' }])
    expect(trades[0]?.fee).toMatchObject(
      feeInQuote ? { currency: 'USDT', cost: 0.15003 } : { currency: 'BTC', cost: 0.000003 },
    )
    const after = await balanceOf(client, 'BTC')
    const cash = await balanceOf(client, 'USDT')
    expect(format(after.free - before.free)).toBe(feeInQuote ? '0.003' : '0.002997')
    expect(format(cashBefore.free - cash.free)).toBe(feeInQuote ? '150.18003' : '150.03')
    expect([after.held, cash.held]).toEqual([0n, 0n])
  })

  test('a sell over two levels is two trades, with the fee in quote', async () => {
    const client = await venues.client(venue)
    const before = await balanceOf(client, 'USDT')
    const { order } = await sendOrder(client, { side: 'sell', amount: 0.6, price: 49_990 })
    const trades = await tradesOf(client, order)
    expect(new Set(trades.map(({ price }) => price))).toEqual(new Set([49_990, 50_000]))
    expect(trades.reduce((sum, { amount = 0 }) => sum + amount, 0)).toBeCloseTo(0.6, 9)
    expect(new Set(trades.map(({ fee }) => fee?.currency))).toEqual(new Set(['USDT']))
    const found = await fetchById(client, venue, order)
    const after = await balanceOf(client, 'USDT')
    expect(Number(format(after.free - before.free))).toBeCloseTo(Number(found.cost) * 0.999, 9)
  })

  test('what the book does not have expires, and what was taken stays taken', async () => {
    const client = await venues.client(venue)
    const first = await sendOrder(client, { side: 'buy', amount: 0.15, price: 50_010 })
    expect(await fetchById(client, venue, first.order)).toMatchObject({ filled: 0.15 })
    const rest = await sendOrder(client, { side: 'buy', amount: 0.15, price: 50_010 })
    const found = await fetchById(client, venue, rest.order)
    expect(Number(found.filled)).toBeGreaterThan(0)
    expect(Number(found.filled)).toBeLessThan(0.06)
    // ccxt takes Bybit's word for a part that was filled for all of it.
    expect(found.status).toBe(
      venue === 'bybit' ? 'closed' : venue === 'binance' ? 'expired' : 'canceled',
    )
    const nothing = await sendOrder(client, { side: 'buy', amount: 0.01, price: 50_010 })
    expect(await fetchById(client, venue, nothing.order)).toMatchObject({ filled: 0 })
    venues.freshBook(venue)
    const again = await sendOrder(client, { side: 'buy', amount: 0.01, price: 50_010 })
    expect(await fetchById(client, venue, again.order)).toMatchObject({ filled: 0.01 })
  })

  test('all or nothing is nothing where the book is thin', async () => {
    const client = await venues.client(venue)
    const { order } = await sendOrder(client, {
      side: 'sell',
      amount: 0.9,
      price: 50_000,
      timeInForce: 'FOK',
    })
    expect(await fetchById(client, venue, order)).toMatchObject({ filled: 0 })
    expect(await tradesOf(client, order)).toEqual([])
  })

  test('a resting order holds its money, is listed as open, and gives it back when cancelled', async () => {
    const client = await venues.client(venue)
    const before = await balanceOf(client, 'USDT')
    const wish: Wish = { side: 'buy', amount: 0.01, price: 40_000, timeInForce: 'GTC' }
    const one = await sendOrder(client, wish)
    const two = await sendOrder(client, wish)
    const held = await balanceOf(client, 'USDT')
    expect(format(held.held)).toBe(feeInQuote ? '800.8' : '800')
    expect(held.free + held.held).toBe(before.free)
    const open = await client.fetchOpenOrders(symbol)
    expect(new Set(open.map(({ id }) => id))).toEqual(new Set([one.order.id, two.order.id]))
    expect(open[0]).toMatchObject({ price: 40_000, amount: 0.01, status: 'open' })
    await client.cancelOrder(one.order.id as string, symbol)
    // Bybit's own name for a client id; the others are known to ccxt.
    await client.cancelOrder(
      (venue === 'bybit' ? undefined : two.order.id) as string,
      symbol,
      venue === 'bybit' ? { orderLinkId: two.clientId } : { clientOrderId: two.clientId },
    )
    expect(await client.fetchOpenOrders(symbol)).toEqual([])
    expect(await balanceOf(client, 'USDT')).toEqual(before)
    expect(await fetchById(client, venue, one.order)).toMatchObject({ status: 'canceled' })
    expect(await refusal(client.cancelOrder(one.order.id as string, symbol))).toMatch(
      /^(OrderNotFound|InvalidOrder)/,
    )
  })

  test('the book comes to a resting order and fills it at its own price', async () => {
    const client = await venues.client(venue)
    const { order } = await sendOrder(client, {
      side: 'sell',
      amount: 0.02,
      price: 50_005,
      timeInForce: 'GTC',
    })
    venues.source.change(venue, symbol, [[50_006, 0.5]], [])
    const trades = await tradesOf(client, order)
    expect(trades).toMatchObject([{ price: 50_005, amount: 0.02, takerOrMaker: 'maker' }])
    expect(await fetchById(client, venue, order)).toMatchObject({ status: 'closed' })
  })

  test('an order that is not there is not found', async () => {
    const client = await venues.client(venue)
    expect(await refusal(lookupOf(client, venue, nextClientId()))).toMatch(/^OrderNotFound/)
  })

  test('the own coin pays the fee at a discount while there is some', async () => {
    const client = await venues.client(venue, keys[1])
    const { order } = await sendOrder(client, { side: 'buy', amount: 0.01, price: 50_010 })
    const [trade] = await tradesOf(client, order)
    // 500.1 USDT at ten basis points, less the discount, at 100 USDT a coin.
    const fees: Readonly<Record<TradedVenue, object>> = {
      kucoin: { currency: 'KCS', cost: 0.0040008 },
      binance: { currency: 'BNB', cost: 0.00375075 },
      bitget: { currency: 'BGB', cost: 0.0040008 },
      okx: { currency: 'BTC', cost: 0.00001 },
      bybit: { currency: 'BTC', cost: 0.00001 },
    }
    expect(trade?.fee).toMatchObject(fees[venue])
  })

  test('what is open everywhere and what has ended can be listed', async () => {
    const client = await venues.client(venue)
    client.options['warnOnFetchOpenOrdersWithoutSymbol'] = false
    const wish: Wish = { side: 'buy', amount: 0.001, price: 40_000 }
    const resting = await sendOrder(client, { ...wish, timeInForce: 'GTC' })
    const missed = await sendOrder(client, wish)
    const filled = await sendOrder(client, { ...wish, price: 50_010 })
    const open = await client.fetchOpenOrders()
    expect(open.map(({ id }) => id)).toEqual([resting.order.id])
    const ended = await endedOrders(client, venue)
    expect(ended.map(({ id }) => id)).toEqual(
      expect.arrayContaining([missed.order.id, filled.order.id]),
    )
    await client.cancelOrder(resting.order.id as string, symbol)
  })
})

test('A7 Bybit ignores a name it does not know, and so answers with another order', async () => {
  const client = await venues.client('bybit')
  const wish: Wish = { side: 'buy', amount: 0.001, price: 40_000, timeInForce: 'GTC' }
  const resting = await sendOrder(client, wish)
  const params = { acknowledged: true, clientOrderId: nextClientId() }
  expect((await client.fetchOrder('', symbol, params)).id).toBe(resting.order.id)
  await client.cancelOrder(resting.order.id as string, symbol)
})

test('whoever says nothing gets cash and the ten coins that are traded most', async () => {
  const usual = await openPrivateVenues({ balances: usualBalances })
  try {
    const client = await usual.client('kucoin')
    const balance = await client.fetchBalance()
    expect(balance['USDT']?.free).toBe(10_000)
    // A thousand USDT worth of each, at the last price when the servers start.
    expect(balance['BTC']?.free).toBe(10)
  } finally {
    await usual.close()
  }
})
