// Prices per minute: every market's last bid and ask of a minute. Written every few seconds, so that
// whoever asks for prices need not wait for a minute to end; the last one of a minute stands.
import type { HistoryStore, PriceRow } from '../src/history/history-store.ts'
import { marketKey } from '../src/market/market.ts'
import type { Ticker } from '../src/market/ticker.ts'

export type PriceRecorder = {
  take(tickers: readonly Ticker[], receivedAtMs: number): void
  /** Writes what was taken, unless that was done a moment ago; `now` writes it anyway. */
  flush(nowMs: number, when?: 'due' | 'now'): Promise<void>
}

const minuteMs = 60_000
const flushEveryMs = 8000
/** Kept at most while the database is away. */
const rowsMax = 100_000

export function createPriceRecorder(history: Pick<HistoryStore, 'addPrices'>): PriceRecorder {
  let rows = new Map<string, PriceRow>()
  let flushedMs = -Infinity
  return {
    take(tickers, receivedAtMs) {
      const minute = new Date(receivedAtMs - (receivedAtMs % minuteMs))
      for (const { venue, symbol, bid, ask } of tickers)
        rows.set(`${minute.getTime()} ${marketKey(venue, symbol)}`, {
          venue,
          symbol,
          minute,
          bid,
          ask,
        })
    },
    async flush(nowMs, when = 'due') {
      if (rows.size === 0 || (when === 'due' && nowMs - flushedMs < flushEveryMs)) return
      flushedMs = nowMs
      const taken = rows
      rows = new Map()
      try {
        await history.addPrices([...taken.values()])
      } catch (error) {
        // They wait for the database to come back; what was taken meanwhile is newer.
        rows = new Map([...[...taken].slice(-rowsMax), ...rows])
        throw error
      }
    },
  }
}
