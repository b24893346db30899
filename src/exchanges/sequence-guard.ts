// Gaps that ccxt does not notice. MEXC and Bybit number their pushes and say that each must follow the last
// one exactly; ccxt applies whatever comes, and its book drifts.
import type { Exchange } from 'ccxt'
import type { VenueId } from '../market/market.ts'

/** What is looked at of a client. */
type Guarded = Pick<Exchange, 'markets' | 'safeSymbol'>
type Handler = (client: unknown, message: unknown) => void
type ChecksumHandler = (client: unknown, symbol: string) => Promise<void>
/** A push as far as its numbers go; undefined for one that begins a book anew. */
type Numbers = { readonly marketId: string; readonly from: number | undefined; readonly to: number }

type MexcPush = {
  readonly symbol?: string
  readonly publicAggreDepths?: { readonly fromVersion?: unknown; readonly toVersion?: unknown }
}
type BybitPush = {
  readonly type?: string
  readonly data?: { readonly s?: string; readonly u?: unknown }
}

const hole = 'hole'

type Numbering = {
  readonly read: (message: unknown) => Numbers
  /**
   * A subscription is answered with a whole book: a change that comes before it belongs to an earlier
   * one, and ccxt would make a book of it alone.
   */
  readonly beginsWhole: boolean
}

const numberingOf: Readonly<Partial<Record<VenueId, Numbering>>> = {
  mexc: {
    read(message) {
      const { symbol: marketId = '', publicAggreDepths: depths } = message as MexcPush
      return { marketId, from: Number(depths?.fromVersion), to: Number(depths?.toVersion) }
    },
    beginsWhole: false,
  },
  // Each push is one number further; whatever is no change is a whole book.
  bybit: {
    read(message) {
      const { type, data } = message as BybitPush
      const to = Number(data?.u)
      return { marketId: data?.s ?? '', from: type === 'delta' ? to : undefined, to }
    },
    beginsWhole: true,
  },
}

/** `forget` lets the next subscription of a symbol start from any number, or from its whole book. */
export type SequenceGuard = { forget(symbol: string): void }

/**
 * Calls `onGap` with the symbol whose pushes have a hole or a wrong checksum, and keeps that push from
 * whoever waits. Does nothing where ccxt looks itself or the channel repeats the whole book.
 */
export function guardSequence(
  exchange: Guarded,
  venue: VenueId,
  onGap: (symbol: string, why: string) => void,
): SequenceGuard {
  const last = new Map<string, number | typeof hole>()
  const numbering = numberingOf[venue]
  if (numbering !== undefined) {
    const { read, beginsWhole } = numbering
    const handled = exchange as Guarded & { handleOrderBook: Handler }
    const handle = handled.handleOrderBook.bind(exchange)
    handled.handleOrderBook = (client, message) => {
      const { marketId, from, to } = read(message)
      const before = from === undefined ? undefined : last.get(marketId)
      // What follows a hole mends nothing: the book has to begin anew.
      if (before === hole || (before === undefined && beginsWhole && from !== undefined)) return
      const follows = from === undefined || before === undefined || from === before + 1
      last.set(marketId, follows ? to : hole)
      if (follows) handle(client, message)
      else onGap(exchange.safeSymbol(marketId), 'a hole in the sequence')
    }
  }
  // ccxt unsubscribes first and speaks afterwards: meanwhile the wrong book would stand.
  const checked = exchange as Guarded & { handleCheckSumError?: ChecksumHandler }
  if (checked.handleCheckSumError !== undefined)
    checked.handleCheckSumError = async (_client, symbol) => onGap(symbol, 'a wrong checksum')
  return {
    forget(symbol) {
      last.delete(exchange.markets?.[symbol]?.id ?? symbol)
    },
  }
}
