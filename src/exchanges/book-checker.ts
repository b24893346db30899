// Asks REST for single books, a few at a time, at most one request for each book.
import type { MarketId } from '../market/market.ts'
import type { BookCopy, MarketRest, RestFailure } from '../market/market-rest.ts'

const atOnceMax = 4

export type BookChecker = {
  /** Ignored while this book is asked for already. `first` puts it before the others that wait. */
  ask(id: MarketId, symbol: string, first: boolean): void
  /** Forgets what waits; answers on their way are dropped. */
  stop(): void
}

/** `answered` gets every answer, with performance.now() of the moment the request left. */
export function createBookChecker(
  rest: MarketRest,
  levels: number,
  answered: (id: MarketId, answer: BookCopy | RestFailure, sentAtMs: number) => void,
): BookChecker {
  const waiting: [id: MarketId, symbol: string][] = []
  const asked = new Set<MarketId>()
  let running = 0
  let stopped = false

  const run = async (id: MarketId, symbol: string): Promise<void> => {
    running++
    let answer: BookCopy | RestFailure
    try {
      answer = await rest.book(symbol, levels)
    } catch (error) {
      // The budget failed, not the venue. The watchdog asks again.
      const detail = error instanceof Error ? error.message : String(error)
      answer = { outcome: 'failed', reason: 'busy', detail }
    }
    running--
    asked.delete(id)
    if (stopped) return
    const age = answer.outcome === 'ok' ? Date.now() - answer.sentAtMs : 0
    answered(id, answer, performance.now() - age)
    next()
  }

  const next = () => {
    if (running >= atOnceMax) return
    const ask = waiting.shift()
    if (ask !== undefined) void run(...ask)
  }

  return {
    ask(id, symbol, first) {
      if (stopped || asked.has(id)) return
      asked.add(id)
      if (first) waiting.unshift([id, symbol])
      else waiting.push([id, symbol])
      next()
    },
    stop() {
      stopped = true
      waiting.length = 0
    },
  }
}
