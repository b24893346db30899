// How far prices may go while a coin is on its way, by what they did in the last day. Asked in the middle of
// a look at a gap, so it answers at once with what it knows, and reads the rest meanwhile.
import type { HistoryStore } from '../src/history/history-store.ts'
import { marketKey, type VenueId } from '../src/market/market.ts'
import { minuteVolatility, riskOver } from '../src/opportunity/price-risk.ts'

const dayMs = 86_400_000
const readEveryMs = 60_000

/** A share of the price, one standard deviation; undefined while too little is known. */
export type PriceRisk = (venue: VenueId, symbol: string, minutes: number) => number | undefined

export function createPriceRisk(
  { prices }: Pick<HistoryStore, 'prices'>,
  nowMs: () => number,
  onError: (error: unknown) => void,
): PriceRisk {
  const known = new Map<string, { readonly readAtMs: number; volatility: number | undefined }>()

  async function read(venue: VenueId, symbol: string): Promise<void> {
    const key = marketKey(venue, symbol)
    const before = known.get(key)
    const entry = { readAtMs: nowMs(), volatility: before?.volatility }
    known.set(key, entry)
    entry.volatility = minuteVolatility(await prices(venue, symbol, dayMs))
  }

  return (venue, symbol, minutes) => {
    const found = known.get(marketKey(venue, symbol))
    if (found === undefined || nowMs() - found.readAtMs > readEveryMs)
      read(venue, symbol).catch(onError)
    return found?.volatility === undefined ? undefined : riskOver(found.volatility, minutes)
  }
}
