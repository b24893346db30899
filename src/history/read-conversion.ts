// The rates of a report, from the prices that were recorded last.
import { decimalOf, price, type AssetAmount, type Price } from '../money.ts'
import { bridges, conversionOf, type BestPrices, type Conversion } from '../trade/conversion.ts'
import type { HistoryStore, PriceRow } from './history-store.ts'

/** A venue that fell silent before the others did tells nothing about now. */
const staleMs = 10 * 60_000
/** A price this far from the middle of all venues is of another coin, or of a market that stands still. */
const strayShare = 0.05

const middle = ({ bid, ask }: PriceRow): number => (bid + ask) / 2

/** The best bid and ask of those venues whose prices can be believed. */
export function bestOf(rows: readonly PriceRow[]): BestPrices | undefined {
  const newest = Math.max(...rows.map(({ minute }) => minute.getTime()))
  const fresh = rows.filter(
    ({ minute, bid, ask }) => bid > 0 && ask > 0 && newest - minute.getTime() <= staleMs,
  )
  const middles = fresh.map(middle).toSorted((a, b) => a - b)
  const median = middles[Math.floor((middles.length - 1) / 2)]
  if (median === undefined) return undefined
  const believed = fresh.filter((row) => Math.abs(middle(row) / median - 1) <= strayShare)
  const exact = (value: number): Price => price(decimalOf(value))
  return {
    bid: exact(Math.max(...believed.map(({ bid }) => bid))),
    ask: exact(Math.min(...believed.map(({ ask }) => ask))),
  }
}

/** Both ways round, straight and over each bridge. */
function symbolsFor(assets: readonly string[], currency: string): readonly string[] {
  const others = [...new Set([currency, ...bridges])]
  const pairs = [...assets, ...bridges].flatMap((asset) =>
    others
      .filter((other) => other !== asset)
      .flatMap((other) => [`${asset}/${other}`, `${other}/${asset}`]),
  )
  return [...new Set(pairs)]
}

/** `whole`: everything that the report sums up. */
export async function readConversion(
  history: Pick<HistoryStore, 'latestPricesOf'>,
  currency: string,
  whole: readonly AssetAmount[],
): Promise<Conversion> {
  const assets = [...new Set(whole.map(({ asset }) => asset))].filter((each) => each !== currency)
  const rows = assets.length === 0 ? [] : await history.latestPricesOf(symbolsFor(assets, currency))
  const bySymbol = Map.groupBy(rows, ({ symbol }) => symbol)
  return conversionOf(currency, whole, (symbol) => bestOf(bySymbol.get(symbol) ?? []))
}
