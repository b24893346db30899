// What the venues' private side does wrong on request, as the real clients and the auditor see it.
import ccxt, { type Exchange } from 'ccxt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  lookupOf,
  nextClientId,
  openPrivateVenues,
  symbol,
  tradedVenues,
  type PrivateVenues,
  type TradedVenue,
} from '../../../test/private-venues.ts'
import { createScriptedSource, scriptedMarket } from '../../../test/scripted-source.ts'
import { startVenueServers } from '../venue-servers.ts'

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

type Sent = { readonly clientId: string; readonly error: unknown; readonly id: string }

/** Sends one order and takes whatever comes of it. */
async function send(
  client: Exchange,
  { amount = 0.001, price = 50_010, timeInForce = 'IOC', clientId = nextClientId() } = {},
): Promise<Sent> {
  const params = { clientOrderId: clientId, timeInForce }
  try {
    const { id = '' } = await client.createOrder(symbol, 'limit', 'buy', amount, price, params)
    return { clientId, error: undefined, id }
  } catch (error) {
    return { clientId, error, id: '' }
  }
}

const isThere = async (client: Exchange, venue: TradedVenue, clientId: string) =>
  lookupOf(client, venue, clientId).then(
    ({ clientOrderId }) => clientOrderId === clientId,
    (error: unknown) => {
      if (error instanceof ccxt.OrderNotFound) return false
      throw error
    },
  )

type Audit = {
  readonly venues: Readonly<
    Record<
      string,
      {
        readonly accounts: readonly {
          readonly starting: Readonly<Record<string, string>>
          readonly balances: Readonly<Record<string, { free: string; held: string }>>
        }[]
        readonly orders: readonly {
          readonly clientId: string
          readonly filled: string
          readonly prints: readonly { readonly id: string; readonly price: string }[]
        }[]
        readonly arrivals: Readonly<Record<string, number>>
      }
    >
  >
}

async function auditOf(venue: TradedVenue) {
  const response = await fetch(`${venues.servers.url}/simulator/orders`)
  const audit = (await response.json()) as Audit
  const found = audit.venues[venue]
  if (found === undefined) throw new Error(`no ${venue} in the audit`)
  return found
}

async function entriesOf(venue: TradedVenue, clientId: string) {
  const { orders, arrivals } = await auditOf(venue)
  return {
    orders: orders.filter((order) => order.clientId === clientId),
    arrivals: arrivals[clientId] ?? 0,
  }
}

const askFor = (fault: object) =>
  fetch(`${venues.servers.url}/simulator/faults`, { method: 'POST', body: JSON.stringify(fault) })

describe.each(tradedVenues)('%s', (venue) => {
  test('A4 the order is taken and the answer lost', async () => {
    const client = await venues.client(venue)
    venues.servers.faults.desk(venue, { kind: 'lost-reply', on: 'place', times: 1 })
    const { error, clientId } = await send(client)
    expect(error).toBeInstanceOf(ccxt.NetworkError)
    expect(await isThere(client, venue, clientId)).toBe(true)
    expect(await entriesOf(venue, clientId)).toMatchObject({
      arrivals: 1,
      orders: [{ filled: '0.001' }],
    })
    expect((await send(client)).error).toBeUndefined()
  })

  test.each([
    [500, '<html><body>oops</body></html>'],
    [502, ''],
    [200, ''],
    [200, '<html><body>maintenance</body></html>'],
    [200, '{"unheard":"of"}'],
  ])('A5 the order is taken and the answer is %i %j', async (status, body) => {
    const client = await venues.client(venue)
    const fault = { kind: 'wrong-reply', on: 'place', status, body, acts: true, times: 1 } as const
    venues.servers.faults.desk(venue, fault)
    const { id, clientId } = await send(client)
    expect(id).toBe('')
    expect(await isThere(client, venue, clientId)).toBe(true)
  })

  test('A6 a lost request arrives late, after a lookup that found nothing', async () => {
    const client = await venues.client(venue)
    venues.servers.faults.desk(venue, { kind: 'lost-reply', on: 'place', lateMs: 700, times: 1 })
    const { error, clientId } = await send(client)
    expect(error).toBeInstanceOf(ccxt.NetworkError)
    expect(await isThere(client, venue, clientId)).toBe(false)
    await expect.poll(() => isThere(client, venue, clientId), patient).toBe(true)
  })

  test('A6 Binance lets a lost request die with its window, others take it however late', async () => {
    const client = await venues.client(venue)
    client.options['recvWindow'] = 400
    venues.servers.faults.desk(venue, { kind: 'lost-reply', on: 'place', lateMs: 700, times: 1 })
    const { clientId } = await send(client)
    await pause(1000)
    client.options['recvWindow'] = 5000
    expect(await isThere(client, venue, clientId)).toBe(venue !== 'binance')
  })

  test('A7 a lookup lies for a while, and the answer to one order is that of another', async () => {
    const client = await venues.client(venue)
    const first = await send(client)
    venues.servers.faults.desk(venue, { kind: 'not-found', forMs: 700 })
    expect(await isThere(client, venue, first.clientId)).toBe(false)
    expect((await client.fetchMyTrades(symbol)).some(({ order }) => order === first.id)).toBe(true)
    await expect.poll(() => isThere(client, venue, first.clientId), patient).toBe(true)
    venues.servers.faults.desk(venue, { kind: 'not-found', forMs: 700, lists: true })
    expect(await client.fetchMyTrades(symbol)).toEqual([])
    await pause(750)
    venues.servers.faults.desk(venue, { kind: 'other-reply', on: 'place', times: 1 })
    const second = await send(client)
    expect(second.id).toBe(first.id)
    expect((await lookupOf(client, venue, second.clientId)).id).not.toBe(first.id)
  })

  test.each([429, 418, 503])('A9 %i on the order route takes no order', async (status) => {
    const client = await venues.client(venue)
    const answer = { status, body: '{"code":"-1003","msg":"slow down"}', acts: false, times: 1 }
    const headers = { 'retry-after': '3' }
    venues.servers.faults.desk(venue, { kind: 'wrong-reply', on: 'place', headers, ...answer })
    const { error, clientId } = await send(client)
    expect(error).toBeInstanceOf(ccxt.BaseError)
    expect(await entriesOf(venue, clientId)).toEqual({ arrivals: 1, orders: [] })
  })

  test('A10 a key loses its permissions, then everything', async () => {
    const client = await venues.client(venue)
    venues.servers.faults.permit(venue, ['read'])
    expect((await send(client)).error).toBeInstanceOf(ccxt.BaseError)
    expect(await client.fetchBalance()).toHaveProperty('USDT')
    venues.servers.faults.permit(venue, [])
    await expect(client.fetchBalance()).rejects.toThrow(ccxt.BaseError)
    venues.servers.faults.permit(venue, ['read', 'trade', 'withdraw'])
    expect((await send(client)).error).toBeUndefined()
  })

  test('B7 a fill comes after the cancel was acknowledged', async () => {
    const client = await venues.client(venue)
    const { id, clientId } = await send(client, { price: 40_000, timeInForce: 'GTC' })
    venues.servers.faults.desk(venue, { kind: 'late-fill', delayMs: 700, times: 1 })
    await client.cancelOrder(id, symbol)
    expect(await lookupOf(client, venue, clientId)).toMatchObject({ status: 'canceled', filled: 0 })
    await expect
      .poll(() => lookupOf(client, venue, clientId), patient)
      .toMatchObject({ status: 'closed', filled: 0.001 })
  })

  test('B8 trades of two orders have the same ids', async () => {
    const client = await venues.client(venue)
    venues.servers.faults.desk(venue, { kind: 'same-trade-ids' })
    const ids = [await send(client), await send(client)].map(({ id }) => id)
    const trades = await client.fetchMyTrades(symbol)
    const own = trades.filter(({ order }) => ids.includes(String(order)))
    expect(own.map(({ id }) => id)).toEqual(['1', '1'])
  })

  test('B9 more is filled than was wished', async () => {
    const client = await venues.client(venue)
    venues.servers.faults.desk(venue, { kind: 'overfill', bps: 1000, times: 1 })
    const { clientId } = await send(client, { amount: 0.01 })
    const { orders } = await entriesOf(venue, clientId)
    expect(orders).toMatchObject([{ filled: '0.011', prints: [{}, {}] }])
    expect(Number((await lookupOf(client, venue, clientId)).filled)).toBeGreaterThan(0.01)
  })

  test('B12 the fee is taken in a token nobody expected', async () => {
    const client = await venues.client(venue)
    venues.servers.faults.desk(venue, { kind: 'fee-token', asset: 'ETH', rate: '0.000001' })
    const { id } = await send(client)
    const trades = await client.fetchMyTrades(symbol)
    const own = trades.find(({ order }) => order === id)
    expect(own?.fee).toMatchObject({ currency: 'ETH', cost: 0.00005001 })
  })

  test('B13 a fill is worse than the limit; a price that moved away is only a miss', async () => {
    const client = await venues.client(venue)
    venues.servers.faults.desk(venue, { kind: 'worse-price', bps: 100, times: 1 })
    const worse = await send(client)
    const { orders } = await entriesOf(venue, worse.clientId)
    expect(orders).toMatchObject([{ prints: [{ price: '50510.1' }] }])
    venues.servers.faults.desk(venue, { kind: 'moved-price', bps: 100, times: 1 })
    const missed = await send(client)
    expect((await entriesOf(venue, missed.clientId)).orders).toMatchObject([{ prints: [] }])
  })

  test('one level is printed in parts, one after the other', async () => {
    const client = await venues.client(venue)
    venues.servers.faults.desk(venue, { kind: 'split', prints: 4, everyMs: 300, times: 1 })
    const { clientId } = await send(client, { amount: 0.004 })
    const first = await lookupOf(client, venue, clientId)
    expect(first).toMatchObject({ status: 'open' })
    expect(Number(first.filled)).toBeLessThan(0.004)
    await expect
      .poll(() => lookupOf(client, venue, clientId), patient)
      .toMatchObject({ status: 'closed', filled: 0.004 })
    expect((await entriesOf(venue, clientId)).orders[0]?.prints).toHaveLength(4)
  })

  test('what ended without a fill is forgotten, what was filled is not', async () => {
    const client = await venues.client(venue)
    const filled = await send(client)
    const missed = await send(client, { price: 40_000 })
    expect(await isThere(client, venue, missed.clientId)).toBe(true)
    venues.servers.faults.desk(venue, { kind: 'forgetful' })
    expect(await isThere(client, venue, missed.clientId)).toBe(false)
    expect(await isThere(client, venue, filled.clientId)).toBe(true)
  })

  test('A8 an id is taken twice, and a lookup knows the last', async () => {
    const client = await venues.client(venue)
    const first = await send(client)
    venues.servers.faults.desk(venue, { kind: 'takes-duplicates' })
    const second = await send(client, { clientId: first.clientId })
    expect(second.error).toBeUndefined()
    expect(second.id).not.toBe(first.id)
    expect((await lookupOf(client, venue, first.clientId)).id).toBe(second.id)
    expect(await entriesOf(venue, first.clientId)).toMatchObject({ arrivals: 2, orders: [{}, {}] })
  })

  test('D1 balances are frozen, or those of some time ago', async () => {
    const client = await venues.client(venue)
    venues.servers.faults.desk(venue, { kind: 'frozen', assets: ['USDT'] })
    const frozen = await client.fetchBalance()
    expect(frozen['USDT']?.free).toBe(0)
    expect(Number(frozen['USDT']?.used)).toBeGreaterThan(0)
    expect((await send(client)).error).toBeInstanceOf(ccxt.InsufficientFunds)
    venues.servers.faults.heal(venue)
    const before = await client.fetchBalance()
    venues.servers.faults.desk(venue, { kind: 'stale-balances' })
    expect((await send(client)).error).toBeUndefined()
    expect((await client.fetchBalance())['USDT']).toEqual(before['USDT'])
    venues.servers.faults.heal(venue)
    expect((await client.fetchBalance())['USDT']).not.toEqual(before['USDT'])
  })

  test('the auditor sees every balance as what was there and what was traded', async () => {
    const client = await venues.client(venue)
    await send(client, { amount: 0.3, price: 50_020 })
    const { accounts } = await auditOf(venue)
    const shown = await client.fetchBalance()
    for (const [asset, { free }] of Object.entries(accounts[0]?.balances ?? {}))
      expect([asset, shown[asset]?.free]).toEqual([asset, Number(free)])
    expect(accounts[0]?.starting['USDT']).toBe('100000')
  })
})

test('recorded venues have nothing to say to a key', async () => {
  const source = createScriptedSource({ binance: [scriptedMarket(symbol)] })
  const servers = await startVenueServers({ source, recorded: true })
  try {
    const health = await fetch(`${servers.url}/simulator/health`)
    expect(await health.json()).toMatchObject({ recorded: true, traded: [] })
    const path = 'api.binance.com/api/v3/account'
    expect((await fetch(`${servers.url}/${path}`)).status).toBe(404)
    expect((await fetch(`${venues.servers.url}/${path}`)).status).toBe(401)
    const usual = await fetch(`${venues.servers.url}/simulator/health`)
    expect(await usual.json()).toMatchObject({ traded: [...tradedVenues] })
  } finally {
    await servers.close()
  }
})

test('cancelled orders are gone after the time that the venue keeps them', async () => {
  const forgetting = await openPrivateVenues({ habits: { cancelledKeptMs: 700 } })
  try {
    const client = await forgetting.client('okx')
    const { clientId } = await send(client, { price: 40_000 })
    expect(await isThere(client, 'okx', clientId)).toBe(true)
    await pause(750)
    expect(await isThere(client, 'okx', clientId)).toBe(false)
  } finally {
    await forgetting.close()
  }
})

test('the control route takes faults, and says what is wrong with what is none', async () => {
  const client = await venues.client('okx')
  const fault = { venue: 'okx', kind: 'lost-reply', on: 'place', times: 1 }
  expect((await askFor(fault)).status).toBe(200)
  expect((await send(client)).error).toBeInstanceOf(ccxt.NetworkError)
  expect((await askFor({ venue: 'okx', kind: 'clock', offsetMs: 90_000 })).status).toBe(200)
  expect(Number(await client.fetchTime()) - Date.now()).toBeGreaterThan(80_000)
  expect((await askFor({ venue: 'okx', kind: 'heal' })).status).toBe(200)
  expect(Number(await client.fetchTime()) - Date.now()).toBeLessThan(5000)
  for (const wrong of [
    { venue: 'nobody', kind: 'heal' },
    { venue: 'okx', kind: 'tea' },
    { venue: 'okx', kind: 'lost-reply', on: 'tea' },
    { venue: 'okx', kind: 'credit', asset: 'USDT', amount: 'much' },
  ]) {
    const answer = await askFor(wrong)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toHaveProperty('error')
  }
})
