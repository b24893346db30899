// What a paper account starts with when nobody declared anything: cash and the coins people trade most.
import type { VenueId } from '../market/market.ts'
import type { MarketFacts } from '../market/market-store.ts'
import type { Ticker } from '../market/ticker.ts'
import { decimalOf, parseDecimal } from '../money.ts'

export type DeclaredBalance = {
  readonly venue: VenueId
  readonly asset: string
  readonly free: bigint
}

const cashUsdt = 10_000
const coinUsdt = 1000
const coins = 10

/** The most traded assets of one venue by 24 h volume over all their markets, USDT itself left out. */
function mostLiquid(
  tickers: readonly Ticker[],
  facts: (venue: VenueId, symbol: string) => MarketFacts,
  count: number,
): readonly string[] {
  const volume = new Map<string, number>()
  for (const { venue, symbol, base } of tickers) {
    if (base === 'USDT') continue
    const traded = facts(venue, symbol).volumeUsdt ?? 0
    volume.set(base, (volume.get(base) ?? 0) + traded)
  }
  return [...volume]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([asset]) => asset)
}

/** 10,000 USDT plus 1,000 USDT worth of each of the venue's ten most liquid coins. */
export function usualBalances(
  venue: VenueId,
  tickers: readonly Ticker[],
  facts: (venue: VenueId, symbol: string) => MarketFacts,
  values: ReadonlyMap<string, number>,
): readonly DeclaredBalance[] {
  const held = mostLiquid(tickers, facts, coins).flatMap((asset): DeclaredBalance[] => {
    const value = values.get(asset)
    if (value === undefined) return []
    return [
      { venue, asset, free: parseDecimal(decimalOf(Number((coinUsdt / value).toPrecision(8)))) },
    ]
  })
  return [{ venue, asset: 'USDT', free: parseDecimal(String(cashUsdt)) }, ...held]
}
