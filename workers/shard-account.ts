// What a shard knows of our money: balances and values, read again every two seconds and never trusted
// for more than sizing. Reserving is the database's business.
import { marketKey } from '../src/market/market.ts'
import type { MarketStore } from '../src/market/market-store.ts'
import { spendable, type TradeStore } from '../src/trade/trade-store.ts'

export type ShardAccount = {
  refresh(): Promise<void>
  /** Zero where nothing is known to be held. */
  free(venue: string, asset: string): bigint
  /** What one unit brings in USDT; undefined when nobody tells. */
  valueOf(asset: string): number | undefined
}

export function createShardAccount(stores: {
  readonly trades: Pick<TradeStore, 'balances'>
  readonly markets: Pick<MarketStore, 'values'>
}): ShardAccount {
  let held = new Map<string, bigint>()
  let values: ReadonlyMap<string, number> = new Map()
  return {
    async refresh() {
      const [balances, worth] = await Promise.all([
        stores.trades.balances(),
        stores.markets.values(),
      ])
      held = new Map(balances.map((one) => [marketKey(one.venue, one.asset), spendable(one)]))
      values = worth
    },
    free: (venue, asset) => held.get(marketKey(venue, asset)) ?? 0n,
    valueOf: (asset) => values.get(asset),
  }
}
