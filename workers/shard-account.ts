// What a shard knows of our money: balances, values and what earlier orders got, read again every two seconds and never trusted
// for more than sizing. Reserving is the database's business.
import { marketKey } from '../src/market/market.ts'
import type { MarketStore } from '../src/market/market-store.ts'
import { fillShareBy } from '../src/trade/fill-share.ts'
import { spendable, type TradeStore } from '../src/trade/trade-store.ts'

export type ShardAccount = {
  refresh(): Promise<void>
  /** Zero where nothing is known to be held. */
  free(venue: string, asset: string): bigint
  /** What one unit brings in USDT; undefined when nobody tells. */
  valueOf(asset: string): number | undefined
  /** What of a market's shown depth orders may count on, by what earlier ones got: from 0.1 to 1. */
  fillShare(venue: string, symbol: string): number
}

export function createShardAccount(stores: {
  readonly trades: Pick<TradeStore, 'balances' | 'fillShares'>
  readonly markets: Pick<MarketStore, 'values'>
}): ShardAccount {
  let held = new Map<string, bigint>()
  let values: ReadonlyMap<string, number> = new Map()
  let shareOf = fillShareBy([])
  return {
    async refresh() {
      const [balances, worth, shares] = await Promise.all([
        stores.trades.balances(),
        stores.markets.values(),
        stores.trades.fillShares(),
      ])
      held = new Map(balances.map((one) => [marketKey(one.venue, one.asset), spendable(one)]))
      values = worth
      shareOf = fillShareBy(shares)
    },
    free: (venue, asset) => held.get(marketKey(venue, asset)) ?? 0n,
    valueOf: (asset) => values.get(asset),
    fillShare: (venue, symbol) => shareOf(venue, symbol),
  }
}
