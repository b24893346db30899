// A desk on five simulated venue accounts, with its real gateway, its real database and nothing between:
// for tests of what it makes of an account that others touch, too.
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../src/config.ts'
import { openDatabase, type Database } from '../src/database/connect.ts'
import { migrate } from '../src/database/migrate.ts'
import { openPostgresBreakerStore } from '../src/database/postgres-breaker-store.ts'
import { openPostgresReconcileStore } from '../src/database/postgres-reconcile-store.ts'
import { openAccountStreams } from '../src/exchanges/account-streams.ts'
import { openCcxtOrderGateway, type LiveOrderGateway } from '../src/exchanges/ccxt-order-gateway.ts'
import { createLog } from '../src/log.ts'
import { createMemoryRequestBudget } from '../src/market/memory-request-budget.ts'
import { marketKey, type Market } from '../src/market/market.ts'
import { format, type BaseAmount } from '../src/money.ts'
import { openRuntime } from '../src/runtime.ts'
import { simulatorKey } from '../src/simulator/accounts/account.ts'
import { drive } from '../src/trade/engine/drive.ts'
import type { Execution, Terms } from '../src/trade/engine/execution.ts'
import type { ExecutionDesk } from '../src/trade/engine/execution-desk.ts'
import { lookAtVenue, type Looked } from '../src/trade/reconcile/look-at-venue.ts'
import type { ReconcileDesk } from '../src/trade/reconcile/reconcile-desk.ts'
import type { StreamStatus } from '../src/trade/stream-store.ts'
import { openAccountNews, type AccountNews } from '../workers/account-news.ts'
import { openReconciler } from '../workers/reconciler.ts'
import { openChaosDesk, openChaosVenues, planNow } from './chaos/chaos-desk.ts'
import { openFloor } from './chaos/floor.ts'
import { opportunityOf } from './chaos/offer.ts'
import { freshDatabase } from './fresh-database.ts'
import { openPrivateVenues, symbol, tradedVenues, type PrivateVenues } from './private-venues.ts'
import { openStores, type TestStores } from './stores.ts'
import { sampleExecution } from './simulation/sample-execution.ts'

/** Somebody else's account, whose key may withdraw. */
export const otherKey = { apiKey: 'other', secret: 'other', password: 'other' }

export type Listening = {
  /** Client ids of orders that a stream told of, as "okx ap…". */
  readonly heard: readonly string[]
  /** The lines that the log would have. */
  readonly said: readonly string[]
  readonly streams: () => Promise<readonly StreamStatus[]>
  /** Looks at every account, as when its time has come. */
  readonly tick: () => Promise<void>
  readonly close: () => Promise<void>
}

export type ReconcileBench = {
  readonly venues: PrivateVenues
  readonly db: Database
  readonly databaseUrl: string
  readonly stores: Omit<TestStores, 'close'>
  readonly gateway: LiveOrderGateway
  readonly desk: ExecutionDesk
  readonly reconciling: ReconcileDesk
  readonly breakers: ReturnType<typeof openPostgresBreakerStore>
  readonly market: (venue: string) => Market
  /** One look; nothing is taken over unless it says so. */
  readonly look: (venue: string, adopts?: boolean) => Promise<Looked>
  /** An approved trade on the books of now, not driven yet. */
  readonly trade: (buy: string, sell: string, terms?: Partial<Terms>) => Promise<string>
  readonly drive: (id: string) => ReturnType<typeof drive>
  readonly execution: (id: string) => Promise<Execution>
  /** What the ledger has there: "5.2 BTC". */
  readonly booked: (venue: string, asset: string) => Promise<string>
  /** What people were told from here on, as "P1 subject". */
  readonly told: () => Promise<readonly string[]>
  /** Has the venues tell of the accounts from here on, as the desk does, until it is closed. */
  readonly listen: () => Promise<Listening>
  /** Until the drives that looks set off have ended. */
  readonly settled: () => Promise<void>
  readonly close: () => Promise<void>
}

const requestTimeoutMs = 10_000
let trades = 0

const accessTo = (url: string) => (venue: string) => {
  const { apiKey, secret, password } = simulatorKey
  const market = { kind: 'servers', url } as const
  return { venue, market, keys: { apiKey, secret, password }, requestTimeoutMs }
}
/** Nobody else asks here, and tests need not wait as long as venues would like. */
const noBudget = () => createMemoryRequestBudget(() => undefined)

const openGateway = (url: string) =>
  openCcxtOrderGateway({
    venues: tradedVenues,
    access: accessTo(url),
    lane: noBudget(),
    budget: noBudget(),
  })

async function listen(
  bench: Pick<ReconcileBench, 'databaseUrl' | 'desk' | 'gateway' | 'venues'>,
): Promise<Listening> {
  const { databaseUrl, desk, gateway, venues } = bench
  const config = readConfig({ DATABASE_URL: databaseUrl })
  const runtime = await openRuntime(config, createLog({ level: 'silent' }), 'listen')
  await runtime.settings.change('reconcile.told_ms', '200', 'terminal:ann')
  const accounts = { venues: tradedVenues, gateway }
  let news: AccountNews | undefined
  const missed = (venue: string) => news?.missed(venue)
  const reconciler = await openReconciler({ runtime, desk, accounts, missed })
  await reconciler.boot()
  const heard: string[] = []
  const said: string[] = []
  news = openAccountNews({
    mode: 'paper',
    desk,
    settings: runtime.settings,
    store: runtime.accountStreams,
    log: { info: (line) => void said.push(line), warn: (line) => void said.push(line) },
    look: (venue) => reconciler.hint(venue),
    driven: () => undefined,
    changed: () => undefined,
    listen: (listener) =>
      openAccountStreams({
        venues: tradedVenues,
        access: accessTo(venues.servers.url),
        budget: noBudget(),
        backoff: { firstMs: 50, maxMs: 200, refusedMs: 500 },
        listener: {
          ...listener,
          order(venue, id) {
            heard.push(`${venue} ${id}`)
            listener.order(venue, id)
          },
        },
      }),
  })
  return {
    heard,
    said,
    streams: () => runtime.accountStreams.list(),
    async tick() {
      await runtime.settings.change('reconcile.idle_ms', '1000', 'terminal:ann')
      await runtime.settings.change('reconcile.open_ms', '1000', 'terminal:ann')
      await reconciler.tick()
    },
    async close() {
      await news?.close()
      await reconciler.close()
      await runtime.close()
    },
  }
}

async function listAll(url: string) {
  const market = await openChaosVenues(url)
  const listings = await Promise.all(tradedVenues.map((venue) => market.rest(venue).list()))
  const markets = listings.flatMap((listing) => {
    if (listing.outcome === 'failed') throw new Error(listing.detail)
    return listing.markets
  })
  return { market, markets }
}

export async function openReconcileBench(): Promise<ReconcileBench> {
  const venues = await openPrivateVenues({
    keys: [simulatorKey, otherKey],
    transferDelayMs: () => 50,
  })
  const { url } = venues.servers
  const database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  const { db, close: closeDatabase } = openDatabase({ url: database.url, name: 'reconcile' })
  const stores = openStores(database.url)
  const floor = openFloor(database.url)
  const { market: books, markets } = await listAll(url)
  const byKey = new Map(markets.map((one) => [marketKey(one.venue, one.symbol), one]))
  const marketOf = (venue: string) => byKey.get(marketKey(venue, symbol)) as Market
  const gateway = openGateway(url)
  const desk: ExecutionDesk = {
    ...(await openChaosDesk({
      databaseUrl: database.url,
      venuesUrl: url,
      markets,
      worker: 'reconcile',
    })),
    gateway,
  }
  const rechecks: Promise<unknown>[] = []
  const reconciling: ReconcileDesk = {
    mode: 'paper',
    accounts: gateway,
    store: openPostgresReconcileStore(db, { mode: 'paper' }),
    markets: async (venue) => markets.filter((one) => one.venue === venue),
    values: async () => new Map(Object.entries({ BTC: 50_000, ETH: 3000, BNB: 600 })),
    toleranceUsdt: () => 1,
    recheck: async (id) => void rechecks.push(drive(desk, id, { type: 'recheck' })),
    wait: (ms) => sleep(ms),
  }
  let heard = 0

  return {
    venues,
    db,
    databaseUrl: database.url,
    stores,
    gateway,
    desk,
    reconciling,
    breakers: openPostgresBreakerStore(db, { mode: 'paper' }),
    market: marketOf,
    look: (venue, adopts = false) => lookAtVenue(reconciling, venue, { adopts: () => adopts }),
    async trade(buy, sell, terms = {}) {
      const legs = [
        { market: marketOf(buy), side: 'buy' },
        { market: marketOf(sell), side: 'sell' },
      ] as const
      const planned = await planNow(books, 'cross', legs, (10n ** 16n) as BaseAmount)
      const opportunity = opportunityOf(`cross ${buy}>${sell} ${++trades}`, 'cross', planned)
      return await floor.create(opportunity, ({ trade, approval }) => {
        const sample = sampleExecution(trade, 'cross', planned.plan, new Date(), {
          bookAgeMsMax: 30_000,
          sendMsMax: 20_000,
          ...terms,
        })
        const { id, route } = opportunity
        const deadline = new Date(Date.now() + 120_000)
        return { ...sample, opportunity: id, approval, route, deadline }
      })
    },
    drive: (id) => drive(desk, id),
    async execution(id) {
      const found = await desk.store.find(id)
      if (found === undefined) throw new Error(`there is no execution ${id}`)
      return found.execution
    },
    async booked(venue, asset) {
      const row = (await stores.trades.balances()).find(
        (one) => one.venue === venue && one.asset === asset,
      )
      return `${format((row?.free ?? 0n) + (row?.reserved ?? 0n))} ${asset}`
    },
    async told() {
      const all = await stores.told()
      const fresh = all.slice(heard)
      heard = all.length
      return fresh.flatMap((one) =>
        one.kind === 'alert' ? [`${one.severity} ${one.subject}`] : [],
      )
    },
    listen: () => listen({ databaseUrl: database.url, desk, gateway, venues }),
    settled: async () => void (await Promise.all(rechecks.splice(0))),
    async close() {
      await Promise.all(rechecks)
      await gateway.close()
      await books.close()
      await floor.close()
      await stores.cutOff()
      await closeDatabase()
      await venues.close()
      await database.drop()
    },
  }
}
