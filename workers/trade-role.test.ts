import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { openRoleBench, type RoleBench } from '../test/role-bench.ts'
import { scriptedMarket } from '../test/scripted-source.ts'
import { declare, grantTrade, openStores, totals } from '../test/stores.ts'
import { openTradingFloor, type FloorLeg, type TradingFloor } from '../test/trading-floor.ts'
import { readConfig } from '../src/config.ts'
import { openDatabase } from '../src/database/connect.ts'
import { createLog } from '../src/log.ts'
import { format, parseDecimal } from '../src/money.ts'
import { describe } from '../src/notification/describe.ts'
import { createRunTally } from '../src/notification/run-summary.ts'
import { openRuntime } from '../src/runtime.ts'
import { tradeRole } from './trade-role.ts'

const cycle: readonly FloorLeg[] = [
  ['binance', 'ETH/USDT', 'buy'],
  ['binance', 'ETH/BTC', 'sell'],
  ['binance', 'BTC/USDT', 'sell'],
]
const patient = { timeout: 20_000, interval: 20 }
const labels = { mode: 'paper', market: 'simulator' } as const

let floor: TradingFloor
beforeAll(async () => {
  const fine = { priceDecimals: 6, amountDecimals: 6, amountMin: 0.001, notionalMin: 0.0001 }
  const symbols = ['ETH/USDT', 'ETH/BTC', 'BTC/USDT']
  floor = await openTradingFloor({
    kucoin: [scriptedMarket('SOL/USDT')],
    binance: symbols.map((symbol) => scriptedMarket(symbol, fine)),
  })
})
afterAll(() => floor.close())
beforeEach(() => {
  floor.show('binance', 'ETH/USDT', { bids: [[99.9, 50]], asks: [[100, 50]] })
  floor.show('binance', 'ETH/BTC', { bids: [[0.0103, 50]], asks: [[0.0104, 50]] })
  floor.show('binance', 'BTC/USDT', { bids: [[10_000, 5]], asks: [[10_001, 5]] })
})

type Bench = RoleBench & { readonly stores: ReturnType<typeof openStores> }

/** A desk whose database knows the floor's markets and has money to trade with. */
async function openDesk(overrides: Readonly<Record<string, string>> = {}): Promise<Bench> {
  const bench = await openRoleBench({
    overrides,
    environment: { ARBDESK_VENUES: 'kucoin,binance' },
    venuesUrl: () => floor.servers.url,
  })
  onTestFinished(bench.close)
  const stores = openStores(bench.databaseUrl)
  onTestFinished(stores.cutOff)
  for (const venue of ['kucoin', 'binance']) {
    const listing = floor.markets.filter((market) => market.venue === venue)
    await stores.markets.saveListing(venue, listing, [])
  }
  await stores.markets.saveValues(new Map(Object.entries({ USDT: 1, ETH: 100, BTC: 10_000 })))
  await declare(stores, { 'kucoin USDT': '1000', 'binance USDT': '1000' })
  return { ...bench, stores }
}

const offer = (route = 'cycle binance USDT>ETH>BTC') => floor.offer(cycle, { route })
const stateOf = async ({ stores }: Bench, trade: string) => (await stores.trades.find(trade))?.state
const fillsOf = async ({ stores }: Bench, trade: string) =>
  (await stores.trades.find(trade))?.fills.length

/** As a person changes a setting in a process of its own. */
async function change({ databaseUrl }: Bench, key: string, text: string): Promise<void> {
  const config = readConfig({ DATABASE_URL: databaseUrl })
  const runtime = await openRuntime(config, createLog({ level: 'silent' }), 'person')
  await runtime.settings.change(key, text, 'terminal:ann')
  await runtime.close()
}

/** What the notifications about trades say, in order. */
async function tradeCards({ stores }: Bench) {
  return (await stores.told()).flatMap((notification) =>
    notification.kind === 'trade'
      ? [describe({ seq: 1, at: new Date(), key: '', notification }, labels)]
      : [],
  )
}

/** What the last words of a run would count, had it heard everything. */
async function tally({ stores }: Bench) {
  const run = createRunTally()
  const told = await stores.told()
  told.forEach((notification, seq) => run.add({ seq, at: new Date(), key: '', notification }))
  return run.counts()
}

test('a question that was open before the desk only tells is closed when it starts, and cannot become a trade', async () => {
  const desk = await openDesk({ 'approval.mode': 'alert' })
  const { approvals, trades } = desk.stores
  const asked = await approvals.ask(await offer(), 60_000)
  if (asked.outcome !== 'asked') throw new Error(asked.outcome)
  const granted = await grantTrade(desk.stores, await offer('cycle binance USDT>ETH>SOL'))
  const before = await totals(desk.stores)
  desk.start(tradeRole)
  await expect
    .poll(async () => (await approvals.find(asked.approval.id))?.state, patient)
    .toBe('superseded')
  await expect.poll(() => stateOf(desk, granted), patient).toBe('abandoned')
  expect(await trades.find(granted)).toMatchObject({
    reason: expect.stringMatching(/^alert only: approval\.mode is alert/),
    fills: [],
  })
  expect((await tradeCards(desk)).map(({ text }) => text)).toEqual([
    expect.stringMatching(/^Nothing was traded: alert only: /),
  ])
  expect(await totals(desk.stores)).toEqual(before)
}, 60_000)

test('S26 a file named kill in the home stops what was approved, and is told and kept in the database', async () => {
  const desk = await openDesk()
  const role = desk.start(tradeRole)
  await role.ready
  writeFileSync(join(desk.home, 'kill'), '')
  const granted = await grantTrade(desk.stores, await offer())
  await expect.poll(() => stateOf(desk, granted), patient).toBe('abandoned')
  expect(await desk.stores.trades.find(granted)).toMatchObject({
    reason: expect.stringMatching(/^killed: the kill switch is pressed/),
    fills: [],
  })
  const alerts = async () => (await desk.stores.told()).filter(({ kind }) => kind === 'alert')
  await expect
    .poll(alerts, patient)
    .toMatchObject([{ severity: 'P0', text: expect.stringContaining(join(desk.home, 'kill')) }])
}, 60_000)

test('F11 C13 a trade that a full disk or a dollar off its peg speaks against is not begun, and says which', async () => {
  const desk = await openDesk()
  const worths = { USDT: 1, ETH: 100, BTC: 10_000, USDC: 0.9, DAI: 0.9 }
  await desk.stores.markets.saveValues(new Map(Object.entries(worths)))
  desk.start(tradeRole)
  const before = await totals(desk.stores)
  const reasonOf = async (route: string) => {
    const granted = await grantTrade(desk.stores, await offer(route))
    await expect.poll(() => stateOf(desk, granted), patient).toBe('abandoned')
    const trade = await desk.stores.trades.find(granted)
    return trade?.state === 'abandoned' ? trade.reason : undefined
  }
  expect(await reasonOf('cycle binance USDT>ETH>BTC')).toMatch(
    /USDT is more than 2 % off every other dollar \(USDC, DAI\)/,
  )
  await change(desk, 'risk.disk_free_percent_min', '100')
  expect(await reasonOf('cycle binance USDT>ETH>SOL')).toMatch(
    /the disk of .* has \d+ MB \(\d+ %\) left, at least 200 MB and 100 % are needed/,
  )
  expect(await totals(desk.stores)).toEqual(before)
}, 60_000)

test('G5 a balance that nobody can explain stops the next trade before it begins, and is told', async () => {
  const desk = await openDesk()
  const { db, close } = openDatabase({ url: desk.databaseUrl })
  await sql`update balances set free = free + 1 where venue = 'kucoin'`.execute(db)
  await close()
  const granted = await grantTrade(desk.stores, await offer())
  desk.start(tradeRole)
  await expect.poll(() => stateOf(desk, granted), patient).toBe('abandoned')
  expect(await desk.stores.trades.find(granted)).toMatchObject({
    reason: expect.stringMatching(/^breaker: 1 balance is not what the ledger adds up to/),
    fills: [],
  })
  const alerts = (await desk.stores.told()).filter(({ kind }) => kind === 'alert')
  expect(alerts).toMatchObject([{ severity: 'P0', subject: 'Breaker unexplained-balance tripped' }])
}, 60_000)

test('a mode that anybody changes anywhere closes what is open within the second', async () => {
  const desk = await openDesk()
  const { approvals } = desk.stores
  const role = desk.start(tradeRole)
  await role.ready
  await approvals.ask(await offer(), 60_000)
  await change(desk, 'approval.mode', 'alert')
  await expect.poll(() => approvals.listOpen(), { timeout: 1500 }).toEqual([])
  expect((await desk.stores.told()).at(-1)).toMatchObject({
    kind: 'approval',
    approval: { state: 'superseded', reason: expect.stringContaining('approval.mode is alert') },
  })
}, 60_000)

test('a trade that was approved and not sent when the desk was paused is not made, and says why', async () => {
  const desk = await openDesk()
  const granted = await grantTrade(desk.stores, await offer())
  await change(desk, 'desk.paused', 'true')
  desk.start(tradeRole)
  await expect.poll(() => stateOf(desk, granted), patient).toBe('abandoned')
  const [card] = await tradeCards(desk)
  expect(card?.text).toMatch(
    /^Nothing was traded: paused: the desk is paused; "resume" lets it trade; \+[\d.]+ USDT expected/,
  )
}, 60_000)

test('F14 a desk that is stopped between two legs sends the rest of them first', async () => {
  const desk = await openDesk({ 'paper.latency_ms': '250' })
  const role = desk.start(tradeRole)
  await role.ready
  const granted = await grantTrade(desk.stores, await offer())
  await expect.poll(() => fillsOf(desk, granted), patient).toBe(1)
  await role.stop()
  expect([await stateOf(desk, granted), await fillsOf(desk, granted)]).toEqual(['settled', 3])
}, 60_000)

test('A3 a desk that is ended between two legs finds out what became of the second and brings the first home', async () => {
  const desk = await openDesk({ 'paper.latency_ms': '4500' })
  const before = await totals(desk.stores)
  const role = desk.start(tradeRole)
  await role.ready
  const granted = await grantTrade(desk.stores, await offer())
  await expect.poll(() => fillsOf(desk, granted), patient).toBe(1)
  // The second leg travels longer than a desk that stops may take.
  await role.stop()
  expect([await stateOf(desk, granted), await fillsOf(desk, granted)]).toEqual(['executing', 1])
  expect((await tradeCards(desk)).at(-1)?.text).toMatch(/^Orders are on their way; /)
  const open = await desk.stores.trades.find(granted)
  if (open === undefined) throw new Error('the trade is gone')
  const now = { seq: 1, at: new Date(), key: '' }
  expect(describe({ ...now, notification: { kind: 'trade', trade: open } }, labels).text).toMatch(
    /^Orders are on their way, 1 of 3 legs filled; /,
  )

  // As if its lease were over.
  const { db, close } = openDatabase({ url: desk.databaseUrl })
  onTestFinished(close)
  await sql`update executions set lease_until = clock_timestamp()`.execute(db)
  const again = desk.start(tradeRole)
  await again.ready
  // First it is proved that nothing became of the second leg; then what is open is brought home.
  await expect.poll(() => stateOf(desk, granted), { ...patient, timeout: 90_000 }).toBe('settled')
  await sleep(2500)
  await again.stop()

  const trade = await desk.stores.trades.find(granted)
  if (trade?.state !== 'settled') throw new Error(trade?.state)
  expect(trade.fills.map((fill) => fill.role)).toEqual([undefined, 'hedge', 'hedge'])
  const ends = (await tradeCards(desk)).filter(({ text }) => text?.startsWith('Realised'))
  expect(ends).toHaveLength(1)
  expect(await tally(desk)).toMatchObject({ settled: 1, abandoned: 0, exposed: 0 })
  const after = await totals(desk.stores)
  const left = trade.residual.find(({ asset }) => asset === 'ETH')?.amount ?? 0n
  expect(after.get('ETH') ?? 0n).toBe(left)
  expect(after.get('USDT')).toBe((before.get('USDT') ?? 0n) + trade.realisedNet)
}, 150_000)

test('over the wire a trade is done at the venue, and what we think it holds is what it holds to the last digit', async () => {
  const desk = await openDesk({
    'execution.gateway': 'venue',
    'trading.venue_capital_percent_max': '100',
  })
  const role = desk.start(tradeRole)
  await role.ready
  const { trades } = desk.stores
  const heldBy = async (venue: string) =>
    Object.fromEntries(
      (await trades.balances())
        .filter((balance) => balance.venue === venue && balance.free + balance.reserved !== 0n)
        .map(({ asset, free, reserved }) => [asset, format(free + reserved)]),
    )
  const heldThere = async (venue: string) => {
    const response = await fetch(`${floor.servers.url}/simulator/orders`)
    const { venues } = (await response.json()) as {
      venues: Record<
        string,
        { accounts: { balances: Record<string, { free: string; held: string }> }[] }
      >
    }
    const entries = Object.entries(venues[venue]?.accounts[0]?.balances ?? {}).map(
      ([asset, { free, held }]) =>
        [asset, format(parseDecimal(free) + parseDecimal(held))] as const,
    )
    return Object.fromEntries(entries.filter(([, total]) => total !== '0'))
  }
  // The money that the desk had made up before is no more.
  for (const venue of ['binance', 'kucoin'])
    expect(await heldBy(venue)).toEqual(await heldThere(venue))
  const before = await heldBy('binance')
  const alerts = async () => (await desk.stores.told()).filter(({ kind }) => kind === 'alert')
  expect(await alerts()).toMatchObject([
    {
      severity: 'P2',
      subject: 'The desk is ready',
      text: expect.stringMatching(/^2 venue accounts were looked at/),
    },
  ])

  const { db, close } = openDatabase({ url: desk.databaseUrl, name: 'test' })
  onTestFinished(close)
  const streams = async () =>
    (await db.selectFrom('account_streams').select(['venue', 'state']).execute()).toSorted((a, b) =>
      a.venue < b.venue ? -1 : 1,
    )
  const up = ['binance', 'kucoin'].map((venue) => ({ venue, state: 'up' }))
  await expect.poll(streams, patient).toEqual(up)

  const granted = await grantTrade(desk.stores, await offer())
  await expect.poll(() => stateOf(desk, granted), patient).not.toMatch(/approved|executing/)
  expect(await trades.find(granted)).toMatchObject({ state: 'settled' })
  await change(desk, 'execution.streams', 'false')
  await expect.poll(streams, patient).toEqual([])
  expect(await heldBy('binance')).toEqual(await heldThere('binance'))
  expect(await heldBy('binance')).not.toEqual(before)
  expect(await trades.unexplained()).toEqual([])
  expect(desk.complaints).toEqual([])
}, 60_000)

test('at a market that is not simulated orders fill on paper, whatever the setting says', async () => {
  const desk = await openRoleBench({
    overrides: { 'execution.gateway': 'venue' },
    environment: {
      ARBDESK_MARKET: 'live',
      ARBDESK_VENUES: 'kucoin',
      KUCOIN_REST_URL: floor.servers.url,
    },
    venuesUrl: () => undefined,
  })
  onTestFinished(desk.close)
  await desk.start(tradeRole).ready
  expect(desk.complaints).toEqual([expect.stringContaining('orders fill on paper')])
}, 60_000)
