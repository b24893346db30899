// What a swept route promises in USDT, for the watchlist to rank it by. Doubles: nothing is ordered by it.
import type { CandidateLeg } from './candidate.ts'
import type { NearRoute } from './sweep.ts'
import type { Prospect } from './watchlist.ts'

export type ProspectContext = {
  /** By route name: share of the last hour its gap was open. */
  readonly openShares: ReadonlyMap<string, number>
  /** What one unit of an asset brings in USDT. */
  readonly values: ReadonlyMap<string, number>
  readonly notionalUsdtMax: number
}

/** Worth of what the best price offers; Infinity where the venue does not say. */
function topUsdt(leg: CandidateLeg, values: ReadonlyMap<string, number>): number {
  const size = leg.side === 'buy' ? leg.askSize : leg.bidSize
  const worth = values.get(leg.quote)
  if (size === undefined || worth === undefined) return Infinity
  return size * (leg.side === 'buy' ? leg.ask : leg.bid) * worth
}

export function prospectOf(near: NearRoute, context: ProspectContext): Prospect {
  const { route, legs, net } = near.candidate
  const { openShares, values, notionalUsdtMax } = context
  const size = Math.min(notionalUsdtMax, ...legs.map((leg) => topUsdt(leg, values)))
  return {
    route,
    markets: legs.map(({ venue, symbol }) => ({ venue, symbol })),
    profitUsdt: Math.max(0, net) * size,
    openShare: openShares.get(near.name) ?? 0,
    net,
    funded: near.funded,
    volumeUsdt: Math.min(...legs.map(({ volumeUsdt }) => volumeUsdt ?? 0)),
  }
}
