// The gateway of a live desk on simulated venues: real keys of the configuration, a real database, and what
// becomes of a venue that no longer takes the key or the clock.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { migrate } from '../src/database/migrate.ts'
import { createLog } from '../src/log.ts'
import { marketKey, type Market } from '../src/market/market.ts'
import { baseAmount, price, quoteAmount } from '../src/money.ts'
import { openRunVenues } from '../src/run-venues.ts'
import { openRuntime, type Runtime } from '../src/runtime.ts'
import type { StreamState } from '../src/trade/account-news.ts'
import { openRunGateway } from '../workers/run-gateway.ts'
import { freshDatabase, type FreshDatabase } from './fresh-database.ts'
import { openPrivateVenues, symbol, tradedVenues, type PrivateVenues } from './private-venues.ts'

const key = {
  apiKey: 'live-key',
  secret: 'live-secret',
  password: 'live-password',
  permissions: ['read', 'trade'] as const,
}

let database: FreshDatabase
let venues: PrivateVenues
let markets: ReadonlyMap<string, Market>
beforeAll(async () => {
  database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  venues = await openPrivateVenues({ keys: [key] })
  const runtime = await open()
  const asked = await openRunVenues(runtime)
  const listed = await Promise.all(
    tradedVenues.map(async (venue) => {
      const listing = await asked.rest(venue).list()
      if (listing.outcome === 'failed') throw new Error(listing.detail)
      await runtime.markets.saveListing(venue, listing.markets, [])
      return listing.markets
    }),
  )
  await runtime.markets.saveValues(new Map(Object.entries({ USDT: 1, BTC: 50_000 })))
  markets = new Map(listed.flat().map((one) => [marketKey(one.venue, one.symbol), one]))
  await asked.close()
  await runtime.close()
})
afterAll(async () => {
  await venues.close()
  await database.drop()
})

const environment = () => ({
  ARBDESK_MODE: 'live',
  ARBDESK_MARKET: `venues:${venues.servers.url}`,
  ARBDESK_VENUES: tradedVenues.join(),
  DATABASE_URL: database.url,
  ARBDESK_RUN: JSON.stringify({
    startedAt: new Date().toISOString(),
    supervisorPid: process.pid,
    json: false,
    overrides: { 'trading.notional_usdt_max': '1000', 'trading.day_notional_usdt_max': '200' },
  }),
  ...Object.fromEntries(
    tradedVenues.flatMap((venue) => [
      [`${venue.toUpperCase()}_API_KEY`, key.apiKey],
      [`${venue.toUpperCase()}_API_SECRET`, key.secret],
      [`${venue.toUpperCase()}_API_PASSWORD`, key.password],
    ]),
  ),
})
const open = (changes: Record<string, string> = {}) =>
  openRuntime(readConfig({ ...environment(), ...changes }), createLog({ level: 'silent' }), 'live')

async function openGateway(
  changes: Partial<Runtime> = {},
  isHeld?: () => boolean,
  env: Record<string, string> = {},
) {
  const runtime = { ...(await open(env)), ...changes }
  const asked = await openRunVenues(runtime)
  const orders = await openRunGateway(runtime, asked, isHeld)
  onTestFinished(async () => {
    await orders.close()
    await asked.close()
    await runtime.close()
  })
  const alerts = async () =>
    (await runtime.outbox.read(0, 1000)).flatMap(({ notification: one }) =>
      one.kind === 'alert' ? [`${one.severity} ${one.subject}: ${one.text}`] : [],
    )
  return { orders, alerts }
}

const orderAt = (venue: string, amount = '0.002') => ({
  clientOrderId: `al${randomUUID().replaceAll('-', '').slice(0, 24)}`,
  market: markets.get(marketKey(venue, symbol)) as Market,
  side: 'buy' as const,
  amount: baseAmount(amount),
  limit: price('50020'),
  notAfter: new Date(Date.now() + 20_000),
})

test('G10: a live order is signed with the key of the configuration, and a simulator’s key opens nothing', async () => {
  const { orders, alerts } = await openGateway()
  for (const venue of tradedVenues) {
    expect(orders.haltOf(venue), venue).toBeUndefined()
    venues.freshBook(venue)
    expect((await orders.gateway.submit(orderAt(venue))).outcome, venue).toBe('accepted')
  }
  expect(await alerts()).toEqual([])

  const lent = await openGateway({}, undefined, {
    OKX_API_KEY: 'simulator',
    OKX_API_SECRET: 'simulator',
    OKX_API_PASSWORD: 'simulator',
  })
  expect(lent.orders.haltOf('okx')).toMatchObject({ cause: 'silence' })
  expect((await lent.orders.gateway.submit(orderAt('okx'))).outcome).toBe('void')
})

test('A10: a key that loses its rights in the middle stops orders to its venue alone, and pages', async () => {
  const { orders, alerts } = await openGateway()
  for (const venue of tradedVenues) {
    venues.servers.faults.permit(venue, ['read'], key.apiKey)
    onTestFinished(() => venues.servers.faults.permit(venue, ['read', 'trade'], key.apiKey))
    const first = await orders.gateway.submit(orderAt(venue))
    expect(first.outcome, venue).toBe('rejected')
    expect(orders.haltOf(venue)?.cause, venue).toBe('key')
    const second = await orders.gateway.submit(orderAt(venue))
    expect(second).toMatchObject({ outcome: 'void', reason: expect.stringContaining('is halted') })
    await expect
      .poll(async () => (await alerts()).filter((one) => one.startsWith(`P0 ${venue} is halted: `)))
      .toHaveLength(1)
    // The next venue was no part of it.
    const other = tradedVenues.at(tradedVenues.indexOf(venue) + 1)
    if (other !== undefined) expect(orders.haltOf(other)).toBeUndefined()
  }
})

test('A14: a venue whose clock is a minute from ours gets no order, and people are told', async () => {
  for (const venue of tradedVenues) {
    venues.servers.faults.clock(venue, 60_000)
    onTestFinished(() => venues.servers.faults.clock(venue, 0))
  }
  const { orders, alerts } = await openGateway()
  for (const venue of tradedVenues) {
    expect(orders.haltOf(venue), venue).toMatchObject({ cause: 'clock' })
    expect((await orders.gateway.submit(orderAt(venue))).outcome).toBe('void')
    await expect
      .poll(async () => (await alerts()).join('\n'))
      .toMatch(
        new RegExp(
          `P1 ${venue} is halted: No orders go to ${venue}: its clock and ours are \\d+ ms apart`,
        ),
      )
  }
})

test('what was signed before a restart counts for the signer’s day', async () => {
  const at = new Date(Date.now() - 3_600_000)
  const signed = [{ at, quote: 'USDT', cost: quoteAmount('700') }]
  const { orders } = await openGateway({ signedOrders: () => Promise.resolve(signed) })
  venues.freshBook('okx')
  // Six times 200 USDT are signed for in a day.
  expect((await orders.gateway.submit(orderAt('okx', '0.009'))).outcome).toBe('accepted')
  const tooMuch = await orders.gateway.submit(orderAt('okx', '0.009'))
  expect(tooMuch).toMatchObject({
    outcome: 'void',
    reason: expect.stringMatching(/^the signer refused: day: with the 1150\.18 USDT/),
  })
})

test('A16: a process that may have lost its turn signs nothing', async () => {
  const { orders } = await openGateway({}, () => false)
  expect(await orders.gateway.submit(orderAt('okx'))).toEqual({
    outcome: 'void',
    reason: 'another process may sign now',
  })
})

test('A16 the streams of an account are opened with its trading keys, and a refusal repeats none of them', async () => {
  const { orders } = await openGateway({}, undefined, { OKX_API_SECRET: 'another-secret' })
  const states = new Map<string, StreamState>()
  const streams = orders.listen?.({
    order: () => undefined,
    balances: () => undefined,
    changed: (venue, state) => void states.set(venue, state),
  })
  onTestFinished(() => streams?.close())
  const up = tradedVenues.filter((venue) => venue !== 'okx')
  await expect
    .poll(() => [...states].filter(([, { state }]) => state === 'up').length, { timeout: 20_000 })
    .toBe(up.length)
  expect(states.get('okx')).toEqual({ state: 'away', reason: 'it refused our login' })
  expect(JSON.stringify([...states])).not.toMatch(
    /live-key|live-secret|live-password|another-secret/,
  )
})
