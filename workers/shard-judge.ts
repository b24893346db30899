// One look at one open route: filtered, aged, sized. What passes is an opportunity.
import type { Books } from '../src/market/books.ts'
import type { Market } from '../src/market/market.ts'
import type { Candidate } from '../src/opportunity/candidate.ts'
import {
  buildOpportunity,
  sizingLeg,
  type BuiltOpportunity,
} from '../src/opportunity/build-opportunity.ts'
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

/** Sizes a route that passed on full depth and on what we hold. */
export function sizeNow(
  { market, books, account }: { market: ShardMarket; books: Books; account: ShardAccount },
  route: number,
  candidate: Candidate,
  firstSeenMs: number,
  { nowMs, wallMs, settings }: Moment,
): BuiltOpportunity {
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
    firstSeenAt: new Date(firstSeenMs),
    detectedAt: new Date(wallMs),
  })
}
