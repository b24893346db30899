// From a candidate that passed the filters to an opportunity a person may be asked about, or the reason
// why not. The same step re-prices an opportunity at the click: feed it the books of that moment.
import { sideOf, type Books } from '../market/books.ts'
import type { Market, MarketId } from '../market/market.ts'
import { routeName, routeVenues } from '../market/route.ts'
import { decimalOf, parseDecimal, rate, toNumber } from '../money.ts'
import { legSkewMs, type Candidate } from './candidate.ts'
import { exactLevels } from './depth.ts'
import type { SizingLeg } from './leg-fill.ts'
import type { Opportunity, Side } from './opportunity.ts'
import type { Refusal } from './refusal.ts'
import { sizeRoute } from './size-route.ts'
import type { TransferPlan } from './transfer-plan.ts'

export type TradeSettings = {
  readonly 'trading.net_percent_min': number
  readonly 'trading.net_usdt_min': number
  readonly 'trading.notional_usdt_max': number
}

export type OpportunityInput = {
  readonly id: string
  readonly candidate: Candidate
  /** In the candidate's order, from `sizingLeg`. */
  readonly legs: readonly SizingLeg[]
  /** Of a transfer trade alone. */
  readonly transfer?: TransferPlan
  /** What one unit of the asset the route starts with brings in USDT; undefined where nobody tells. */
  readonly usdtValue: number | undefined
  readonly settings: TradeSettings
  /** From doubts.ts. */
  readonly doubts?: readonly string[]
  readonly firstSeenAt: Date
  readonly detectedAt: Date
}

export type BuiltOpportunity =
  | { readonly outcome: 'opportunity'; readonly opportunity: Opportunity }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }

/**
 * One leg as sizing wants it. `depthFraction` is the share of each level to count on; `balance` is what
 * the account holds of the asset the leg spends, left out where the leg before delivers it; `nowMs` is
 * monotonic.
 */
export function sizingLeg(
  books: Books,
  { id, side }: { readonly id: MarketId; readonly side: Side },
  market: Market,
  { depthFraction, nowMs, balance }: SizingContext,
): SizingLeg {
  return {
    market,
    side,
    levels: exactLevels(
      sideOf(books, id, side === 'buy' ? 'ask' : 'bid'),
      rate(decimalOf(depthFraction)),
    ),
    ...(balance !== undefined && { balance }),
    bookAgeMs: nowMs - (books.provedAtMs[id] as number),
  }
}

export type SizingContext = {
  readonly depthFraction: number
  readonly nowMs: number
  readonly balance?: bigint
}

export function buildOpportunity(input: OpportunityInput): BuiltOpportunity {
  const { id, candidate, legs, transfer, usdtValue, settings, firstSeenAt, detectedAt } = input
  const { doubts = [] } = input
  if (usdtValue === undefined || !(usdtValue > 0))
    return {
      outcome: 'refused',
      refusal: {
        reason: 'net below minimum',
        detail: 'nobody tells what the route’s start asset is worth in USDT',
      },
    }
  const inAsset = (usdt: number): bigint => parseDecimal(decimalOf(usdt / usdtValue))
  const sizing = sizeRoute(legs, {
    notionalMax: inAsset(settings['trading.notional_usdt_max']),
    netMin: inAsset(settings['trading.net_usdt_min']),
    netPercentMin: settings['trading.net_percent_min'],
  })
  if (sizing.outcome === 'refused') return sizing
  const { limitedBy: _, ...sized } = sizing.sized
  return {
    outcome: 'opportunity',
    opportunity: {
      id,
      kind: candidate.route.kind,
      route: routeName(candidate.route),
      venues: routeVenues(candidate.route),
      ...sized,
      ...(transfer !== undefined && { transfer }),
      netUsdt: toNumber(sized.net) * usdtValue,
      notionalUsdt: toNumber(sized.notional) * usdtValue,
      identity: candidate.identity,
      wallet: candidate.wallet,
      legSkewMs: legSkewMs(candidate.legs),
      firstSeenAt,
      detectedAt,
      ...(doubts.length > 0 && { doubts }),
    },
  }
}
