// Detection over all tickers of all venues at once, with each market's own fee: what the sweep job runs.
// The routes of a universe are listed once; a sweep only multiplies rates.
import type { Market, MarketId, VenueId } from '../market/market.ts'
import { marketKey } from '../market/market.ts'
import type { Ticker } from '../market/ticker.ts'
import type { Candidate, LegQuote } from './candidate.ts'
import { firstReason, firstRefusal, type FilterLimits } from './filters.ts'
import { candidateOf, type Knowledge } from './knowledge.ts'
import { tickerQuote, venueAheadMs } from './leg-quote.ts'
import { createRates, shareAt, type Rates } from './rates.ts'
import type { Refusal } from './refusal.ts'
import {
  crossRoutes,
  cycleRoutes,
  legsMax,
  marketOf,
  routeNames,
  sideOfEdge,
  type Edge,
  type RouteTable,
} from './routes.ts'

export type RouteKind = 'cross' | 'cycle'

/** A route that pays before fees, and the first filter against it. */
export type Finding = {
  readonly name: string
  readonly candidate: Candidate
  readonly refusal: Refusal | undefined
}

export type SweepCounts = {
  /** Routes all of whose legs had a price. */
  readonly routes: number
  readonly grossPositive: number
  readonly netPositive: number
  /** Findings that no filter refused. */
  readonly passed: number
}

export type SweepResult = {
  readonly findings: readonly Finding[]
  readonly counts: Readonly<Record<RouteKind, SweepCounts>>
}

/** A route worth ranking for the watchlist: it pays, comes close, or could be paid for. */
export type NearRoute = {
  readonly name: string
  readonly candidate: Candidate
  /** Every account it would spend from holds something. */
  readonly funded: boolean
}

export type NearWish = {
  /** Net share from which on a route comes close, such as -0.01. */
  readonly netMin: number
  /** How many of those, best first; funded cross routes come on top. */
  readonly count: number
  /** Whether an account holds any of an asset. Cross routes it funds are included however far from paying. */
  readonly holds: (venue: VenueId, asset: string) => boolean
}

export type Sweep = {
  /** Takes a venue's answer in place of its last one. `receivedAtMs` is our wall clock. */
  take(venue: VenueId, tickers: readonly Ticker[], receivedAtMs: number): void
  /** Forgets a venue that failed, so that its old prices decide nothing. */
  drop(venue: VenueId): void
  /** `nowMs` is our wall clock. */
  detect(nowMs: number, limits: FilterLimits): SweepResult
  /** Best net first; a route that a lasting filter refuses is left out. */
  near(nowMs: number, limits: FilterLimits, wish: NearWish): readonly NearRoute[]
  /** How many routes the universe has. */
  readonly listed: Readonly<Record<RouteKind, number>>
}

type Taken = { readonly ticker: Ticker; readonly receivedAtMs: number; readonly aheadMs: number }

type Kind = { readonly kind: RouteKind; readonly table: RouteTable; nameOf(route: number): string }

type State = {
  readonly kinds: readonly Kind[]
  readonly rates: Rates
  /** The last ticker of each market, by market id. */
  readonly taken: (Taken | undefined)[]
  readonly knowledge: Knowledge
}

function candidateAt(
  { taken, knowledge }: State,
  { table }: Kind,
  route: number,
  nowMs: number,
  limits: FilterLimits,
): Candidate {
  const quoteOf = (id: MarketId): LegQuote => {
    const last = taken[id]
    if (last === undefined) throw new Error(`market ${id} has no ticker`)
    return tickerQuote(last.ticker, last.receivedAtMs, last.aheadMs, nowMs)
  }
  return candidateOf(table, route, quoteOf, knowledge, limits.suspiciousPercent)
}

function detectKind(
  state: State,
  kind: Kind,
  nowMs: number,
  limits: FilterLimits,
): { readonly findings: readonly Finding[]; readonly counts: SweepCounts } {
  const { count, edges } = kind.table
  const counts = { routes: 0, grossPositive: 0, netPositive: 0, passed: 0 }
  const findings: Finding[] = []
  for (let route = 0; route < count; route++) {
    const gross = shareAt(state.rates.gross, edges, route)
    if (gross === -1) continue
    counts.routes++
    if (!(gross > 0)) continue
    counts.grossPositive++
    if (shareAt(state.rates.net, edges, route) > 0) counts.netPositive++
    const candidate = candidateAt(state, kind, route, nowMs, limits)
    const refusal = firstRefusal(candidate, limits)
    if (refusal === undefined) counts.passed++
    findings.push({ name: kind.nameOf(route), candidate, refusal })
  }
  return { findings, counts }
}

type Ranked = {
  readonly kind: Kind
  readonly route: number
  readonly net: number
  readonly funded: boolean
}

/** A cross route sells from stock, so both its accounts must hold something; a cycle needs its start asset. */
function isFunded({ table, kind }: Kind, route: number, holds: NearWish['holds']): boolean {
  const spending = kind === 'cross' ? legsMax : 1
  for (let k = 0; k < spending; k++) {
    const edge = table.edges[route * legsMax + k] as Edge
    if (edge === table.idleEdge) continue
    const { venue, base, quote } = table.markets[marketOf(edge)] as Market
    if (!holds(venue, sideOfEdge(edge) === 'buy' ? quote : base)) return false
  }
  return true
}

function rankNear(state: State, { netMin, holds }: NearWish): Ranked[] {
  const ranked: Ranked[] = []
  for (const kind of state.kinds) {
    const { count, edges } = kind.table
    for (let route = 0; route < count; route++) {
      const net = shareAt(state.rates.net, edges, route)
      if (net === -1) continue
      const isNear = net > netMin
      if (!isNear && kind.kind === 'cycle') continue
      const funded = isFunded(kind, route, holds)
      if (isNear || funded) ranked.push({ kind, route, net, funded })
    }
  }
  return ranked.toSorted((a, b) => b.net - a.net)
}

function nearRoutes(
  state: State,
  nowMs: number,
  limits: FilterLimits,
  wish: NearWish,
): readonly NearRoute[] {
  const near: NearRoute[] = []
  let counted = 0
  for (const { kind, route, funded } of rankNear(state, wish)) {
    const onTop = funded && kind.kind === 'cross'
    if (!onTop && counted === wish.count) continue
    const candidate = candidateAt(state, kind, route, nowMs, limits)
    if (firstReason(candidate, limits, 'lasting') !== undefined) continue
    if (!onTop) counted++
    near.push({ name: kind.nameOf(route), candidate, funded })
  }
  return near
}

export function createSweep(
  markets: readonly Market[],
  startAssets: readonly string[],
  knowledge: Knowledge,
): Sweep {
  const cross = crossRoutes(markets)
  const cycles = cycleRoutes(markets, startAssets)
  const crossKind: Kind = { kind: 'cross', table: cross, nameOf: routeNames(cross) }
  const cycleKind: Kind = { kind: 'cycle', table: cycles, nameOf: routeNames(cycles) }
  const state: State = {
    kinds: [crossKind, cycleKind],
    rates: createRates(markets),
    taken: Array.from({ length: markets.length }),
    knowledge,
  }
  const idOf = new Map(markets.map(({ venue, symbol }, id) => [marketKey(venue, symbol), id]))
  const idsOfVenue = Map.groupBy(markets.keys(), (id) => (markets[id] as Market).venue)

  function drop(venue: VenueId): void {
    for (const id of idsOfVenue.get(venue) ?? []) {
      state.taken[id] = undefined
      state.rates.set(id, 0, Infinity)
    }
  }

  function take(venue: VenueId, tickers: readonly Ticker[], receivedAtMs: number): void {
    drop(venue)
    const aheadMs = venueAheadMs(tickers, receivedAtMs)
    for (const ticker of tickers) {
      const id = idOf.get(marketKey(venue, ticker.symbol))
      if (id === undefined) continue
      state.taken[id] = { ticker, receivedAtMs, aheadMs }
      state.rates.set(id, ticker.bid, ticker.ask)
    }
  }

  return {
    take,
    drop,
    detect(nowMs, limits) {
      const across = detectKind(state, crossKind, nowMs, limits)
      const around = detectKind(state, cycleKind, nowMs, limits)
      return {
        findings: [...across.findings, ...around.findings],
        counts: { cross: across.counts, cycle: around.counts },
      }
    },
    near: (nowMs, limits, wish) => nearRoutes(state, nowMs, limits, wish),
    listed: { cross: cross.count, cycle: cycles.count },
  }
}
