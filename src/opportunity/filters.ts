// What makes a gap false, before depth is looked at: one entry a filter, in the order they are asked.
// Adding a filter is adding an entry here and its name in refusal.ts.
import type { Candidate, CandidateLeg } from './candidate.ts'
import { legSkewMs } from './candidate.ts'
import { isSureEnough } from './identity.ts'
import type { Identity } from './opportunity.ts'
import type { Refusal, RefusalReason } from './refusal.ts'
import type { Blocks } from './watch-wish.ts'

export type FilterLimits = {
  readonly bookAgeMsMax: number
  readonly legSkewMsMax: number
  readonly frozenMsMax: number
  readonly volumeUsdtMin: number
  readonly suspiciousPercent: number
  readonly netPercentMin: number
  /** The least sure identity that may be traded. */
  readonly identityMin: Identity
  /** What people took out; absent where nobody can. */
  readonly blocks?: Blocks
}

export type FilterSettings = {
  readonly 'filter.book_age_ms_max': number
  readonly 'filter.ticker_age_ms_max': number
  readonly 'filter.leg_skew_ms_max': number
  readonly 'filter.frozen_ms_max': number
  readonly 'filter.volume_usdt_min': number
  readonly 'filter.suspicious_percent': number
  readonly 'filter.identity_min': Identity
  readonly 'trading.net_percent_min': number
}

/** Books come over websockets and must be younger than REST tickers. */
export const filterLimits = (
  settings: FilterSettings,
  source: 'book' | 'ticker',
  blocks?: Blocks,
): FilterLimits => ({
  ...(blocks !== undefined && { blocks }),
  bookAgeMsMax:
    source === 'book' ? settings['filter.book_age_ms_max'] : settings['filter.ticker_age_ms_max'],
  legSkewMsMax: settings['filter.leg_skew_ms_max'],
  frozenMsMax: settings['filter.frozen_ms_max'],
  volumeUsdtMin: settings['filter.volume_usdt_min'],
  suspiciousPercent: settings['filter.suspicious_percent'],
  netPercentMin: settings['trading.net_percent_min'],
  identityMin: settings['filter.identity_min'],
})

export type Filter = {
  readonly reason: RefusalReason
  /** True where the next update will not change it: such a route is not even worth watching. */
  readonly lasting: boolean
  /** What speaks against the candidate; undefined lets it pass. */
  check(candidate: Candidate, limits: FilterLimits): Detail | undefined
}

/** The numbers in words, spelled out only when somebody is told: a sweep refuses thousands of routes. */
export type Detail = () => string

type LegCheck = (leg: CandidateLeg, limits: FilterLimits) => Detail | undefined

/** Refuses for the first leg that does not pass and names its market. */
const anyLeg =
  (check: LegCheck): Filter['check'] =>
  ({ legs }, limits) => {
    for (const leg of legs) {
      const detail = check(leg, limits)
      if (detail !== undefined) return () => `${leg.venue} ${leg.symbol} ${detail()}`
    }
    return undefined
  }

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const percent = (share: number): string => `${(share * 100).toFixed(3)} %`

const stillMsMin = 5000
const stillPacesMax = 10

/**
 * A lively book that falls silent is a stuck one, however fresh its venue says it is: the rest of the
 * world moves on while an old price stands there. A slow market is given time by its own pace.
 */
const stillMsMax = (paceMs: number): number => Math.max(stillMsMin, paceMs * stillPacesMax)

/** Written so that a NaN, which no comparison likes, is refused. */
export const filters: readonly Filter[] = [
  {
    reason: 'blocked',
    lasting: true,
    check({ route, legs }, { blocks }) {
      if (blocks === undefined) return undefined
      const ofRoute = blocks.route(route)
      if (ofRoute !== undefined) return () => `the route is ${ofRoute}`
      for (const { venue, symbol } of legs) {
        const ofMarket = blocks.market(venue, symbol)
        if (ofMarket !== undefined) return () => `${venue} ${symbol} is ${ofMarket}`
      }
      return undefined
    },
  },
  {
    reason: 'market halted',
    lasting: true,
    check: anyLeg((leg) => (leg.active ? undefined : () => 'is not open for trading')),
  },
  {
    reason: 'venue degraded',
    lasting: false,
    check: anyLeg((leg) => (leg.venueUp ? undefined : () => 'belongs to a venue that fails now')),
  },
  {
    reason: 'leveraged token',
    lasting: true,
    check: anyLeg((leg) =>
      leg.leveraged ? () => `trades ${leg.base}, a leveraged token` : undefined,
    ),
  },
  {
    reason: 'no depth',
    lasting: false,
    check: anyLeg(({ side, bid, ask, bidSize, askSize }) => {
      if (!(bid > 0 && ask > 0 && ask < Infinity)) return () => 'has an empty side'
      return (side === 'buy' ? askSize : bidSize) === 0
        ? () => 'offers nothing at its best'
        : undefined
    }),
  },
  {
    reason: 'crossed book',
    lasting: false,
    check: anyLeg(({ bid, ask }) => (bid < ask ? undefined : () => `bids ${bid} and asks ${ask}`)),
  },
  {
    reason: 'frozen market',
    lasting: true,
    check: anyLeg(({ frozenMs, stillMs, paceMs = Number.NaN }, { frozenMsMax }) => {
      if (!(frozenMs <= frozenMsMax))
        return () => `stood still for ${seconds(frozenMs)}, at most ${seconds(frozenMsMax)}`
      if (stillMs === undefined) return undefined
      // A book stuck before we came looks like any other until it should have moved.
      if (Number.isNaN(paceMs)) return () => 'has not moved twice since it is watched'
      if (stillMs <= stillMsMax(paceMs)) return undefined
      return () => `stands still for ${seconds(stillMs)}, though it moves every ${seconds(paceMs)}`
    }),
  },
  {
    reason: 'book age',
    lasting: false,
    check: anyLeg(({ ageMs }, { bookAgeMsMax }) => {
      if (ageMs >= 0 && ageMs <= bookAgeMsMax) return undefined
      if (ageMs < 0) return () => `comes from ${seconds(-ageMs)} in the future`
      return () => `is ${seconds(ageMs)} old, at most ${seconds(bookAgeMsMax)}`
    }),
  },
  {
    reason: 'leg skew',
    lasting: false,
    check({ legs }, { legSkewMsMax }) {
      const skewMs = legSkewMs(legs)
      if (skewMs <= legSkewMsMax) return undefined
      if (Number.isNaN(skewMs)) return () => 'a leg does not tell its time'
      return () => `legs are ${seconds(skewMs)} apart, at most ${seconds(legSkewMsMax)}`
    },
  },
  {
    reason: 'no volume',
    lasting: true,
    check: anyLeg(({ volumeUsdt }, { volumeUsdtMin }) =>
      volumeUsdt === undefined || volumeUsdt >= volumeUsdtMin
        ? undefined
        : () => `traded ${volumeUsdt.toFixed(0)} USDT in a day, at least ${volumeUsdtMin}`,
    ),
  },
  {
    reason: 'quote assets assumed equal',
    lasting: true,
    check({ route, legs }) {
      if (route.kind !== 'cross') return undefined
      const quotes = new Set(legs.map(({ quote }) => quote))
      return quotes.size > 1 ? () => `${[...quotes].join(' and ')} are two assets` : undefined
    },
  },
  {
    reason: 'different assets',
    lasting: true,
    check: ({ identity }) =>
      identity === 'conflict'
        ? () => 'one ticker, but contracts, names or prices disagree'
        : undefined,
  },
  {
    reason: 'abnormal profit',
    lasting: true,
    check: ({ gross }, { suspiciousPercent }) =>
      gross * 100 <= suspiciousPercent
        ? undefined
        : () => `${percent(gross)} before fees, believable up to ${suspiciousPercent} %`,
  },
  {
    reason: 'unverified asset',
    lasting: true,
    check: ({ identity }, { identityMin }) =>
      isSureEnough(identity, identityMin)
        ? undefined
        : () => `known by ${identity}, needs ${identityMin}`,
  },
  {
    reason: 'closed wallet',
    lasting: true,
    check: ({ wallet }) =>
      wallet === 'shut' ? () => 'a deposit or withdrawal is shut on one of the venues' : undefined,
  },
  {
    reason: 'net below minimum',
    lasting: false,
    check: ({ net }, { netPercentMin }) =>
      net * 100 >= netPercentMin
        ? undefined
        : () => `${percent(net)} after fees at the best prices, at least ${netPercentMin} %`,
  },
]

/**
 * The first reason against a candidate; undefined when it may be sized. `scope` 'lasting' asks only the
 * filters that a moment's wait does not change.
 */
export function firstRefusal(
  candidate: Candidate,
  limits: FilterLimits,
  scope: 'all' | 'lasting' = 'all',
): Refusal | undefined {
  for (const filter of filters) {
    if (scope === 'lasting' && !filter.lasting) continue
    const detail = filter.check(candidate, limits)
    if (detail !== undefined) return { reason: filter.reason, detail: detail() }
  }
  return undefined
}

/** As firstRefusal, for whoever counts and does not read. */
export function firstReason(
  candidate: Candidate,
  limits: FilterLimits,
  scope: 'all' | 'lasting' = 'all',
): RefusalReason | undefined {
  for (const filter of filters) {
    if (scope === 'lasting' && !filter.lasting) continue
    if (filter.check(candidate, limits) !== undefined) return filter.reason
  }
  return undefined
}
