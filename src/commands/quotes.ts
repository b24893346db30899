// What one symbol costs on each venue now, with fees, for people: doubles, never an order.
import { toNumber } from '../money.ts'
import type { FeeSource, VenueId } from '../market/market.ts'
import type { CommandContext } from './command.ts'

export type VenueQuote = {
  readonly venue: VenueId
  readonly bid: number
  readonly ask: number
  /** Taker fee, 0.001 for 0.1 %. */
  readonly fee: number
  readonly feeSource: FeeSource
  /** The minute the price was recorded in. */
  readonly minute: Date
  /** False when the venue has not been swept lately: such a price is no price now. */
  readonly isCurrent: boolean
}

export type QuotePair = {
  readonly buy: VenueQuote
  readonly sell: VenueQuote
  /** Shares of the cost: 0.012 for 1.2 %. */
  readonly gross: number
  readonly net: number
}

// Used where the market list no longer has the market; a fee is never taken to be zero.
const assumedFee = 0.002
// The sweep writes each minute once it is over, and may have been a moment late.
const currentMsMax = 180_000

export const isCurrentPrice = (minute: Date, now: Date): boolean =>
  now.getTime() - minute.getTime() <= currentMsMax

/** Best bid first. The symbol is tried as typed and in capitals. */
export async function quotesOf(
  typed: string,
  { history, markets, now }: Pick<CommandContext, 'history' | 'markets' | 'now'>,
): Promise<{ readonly symbol: string; readonly quotes: readonly VenueQuote[] }> {
  const capitals = typed.toUpperCase()
  const asTyped = await history.latestPrices(typed)
  const rows =
    asTyped.length > 0 || capitals === typed ? asTyped : await history.latestPrices(capitals)
  const symbol = asTyped.length > 0 ? typed : capitals
  const listed = await markets.markets(rows.map(({ venue }) => venue))
  const feeOf = new Map(
    listed
      .filter((market) => market.symbol === symbol)
      .map(({ venue, takerFee }) => [venue, takerFee]),
  )
  const at = now()
  const quotes = rows.map(({ venue, bid, ask, minute }): VenueQuote => {
    const takerFee = feeOf.get(venue)
    const fee = takerFee === undefined ? assumedFee : toNumber(takerFee.rate)
    return {
      venue,
      bid,
      ask,
      fee,
      feeSource: takerFee?.source ?? 'default',
      minute,
      isCurrent: isCurrentPrice(minute, at),
    }
  })
  return { symbol, quotes: quotes.toSorted((a, b) => b.bid - a.bid) }
}

/** Every way to buy on one venue and sell on another at current prices, best net first. */
export function pairsOf(quotes: readonly VenueQuote[]): readonly QuotePair[] {
  const current = quotes.filter(({ isCurrent }) => isCurrent)
  const pairs = current.flatMap((buy) =>
    current
      .filter((sell) => sell.venue !== buy.venue && buy.ask > 0 && sell.bid > 0)
      .map((sell): QuotePair => ({
        buy,
        sell,
        gross: sell.bid / buy.ask - 1,
        net: (sell.bid * (1 - sell.fee)) / (buy.ask * (1 + buy.fee)) - 1,
      })),
  )
  return pairs.toSorted((a, b) => b.net - a.net)
}
