// Paper money appears on a venue once its first tickers say what is traded there.
import type { VenueId } from '../src/market/market.ts'
import type { FactsTracker } from '../src/market/facts.ts'
import type { Ticker } from '../src/market/ticker.ts'
import type { Settings } from '../src/settings/settings.ts'
import { declaredBalances, usualBalances } from '../src/trade/paper-balances.ts'
import type { TradeStore } from '../src/trade/trade-store.ts'

export type PaperFunding = (
  latest: ReadonlyMap<VenueId, { readonly tickers: readonly Ticker[] }>,
  values: ReadonlyMap<string, number>,
) => Promise<void>

/** Asks the database once per venue; one that has balances keeps them. */
export function createPaperFunding(
  trades: Pick<TradeStore, 'declareBalances'>,
  facts: FactsTracker,
  settings: () => Settings,
): PaperFunding {
  const funded = new Set<VenueId>()
  return async (latest, values) => {
    const declared = settings()['paper.balances']
    const missing = [...latest].filter(([venue]) => !funded.has(venue))
    const wanted = missing.flatMap(
      ([venue, { tickers }]) =>
        declaredBalances(venue, declared) ??
        usualBalances(venue, tickers, (...market) => facts.of(...market), values),
    )
    if (wanted.length > 0) await trades.declareBalances(wanted)
    for (const [venue] of missing) funded.add(venue)
  }
}
