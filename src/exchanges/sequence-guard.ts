// Gaps that ccxt does not notice. MEXC numbers its pushes and says that each must follow the last one
// exactly; ccxt applies whatever comes, and its book drifts.
import type { Exchange } from 'ccxt'
import type { VenueId } from '../market/market.ts'

type Handler = (client: unknown, message: unknown) => void
type DepthPush = {
  readonly symbol?: string
  readonly publicAggreDepths?: { readonly fromVersion?: unknown; readonly toVersion?: unknown }
}

/** `forget` lets the next subscription of a symbol start from any number. */
export type SequenceGuard = { forget(symbol: string): void }

/**
 * Calls `onGap` with the symbol whose pushes have a hole, and keeps that push from ccxt. Does nothing
 * where ccxt looks itself or the channel repeats the whole book.
 */
export function guardSequence(
  exchange: Exchange,
  venue: VenueId,
  onGap: (symbol: string) => void,
): SequenceGuard {
  const last = new Map<string, number>()
  if (venue === 'mexc') {
    const handled = exchange as Exchange & { handleOrderBook: Handler }
    const handle = handled.handleOrderBook.bind(exchange)
    handled.handleOrderBook = (client, message) => {
      const { symbol: marketId = '', publicAggreDepths: depths } = message as DepthPush
      const before = last.get(marketId)
      last.set(marketId, Number(depths?.toVersion))
      if (before === undefined || !(Number(depths?.fromVersion) > before + 1))
        return handle(client, message)
      last.delete(marketId)
      onGap(exchange.safeSymbol(marketId))
    }
  }
  return {
    forget(symbol) {
      last.delete(exchange.markets?.[symbol]?.id ?? symbol)
    },
  }
}
