// Facts about markets that one sweep cannot tell: their volume in one unit, and how long they stand still.
import { marketKey } from './market.ts'
import type { MarketFacts } from './market-store.ts'
import type { Ticker } from './ticker.ts'

type Seen = { bid: number; ask: number; sinceMs: number; sweptMs: number }

export type FactsTracker = {
  /** One venue's sweep. `nowMs` is monotonic; `values` are USDT worth per asset. */
  update(tickers: readonly Ticker[], values: ReadonlyMap<string, number>, nowMs: number): void
  of(venue: string, symbol: string): MarketFacts
}

const unknown: MarketFacts = { volumeUsdt: undefined, frozenMs: 0 }
/** A venue not swept for so long may have moved unseen: standing still is counted anew. */
const gapMsMax = 60_000

export function createFactsTracker(): FactsTracker {
  const seen = new Map<string, Seen>()
  const volumes = new Map<string, number>()

  function update(
    tickers: readonly Ticker[],
    values: ReadonlyMap<string, number>,
    nowMs: number,
  ): void {
    for (const { venue, symbol, quote, bid, ask, quoteVolume } of tickers) {
      const key = marketKey(venue, symbol)
      const worth = values.get(quote)
      if (quoteVolume !== undefined && worth !== undefined) volumes.set(key, quoteVolume * worth)
      const before = seen.get(key)
      if (before === undefined) seen.set(key, { bid, ask, sinceMs: nowMs, sweptMs: nowMs })
      else {
        const moved = before.bid !== bid || before.ask !== ask || nowMs - before.sweptMs > gapMsMax
        if (moved) before.sinceMs = nowMs
        before.bid = bid
        before.ask = ask
        before.sweptMs = nowMs
      }
    }
  }

  function of(venue: string, symbol: string): MarketFacts {
    const key = marketKey(venue, symbol)
    const known = seen.get(key)
    if (known === undefined) return unknown
    return { volumeUsdt: volumes.get(key), frozenMs: known.sweptMs - known.sinceMs }
  }

  return { update, of }
}
