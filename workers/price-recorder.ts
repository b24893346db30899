// Prices per minute: every market's last bid and ask of a minute, written once the minute is over or
// when the desk stops.
import type { HistoryStore, PriceRow } from '../src/history/history-store.ts'
import { marketKey } from '../src/market/market.ts'
import type { Ticker } from '../src/market/ticker.ts'

export type PriceRecorder = {
  take(tickers: readonly Ticker[], receivedAtMs: number): void
  /** Writes the minutes that are over; `all` also the one under way. */
  flush(nowMs: number, all?: boolean): Promise<void>
}

const minuteMs = 60_000
const minuteOf = (ms: number): Date => new Date(ms - (ms % minuteMs))

export function createPriceRecorder(history: Pick<HistoryStore, 'addPrices'>): PriceRecorder {
  const minutes = new Map<number, Map<string, PriceRow>>()
  return {
    take(tickers, receivedAtMs) {
      const minute = minuteOf(receivedAtMs)
      const rows = minutes.get(minute.getTime()) ?? new Map<string, PriceRow>()
      minutes.set(minute.getTime(), rows)
      for (const { venue, symbol, bid, ask } of tickers)
        rows.set(marketKey(venue, symbol), { venue, symbol, minute, bid, ask })
    },
    async flush(nowMs, all = false) {
      const current = minuteOf(nowMs).getTime()
      const due = [...minutes].filter(([minute]) => all || minute < current)
      for (const [minute, rows] of due) {
        await history.addPrices([...rows.values()])
        minutes.delete(minute)
      }
    },
  }
}
