// What one unit put into an edge brings, by edge, for routes to be multiplied from.
import type { Market, MarketId } from '../market/market.ts'
import { toNumber } from '../money.ts'
import { legsMax } from './routes.ts'

export type Rates = {
  /** After the taker fee. Two a market, in edge order, and 1 for the idle edge; 0 where there is no price. */
  readonly net: Float64Array
  /** Before fees, in the same order. */
  readonly gross: Float64Array
  /** Zero and Infinity, as an empty book has them, leave no rate. Does not allocate. */
  set(id: MarketId, bid: number, ask: number): void
}

/**
 * A buy whose fee comes off what it delivers brings (1 − f) / ask; one that pays the fee in quote on top
 * brings 1 / (ask·(1 + f)).
 */
export function createRates(markets: readonly Market[]): Rates {
  const net = new Float64Array(markets.length * 2 + 1)
  const gross = new Float64Array(markets.length * 2 + 1)
  net[markets.length * 2] = 1
  gross[markets.length * 2] = 1
  const kept = new Float64Array(markets.length * 2)
  markets.forEach(({ takerFee }, id) => {
    const fee = toNumber(takerFee.rate)
    kept[id * 2] = 1 - fee
    kept[id * 2 + 1] = takerFee.paidIn === 'received' ? 1 - fee : 1 / (1 + fee)
  })
  return {
    net,
    gross,
    set(id, bid, ask) {
      const sell = id * 2
      gross[sell] = bid > 0 ? bid : 0
      gross[sell + 1] = ask > 0 ? 1 / ask : 0
      net[sell] = gross[sell] * (kept[sell] as number)
      net[sell + 1] = (gross[sell + 1] as number) * (kept[sell + 1] as number)
    },
  }
}

/** Share that a route brings at `rates`; -1 where a leg has no price. */
export function shareAt(rates: Float64Array, edges: Int32Array, route: number): number {
  const at = route * legsMax
  const value =
    (rates[edges[at] as number] as number) *
    (rates[edges[at + 1] as number] as number) *
    (rates[edges[at + 2] as number] as number)
  return value - 1
}
