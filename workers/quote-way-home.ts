// What orders would be done at that bring an open position home, on books asked for just now.
import type { Market, VenueId } from '../src/market/market.ts'
import type { MarketRest } from '../src/market/market-rest.ts'
import { averagePrice, bought, rate, type BaseAmount, type QuoteAmount } from '../src/money.ts'
import { exactLevels, walk, type ExactLevel } from '../src/opportunity/depth.ts'
import type { Ask } from '../src/trade/engine/effect.ts'
import type { Quote } from '../src/trade/engine/event.ts'
import type { Execution } from '../src/trade/engine/execution.ts'
import { citedBook } from './reprice.ts'

export type QuoteWiring = {
  readonly rest: (venue: VenueId) => Pick<MarketRest, 'book'>
  readonly market: (venue: VenueId, symbol: string) => Promise<Market | undefined>
  /** What accounts at venues hold, where there are any; what was not read is not known. */
  readonly free?: (venue: VenueId, asset: string) => Promise<bigint | undefined>
  /** Why no order goes to a venue just now. */
  readonly shut?: (venue: VenueId) => string | undefined
}

const levelsRead = 20
/** Who has to get rid of something counts on all that is shown. */
const all = rate('1')

/** Of the base asset as it stands; of the quote asset what it buys at the best price. */
function baseOf(
  { asset, amount }: Ask,
  { base }: Market,
  levels: readonly ExactLevel[],
): BaseAmount {
  const best = levels[0]?.[0]
  if (asset === base || best === undefined) return amount as BaseAmount
  return bought(best, amount as QuoteAmount)
}

async function quoteFor(
  { rest, market: marketOf, free: freeOn, shut: shutAt }: QuoteWiring,
  { plan }: Execution,
  ask: Ask,
): Promise<Quote | undefined> {
  const { role, step, side } = ask
  const leg = plan[step]
  const market = leg === undefined ? undefined : await marketOf(leg.venue, leg.symbol)
  if (market === undefined) return undefined
  const spends = side === 'sell' ? market.base : market.quote
  const [copy, free] = await Promise.all([
    rest(market.venue).book(market.symbol, levelsRead),
    freeOn?.(market.venue, spends),
  ])
  const shut = shutAt?.(market.venue)
  if (copy.outcome === 'failed') return undefined
  const levels = exactLevels(side === 'buy' ? copy.asks : copy.bids, all)
  const wanted = baseOf(ask, market, levels)
  const rounding = side === 'buy' ? 'up' : 'down'
  const reached = walk(levels, wanted, rounding)
  const { amount, notional, worst } = reached
  if (amount <= 0n || amount < wanted || worst === undefined) return undefined
  return {
    role,
    step,
    side,
    market,
    average: averagePrice(notional, amount, rounding),
    worst,
    book: citedBook(market, copy),
    ...(free !== undefined && { free }),
    ...(shut !== undefined && { shut }),
  }
}

/** What cannot be priced is left out. */
export async function quoteWayHome(
  wiring: QuoteWiring,
  execution: Execution,
  asks: readonly Ask[],
): Promise<readonly Quote[]> {
  const quotes = await Promise.all(asks.map((ask) => quoteFor(wiring, execution, ask)))
  return quotes.filter((quote) => quote !== undefined)
}
