// How the five venues turn an order away: in their own codes, as their real clients read them.
import type { Exchange } from 'ccxt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
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

const reader = { apiKey: 'reader', secret: 's', password: 'p', permissions: ['read'] } as const

beforeAll(async () => {
  const usual = { apiKey: 'simulator', secret: 'simulator', password: 'simulator' }
  venues = await openPrivateVenues({ keys: [usual, reader] })
})
beforeEach(() => {
  for (const venue of tradedVenues) venues.freshBook(venue)
})
afterAll(() => venues.close())

type Why =
  | 'insufficient'
  | 'duplicate'
  | 'price-step'
  | 'amount-step'
  | 'amount-min'
  | 'notional-min'
  | 'halted'
  | 'signature'
  | 'unknown-key'
  | 'stale'
  | 'permission'

/** What each venue says, by ccxt's class where it tells one and by its raw code. */
const words: Readonly<Record<TradedVenue, Readonly<Record<Why, RegExp>>>> = {
  kucoin: {
    insufficient: /^InsufficientFunds.*200004/,
    duplicate: /^InvalidOrder.*126044/,
    'price-step': /400100.*Price increment/,
    'amount-step': /400100.*size increment/,
    'amount-min': /400100.*below the minimum/,
    'notional-min': /600100/,
    halted: /126009/,
    signature: /^AuthenticationError.*400005/,
    'unknown-key': /^AuthenticationError.*400003/,
    stale: /^InvalidNonce.*400002/,
    permission: /400007/,
  },
  binance: {
    insufficient: /^InsufficientFunds/,
    duplicate: /-2010.*Duplicate order sent/,
    'price-step': /^InvalidOrder.*PRICE_FILTER/,
    'amount-step': /^InvalidOrder.*LOT_SIZE/,
    'amount-min': /^InvalidOrder.*LOT_SIZE/,
    'notional-min': /-1013.*NOTIONAL/,
    halted: /Market is closed/,
    signature: /-1022/,
    'unknown-key': /-2015/,
    stale: /-1021|outside of the recvWindow/,
    permission: /-2015/,
  },
  okx: {
    insufficient: /^InsufficientFunds.*51008/,
    duplicate: /^InvalidOrder.*51016/,
    'price-step': /51006/,
    'amount-step': /^InvalidOrder.*51121/,
    'amount-min': /^InvalidOrder.*51020/,
    'notional-min': /^InvalidOrder.*51020/,
    halted: /51028/,
    signature: /^AuthenticationError.*50113/,
    'unknown-key': /^AuthenticationError.*50111/,
    stale: /^InvalidNonce.*50102/,
    permission: /50120/,
  },
  bybit: {
    insufficient: /^InsufficientFunds.*170131/,
    duplicate: /^InvalidOrder.*170141/,
    'price-step': /^InvalidOrder.*170134/,
    'amount-step': /^InvalidOrder.*170137/,
    'amount-min': /^InvalidOrder.*170136/,
    'notional-min': /^InvalidOrder.*170140/,
    halted: /170217/,
    signature: /^AuthenticationError.*10004/,
    'unknown-key': /^AuthenticationError.*10003/,
    stale: /^InvalidNonce.*10002/,
    permission: /^PermissionDenied.*10005/,
  },
  bitget: {
    insufficient: /^InsufficientFunds.*43012/,
    duplicate: /40786/,
    'price-step': /^InvalidOrder.*40808/,
    'amount-step': /^InvalidOrder.*40808/,
    'amount-min': /43006/,
    'notional-min': /^InvalidOrder.*45110/,
    halted: /43115/,
    signature: /^AuthenticationError.*40009/,
    'unknown-key': /^AuthenticationError.*40006/,
    stale: /^InvalidNonce.*40008/,
    permission: /^PermissionDenied.*40014/,
  },
}

describe.each(tradedVenues)('%s says no in its own words', (venue) => {
  const small: Wish = { side: 'buy', amount: 0.001, price: 50_010 }
  /** Lets steps through that ccxt would cut away. */
  async function carelessClient(): Promise<Exchange> {
    const client = await venues.client(venue)
    const market = client.market(symbol)
    Object.assign(market.precision, { amount: 1e-8, price: 1e-8 })
    return client
  }

  const sent = async (wish: Partial<Wish>): Promise<string> =>
    refusal(sendOrder(await carelessClient(), { ...small, ...wish }))

  test('A12 steps and minimums', async () => {
    const said = words[venue]
    expect(await sent({ price: 50_010.05 })).toMatch(said['price-step'])
    expect(await sent({ amount: 0.001_005_5 })).toMatch(said['amount-step'])
    expect(await sent({ amount: 0.000_09 })).toMatch(said['amount-min'])
    expect(await sent({ amount: 0.0001, price: 40_000 })).toMatch(said['notional-min'])
  })

  test('A13 more than there is', async () => {
    expect(await sent({ amount: 5, price: 50_010 })).toMatch(words[venue].insufficient)
    expect(await sent({ side: 'sell', amount: 50 })).toMatch(words[venue].insufficient)
  })

  test('A8 an id that came before; Binance minds only while that order is open', async () => {
    const client = await venues.client(venue)
    const { clientId } = await sendOrder(client, small)
    const again = await refusal(sendOrder(client, { ...small, clientId }))
    if (venue === 'binance') expect(again).toBe('accepted')
    else expect(again).toMatch(words[venue].duplicate)
    const open: Wish = { ...small, price: 40_000, timeInForce: 'GTC' }
    const resting = await sendOrder(client, open)
    expect(await refusal(sendOrder(client, { ...open, clientId: resting.clientId }))).toMatch(
      words[venue].duplicate,
    )
    await client.cancelOrder(resting.order.id as string, symbol)
  })

  test('A10 a bad signature, an unknown key, a key that may only read', async () => {
    const signed = await venues.client(venue, { secret: 'wrong' })
    expect(await refusal(sendOrder(signed, small))).toMatch(words[venue].signature)
    const unknown = await venues.client(venue, { apiKey: 'nobody' })
    expect(await refusal(sendOrder(unknown, small))).toMatch(words[venue]['unknown-key'])
    const reading = await venues.client(venue, reader)
    expect(await refusal(sendOrder(reading, small))).toMatch(words[venue].permission)
    expect((await reading.fetchBalance())['USDT']).toMatchObject({ free: 100_000 })
  })

  test('A14 a timestamp that is too old, and a venue whose clock has jumped', async () => {
    const client = await venues.client(venue)
    client.options['recvWindow'] = 3000
    const nonce = client.nonce.bind(client)
    client.nonce = () => nonce() - 60_000
    expect(await refusal(sendOrder(client, small))).toMatch(words[venue].stale)
    client.nonce = nonce
    venues.servers.faults.clock(venue, 60_000)
    expect(await refusal(sendOrder(client, small))).toMatch(words[venue].stale)
    expect(Number(await client.fetchTime()) - Date.now()).toBeGreaterThan(50_000)
    venues.servers.faults.heal(venue)
    expect(await refusal(sendOrder(client, small))).toBe('accepted')
  })

  test('C11 a market that halts, and one that is delisted', async () => {
    const client = await venues.client(venue)
    venues.servers.faults.market(venue, symbol, 'halted')
    expect(await refusal(sendOrder(client, small))).toMatch(words[venue].halted)
    const markets = await client.loadMarkets(true)
    expect(markets[symbol]?.active).toBe(false)
    venues.servers.faults.market(venue, symbol, 'delisted')
    expect(await refusal(sendOrder(client, small))).toMatch(/ymbol|Instrument|51001|170121|900001/)
    venues.servers.faults.heal(venue)
  })
})
