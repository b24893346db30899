// Every ordered pair of venues that list one symbol, at one flat fee: the arithmetic of the scan command.
import type { Ticker } from '../market/ticker.ts'

/** The rows of each symbol that more than one venue lists. */
export function rowsBySymbol(rows: Iterable<Ticker>): readonly (readonly Ticker[])[] {
  const bySymbol = new Map<string, Ticker[]>()
  for (const row of rows) {
    const known = bySymbol.get(row.symbol)
    if (known === undefined) bySymbol.set(row.symbol, [row])
    else known.push(row)
  }
  return [...bySymbol.values()].filter((group) => group.length > 1)
}

/** net = bid·(1 − fee) / (ask·(1 + fee)) − 1: bought at `buy`'s ask, sold at `sell`'s bid. */
export function eachPair(
  groups: readonly (readonly Ticker[])[],
  fee: number,
  visit: (gross: number, net: number, buy: Ticker, sell: Ticker) => void,
): void {
  const kept = (1 - fee) / (1 + fee)
  // Tickers come in many shapes; plain numbers spare the inner loop from telling them apart.
  const largest = groups.reduce((most, { length }) => Math.max(most, length), 0)
  const bids = new Float64Array(largest)
  const asks = new Float64Array(largest)
  for (const group of groups) {
    group.forEach(({ bid, ask }, at) => {
      bids[at] = bid
      asks[at] = ask
    })
    for (let buy = 0; buy < group.length; buy++)
      for (let sell = 0; sell < group.length; sell++) {
        if (buy === sell) continue
        const rate = (bids[sell] as number) / (asks[buy] as number)
        visit(rate - 1, rate * kept - 1, group[buy] as Ticker, group[sell] as Ticker)
      }
  }
}
