// What the engine works with in a chaos run: the real store, the real gateway, and prices as the venues
// show them now.
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase, type Database } from '../../src/database/connect.ts'
import { openPostgresExecutionStore } from '../../src/database/postgres-execution-store.ts'
import {
  openCcxtOrderGateway,
  type LiveOrderGateway,
} from '../../src/exchanges/ccxt-order-gateway.ts'
import { openPostgresTransferStore } from '../../src/database/postgres-transfer-store.ts'
import { openVenues, type Venues } from '../../src/exchanges/open-venues.ts'
import { orderCard } from '../../src/exchanges/order-cards.ts'
import { createMemoryRequestBudget } from '../../src/market/memory-request-budget.ts'
import { marketKey, type Market } from '../../src/market/market.ts'
import {
  averagePrice,
  bought,
  decimalOf,
  parseDecimal,
  price,
  rate,
  type BaseAmount,
  type QuoteAmount,
} from '../../src/money.ts'
import { exactLevels, walk } from '../../src/opportunity/depth.ts'
import type { Side } from '../../src/opportunity/opportunity.ts'
import { createBells } from '../../src/trade/engine/bells.ts'
import type { Ask } from '../../src/trade/engine/effect.ts'
import type { Preflight, Quote } from '../../src/trade/engine/event.ts'
import type { CitedBook, Execution } from '../../src/trade/engine/execution.ts'
import type { ExecutionDesk } from '../../src/trade/engine/execution-desk.ts'
import { netOf, planOf, type PlannedLeg } from '../simulation/sample-execution.ts'
import { chaosSymbols, chaosVenues } from './chaos-world.ts'

export type ChaosDeskOptions = {
  readonly databaseUrl: string
  readonly venuesUrl: string
  readonly markets: readonly Market[]
  readonly worker: string
}

const levelsAsked = 5
const requestMsMax = 2_000
/** These venues let so much more through than real ones: a trade here waits for faults, not for its turn. */
const laneFactor = 20
/** They act on what has arrived within a part of a second, or on purpose within `lateMsMax`. */
const engineTimeoutMs = 5_000
const noBudget = () => createMemoryRequestBudget(() => undefined)

export const openChaosVenues = (url: string): Promise<Venues> =>
  openVenues({
    market: { kind: 'servers', url },
    only: undefined,
    accessOf: () => ({}),
    budget: noBudget(),
  })

type Seen = {
  readonly bids: readonly (readonly [number, number])[]
  readonly asks: readonly (readonly [number, number])[]
  readonly sentAtMs: number
}

/** @throws Error when the venue does not answer. */
async function see(venues: Venues, { venue, symbol }: Market): Promise<Seen> {
  const book = await venues.rest(venue).book(symbol, levelsAsked)
  if (book.outcome === 'failed') throw new Error(book.detail)
  return book
}

const sideOf = (side: Side, { bids, asks }: Seen) => (side === 'buy' ? asks : bids)

function cited({ venue, symbol }: Market, { bids, asks, sentAtMs }: Seen): CitedBook {
  const isCrossed = (bids[0]?.[0] ?? 0) >= (asks[0]?.[0] ?? Infinity)
  return { venue, symbol, ageMs: Date.now() - sentAtMs, synced: true, crossed: isCrossed }
}

/** A plan along these legs at the best prices of now. @throws Error when a book cannot be had. */
export async function planNow(
  venues: Venues,
  kind: Execution['kind'],
  legs: readonly PlannedLeg[],
  amount: BaseAmount,
) {
  const seen = await Promise.all(legs.map(({ market }) => see(venues, market)))
  const top = (leg: PlannedLeg) => {
    const best = sideOf(leg.side, seen[legs.indexOf(leg)] as Seen)[0]
    if (best === undefined) throw new Error(`${leg.market.venue} shows nothing to take`)
    return price(decimalOf(best[0]))
  }
  const plan = planOf(kind, legs, amount, top)
  const books = legs.map(({ market }, step) => cited(market, seen[step] as Seen))
  return { plan, books, net: netOf(plan) }
}

async function quoteOf(venues: Venues, market: Market, ask: Ask): Promise<Quote[]> {
  const seen = await see(venues, market).catch(() => undefined)
  const levels = exactLevels(seen === undefined ? [] : sideOf(ask.side, seen), rate('1'))
  const best = levels[0]?.[0]
  if (seen === undefined || best === undefined) return []
  const wanted =
    ask.asset === market.base ? (ask.amount as BaseAmount) : bought(best, ask.amount as QuoteAmount)
  const rounding = ask.side === 'buy' ? 'up' : 'down'
  const { amount, notional, worst = best } = walk(levels, wanted, rounding)
  const { role, step, side } = ask
  const average = averagePrice(notional, amount, rounding)
  return [{ role, step, side, market, average, worst, book: cited(market, seen) }]
}

const bookedOn = async (db: Database, venue: string) => {
  const rows = await db
    .selectFrom('balances')
    .select(['asset', 'free', 'reserved'])
    .where('venue', '=', venue)
    .where('mode', '=', 'paper')
    .execute()
  return rows.map(({ asset, free, reserved }) => ({
    asset,
    amount: parseDecimal(free) + parseDecimal(reserved),
  }))
}

function openGateway(url: string): LiveOrderGateway {
  const keys = { apiKey: 'simulator', secret: 'simulator', password: 'simulator' }
  const gateway = openCcxtOrderGateway({
    venues: chaosVenues,
    access: (venue) => ({
      venue,
      market: { kind: 'servers', url },
      keys,
      requestTimeoutMs: requestMsMax,
    }),
    lane: createMemoryRequestBudget((venue) => {
      const orderRate = orderCard(venue)?.orderRate
      if (orderRate === undefined) return undefined
      const { weightPerSecond, burst } = orderRate
      return { weightPerSecond: weightPerSecond * laneFactor, burst: burst * laneFactor }
    }),
    budget: noBudget(),
  })
  return { ...gateway, card: (venue) => ({ ...gateway.card(venue), engineTimeoutMs }) }
}

/** What the first orders would else wait for until they are too late. Who does not answer is asked by them. */
const warmUp = (gateway: LiveOrderGateway, venues: Venues) =>
  Promise.allSettled(
    chaosVenues.flatMap((venue) => [
      gateway.prepare(venue),
      venues.rest(venue).book(chaosSymbols[0], levelsAsked),
    ]),
  )

export async function openChaosDesk(options: ChaosDeskOptions): Promise<ExecutionDesk> {
  const { databaseUrl, venuesUrl, worker, markets } = options
  const byKey = new Map(markets.map((market) => [marketKey(market.venue, market.symbol), market]))
  const { db } = openDatabase({ url: databaseUrl, name: worker })
  const venues = await openChaosVenues(venuesUrl)
  const gateway = openGateway(venuesUrl)
  await warmUp(gateway, venues)
  const marketAt = ({ plan }: Execution, step: number): Market => {
    const leg = plan[step]
    const market = leg && byKey.get(marketKey(leg.venue, leg.symbol))
    if (market === undefined) throw new Error(`nobody lists the market of step ${step}`)
    return market
  }
  return {
    store: openPostgresExecutionStore(db, { mode: 'paper' }),
    transfers: openPostgresTransferStore(db, { mode: 'paper' }),
    gateway,
    worker,
    now: () => new Date(),
    bells: createBells(),
    elapsedMs: () => performance.now(),
    wait: (ms) => sleep(ms),
    booked: (venue) => bookedOn(db, venue),
    async preflight(execution): Promise<Preflight> {
      const { kind, plan } = execution
      const legs = plan.map(({ side }, step) => ({ market: marketAt(execution, step), side }))
      const first = plan[0]?.amount ?? (0n as BaseAmount)
      const fresh = await planNow(venues, kind, legs, first)
      return { outcome: 'passed', ...fresh, markets: legs.map(({ market }) => market), flaky: [] }
    },
    quote: async (execution, asks) =>
      (
        await Promise.all(asks.map((ask) => quoteOf(venues, marketAt(execution, ask.step), ask)))
      ).flat(),
  }
}
