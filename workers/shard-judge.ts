// One look at one open route: filtered, aged, sized. What passes is an opportunity.
import { bestAsk, bestBid, type Books } from '../src/market/books.ts'
import type { Market, MarketId } from '../src/market/market.ts'
import type { Candidate } from '../src/opportunity/candidate.ts'
import {
  buildOpportunity,
  sizingLeg,
  type BuiltOpportunity,
} from '../src/opportunity/build-opportunity.ts'
import { doubtsAbout, type PriceSight, type UsualPrices } from '../src/opportunity/doubts.ts'
import { filterLimits, firstRefusal } from '../src/opportunity/filters.ts'
import { candidateOf } from '../src/opportunity/knowledge.ts'
import { bookQuote } from '../src/opportunity/leg-quote.ts'
import type { Refusal } from '../src/opportunity/refusal.ts'
import { routeLegs } from '../src/opportunity/routes.ts'
import type { Blocks } from '../src/opportunity/watch-wish.ts'
import type { Settings } from '../src/settings/settings.ts'
import { countedDepth } from '../src/trade/fill-share.ts'
import { newId } from '../src/id.ts'
import type { ShardAccount } from './shard-account.ts'
import type { ShardMarket } from './shard-market.ts'

export type Moment = {
  /** Monotonic and wall clock of one instant, ms. */
  readonly nowMs: number
  readonly wallMs: number
  readonly settings: Settings
  /** What people took out; absent where nobody can. */
  readonly blocks?: Blocks
}

export type Look =
  | { readonly outcome: 'passed'; readonly candidate: Candidate }
  | { readonly outcome: 'refused'; readonly candidate: Candidate; readonly refusal: Refusal }

/** Asks every filter about a route as its books stand now. */
export function lookAt(market: ShardMarket, books: Books, route: number, at: Moment): Look {
  const limits = filterLimits(at.settings, 'book', at.blocks)
  const candidate = candidateOf(
    market.table,
    route,
    (id) => bookQuote(books, id, at.nowMs, at.wallMs),
    market.knowledge,
    limits.suspiciousPercent,
  )
  const refusal = firstRefusal(candidate, limits)
  return refusal === undefined
    ? { outcome: 'passed', candidate }
    : { outcome: 'refused', candidate, refusal }
}

export type Sizing = {
  readonly market: ShardMarket
  readonly books: Books
  readonly account: ShardAccount
  readonly usual: UsualPrices
}

const midOf = (books: Books, id: MarketId): number => (bestBid(books, id) + bestAsk(books, id)) / 2
/** What was proved longer ago says nothing about now. */
const provedMsMax = 10_000

/** The prices of a route's legs, as other venues and their own past have them. */
function priceSights({ market, books, usual }: Sizing, route: number, nowMs: number) {
  return routeLegs(market.table, route).map(({ id }): PriceSight => {
    const { venue, symbol } = market.universe[id] as Market
    const shown = market.universe.flatMap((other, k) => {
      const isShown =
        other.symbol === symbol && nowMs - (books.provedAtMs[k] as number) <= provedMsMax
      const mid = isShown ? midOf(books, k) : Number.NaN
      return mid > 0 && mid < Infinity ? [mid] : []
    })
    return { venue, symbol, price: midOf(books, id), everywhere: shown, usual: usual.of(id) }
  })
}

/** What a person must say twice before it is traded. */
export const doubtsOf = (
  sizing: Sizing,
  route: number,
  { gross }: Candidate,
  { nowMs, settings }: Moment,
): readonly string[] =>
  doubtsAbout(gross, priceSights(sizing, route, nowMs), settings['approval.suspicious_percent'])

/** Sizes a route that passed on full depth and on what we hold. */
export function sizeNow(
  sizing: Sizing,
  route: number,
  candidate: Candidate,
  firstSeenMs: number,
  at: Moment,
): BuiltOpportunity {
  const { market, books, account } = sizing
  const { nowMs, wallMs, settings } = at
  const isCross = candidate.route.kind === 'cross'
  const depthFraction = settings['trading.depth_fraction']
  const legs = routeLegs(market.table, route).map((leg, k) => {
    const rules = market.universe[leg.id] as Market
    const spends = leg.side === 'buy' ? rules.quote : rules.base
    // A cross sells from stock; in a cycle each leg spends what the one before delivers.
    const fromStock = isCross || k === 0
    return sizingLeg(books, leg, rules, {
      depthFraction: countedDepth(depthFraction, account.fillShare(rules.venue, rules.symbol)),
      nowMs,
      ...(fromStock && { balance: account.free(rules.venue, spends) }),
    })
  })
  const [first] = legs
  const start =
    first === undefined ? '' : first.side === 'buy' ? first.market.quote : first.market.base
  return buildOpportunity({
    id: newId(wallMs),
    candidate,
    legs,
    usdtValue: account.valueOf(start),
    settings,
    doubts: doubtsOf(sizing, route, candidate, at),
    firstSeenAt: new Date(firstSeenMs),
    detectedAt: new Date(wallMs),
  })
}
