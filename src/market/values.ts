// What one unit of each asset brings in USDT, at prices one could sell at. For limits, ranking and
// summaries: doubles, never an order.
import type { Ticker } from './ticker.ts'

const unit = 'USDT'
/** Assets that a coin without a USDT market is sold for first, most liquid first. */
const bridges = ['BTC', 'ETH', 'USDC', 'BNB', 'EUR', 'TRY', 'USD']

/** Of two in the middle the lower: what two coins of one name are worth is never made up. */
const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[(sorted.length - 1) >> 1] as number
}

/** Selling at the bid; for a market quoted the other way round, buying USDT at the ask. */
function collect(rates: Map<string, number[]>, asset: string, rate: number): void {
  if (!(rate > 0) || !Number.isFinite(rate)) return
  const known = rates.get(asset)
  if (known === undefined) rates.set(asset, [rate])
  else known.push(rate)
}

/** The median over all venues: one venue's namesake or bad tick makes nobody rich. */
export function usdtValues(tickers: Iterable<Ticker>): ReadonlyMap<string, number> {
  const direct = new Map<string, number[]>()
  const bridged: Ticker[] = []
  for (const ticker of tickers) {
    if (ticker.quote === unit) collect(direct, ticker.base, ticker.bid)
    else if (ticker.base === unit) collect(direct, ticker.quote, 1 / ticker.ask)
    else if (bridges.includes(ticker.quote)) bridged.push(ticker)
  }
  const values = new Map([...direct].map(([asset, rates]) => [asset, median(rates)]))
  values.set(unit, 1)
  const viaBridge = new Map<string, number[]>()
  for (const { base, quote, bid } of bridged) {
    const bridge = values.get(quote)
    if (bridge !== undefined && !values.has(base)) collect(viaBridge, base, bid * bridge)
  }
  for (const [asset, rates] of viaBridge) values.set(asset, median(rates))
  return values
}
