// Paper money appears on a venue once its first tickers say what is traded there.
import type { VenueId } from '../src/market/market.ts'
import type { FactsTracker } from '../src/market/facts.ts'
import type { Ticker } from '../src/market/ticker.ts'
import type { Settings } from '../src/settings/settings.ts'
import { declaredOf, type Redeclared } from '../src/trade/deposit.ts'
import { usualBalances } from '../src/trade/paper-balances.ts'
import type { TradeStore } from '../src/trade/trade-store.ts'

export type PaperFunding = (
  latest: ReadonlyMap<VenueId, { readonly tickers: readonly Ticker[] }>,
  values: ReadonlyMap<string, number>,
) => Promise<void>

/** What a declaration takes away and nobody has. */
export type Shortage = Extract<Redeclared, { outcome: 'short' }>

/**
 * Asks the database once per venue, when it is first seen: a declared one is brought to what this run
 * declares, another gets the usual money unless it has some.
 */
export function createPaperFunding(
  trades: Pick<TradeStore, 'declareBalances' | 'redeclareBalances'>,
  facts: FactsTracker,
  settings: () => Settings,
  onShort: (shortage: Shortage) => void,
): PaperFunding {
  const funded = new Set<VenueId>()
  return async (latest, values) => {
    const missing = [...latest].filter(([venue]) => !funded.has(venue))
    if (missing.length === 0) return
    const declared = declaredOf(settings()['paper.balances'])
    const venues = missing.map(([venue]) => venue)
    const result = await trades.redeclareBalances({ declared, venues, by: 'desk' })
    if (result.outcome === 'short') onShort(result)
    const usual = missing
      .filter(([venue]) => !declared.has(venue))
      .flatMap(([venue, { tickers }]) =>
        usualBalances(venue, tickers, (...market) => facts.of(...market), values),
      )
    if (usual.length > 0) await trades.declareBalances(usual)
    for (const venue of venues) funded.add(venue)
  }
}
