// Orders, trades and balances as the venues' private websockets tell them to the real clients.
import ccxt, { type Exchange } from 'ccxt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  nextClientId,
  openPrivateVenues,
  symbol,
  tradedVenues,
  type PrivateVenues,
} from '../../../test/private-venues.ts'

let venues: PrivateVenues

/** Machines that others slow down. */
const patient = { timeout: 8000 }

beforeAll(async () => {
  venues = await openPrivateVenues()
})
beforeEach(() => {
  for (const venue of tradedVenues) {
    venues.freshBook(venue)
    venues.servers.faults.heal(venue)
  }
})
afterAll(() => venues.close())

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Keeps calling `watch` and collects what it answered, so that nothing between two calls is lost. */
function collect<T>(watch: () => Promise<readonly T[]>): { seen: T[]; failure: unknown } {
  const state: { seen: T[]; failure: unknown } = { seen: [], failure: undefined }
  const loop = async () => {
    for (;;) for (const one of await watch()) state.seen.push(structuredClone(one))
  }
  loop().catch((error: unknown) => (state.failure = error))
  return state
}

const buy = async (client: Exchange, amount: number, price: number, timeInForce = 'IOC') => {
  const params = { timeInForce, clientOrderId: nextClientId() }
  return client.createOrder(symbol, 'limit', 'buy', amount, price, params)
}

/** What Binance answers to a subscription with a signature that is none. */
async function subscribeUnsigned(): Promise<string> {
  const { port } = venues.servers
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws-api.binance.com:443/ws-api/v3`)
  const method = 'userDataStream.subscribe.signature'
  const params = { apiKey: 'simulator', timestamp: Date.now(), signature: 'none' }
  socket.addEventListener('open', () => socket.send(JSON.stringify({ id: '1', method, params })))
  const answer = await new Promise<string>((resolve) =>
    socket.addEventListener('message', ({ data }) => resolve(String(data))),
  )
  socket.close()
  return answer
}

describe.each(tradedVenues)('%s', (venue) => {
  test('an order is told print by print, with its end', async () => {
    const client = await venues.streamClient(venue)
    const orders = collect(() => client.watchOrders(symbol))
    await pause(300)
    expect(orders.failure).toBeUndefined()
    const sent = await buy(client, 0.3, 50_020)
    await expect
      .poll(() => orders.seen.at(-1), patient)
      .toMatchObject({ id: sent.id, status: 'closed' })
    // ccxt takes the last fill that Bitget tells for all of them.
    if (venue !== 'bitget') expect(orders.seen.at(-1)?.filled).toBe(0.3)
    else expect(orders.seen.at(-1)?.info.accBaseVolume).toBe('0.3')
    expect(orders.seen.every(({ id }) => id === sent.id)).toBe(true)
    expect(orders.seen.at(-1)?.clientOrderId).toMatch(/^t/)
    const resting = await buy(client, 0.01, 40_000, 'GTC')
    await expect
      .poll(() => orders.seen.at(-1), patient)
      .toMatchObject({ id: resting.id, status: 'open' })
    await client.cancelOrder(resting.id as string, symbol)
    await expect
      .poll(() => orders.seen.at(-1), patient)
      .toMatchObject({ id: resting.id, status: 'canceled' })
  })

  test('trades are told with their price, and with the fee where the venue tells it', async () => {
    const client = await venues.streamClient(venue)
    const trades = collect(() => client.watchMyTrades(symbol))
    await pause(300)
    expect(trades.failure).toBeUndefined()
    const sent = await buy(client, 0.3, 50_020)
    await expect.poll(() => trades.seen.length, patient).toBe(2)
    expect(trades.seen).toMatchObject([
      { order: sent.id, price: 50_010, side: 'buy' },
      { order: sent.id, price: 50_020, side: 'buy' },
    ])
    expect(trades.seen.reduce((sum, { amount = 0 }) => sum + amount, 0)).toBeCloseTo(0.3, 9)
    // KuCoin's match tells no fee.
    if (venue !== 'kucoin') expect(trades.seen[0]?.fee).toMatchObject({ currency: 'BTC' })
    const known = await client.fetchMyTrades(symbol)
    expect(known.map(({ id }) => id)).toEqual(
      expect.arrayContaining(trades.seen.map(({ id }) => id)),
    )
  })

  test('balances are told as they change', async () => {
    const client = await venues.streamClient(venue)
    let last: Record<string, unknown> = {}
    const balances = collect(async () => {
      last = await client.watchBalance()
      return []
    })
    await pause(300)
    expect(balances.failure).toBeUndefined()
    await buy(client, 0.001, 50_010)
    await pause(100)
    // A frame between two calls goes into ccxt's cache and wakes nobody; the next one brings it along.
    venues.servers.faults.credit(venue, 'ETH', '0.5')
    await expect.poll(() => last['ETH'], patient).toMatchObject({ free: 0.5 })
    const rest = await client.fetchBalance()
    expect(last['USDT']).toMatchObject({ free: rest['USDT']?.free })
    expect(last['BTC']).toMatchObject({ free: rest['BTC']?.free })
    venues.servers.faults.credit(venue, 'ETH', '-0.5')
  })

  test('a bad secret gets no stream', async () => {
    // ccxt leaves a rejection of its own behind that nobody can catch, so Binance is asked directly.
    if (venue === 'binance') return expect(await subscribeUnsigned()).toMatch(/"code":-1022/)
    const client = await venues.streamClient(venue, { secret: 'wrong' })
    const refused = await client.watchOrders(symbol).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ccxt.BaseError)
  })

  test('C1 a private stream falls silent while orders go on, then it is cut', async () => {
    const client = await venues.streamClient(venue)
    const trades = collect(() => client.watchMyTrades(symbol))
    await pause(300)
    const { faults } = venues.servers
    faults.desk(venue, { kind: 'quiet-stream' })
    const silent = await buy(client, 0.001, 50_010)
    await pause(200)
    expect(trades.seen).toEqual([])
    expect((await client.fetchMyTrades(symbol)).some(({ order }) => order === silent.id)).toBe(true)
    faults.heal(venue)
    await buy(client, 0.001, 50_010)
    await expect.poll(() => trades.seen.length, patient).toBe(1)
    expect(faults.dropSockets(venue, 'private')).toBeGreaterThan(0)
    await expect.poll(() => trades.failure, patient).toBeInstanceOf(ccxt.NetworkError)
  })
})
