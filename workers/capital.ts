// What everything on each venue is worth, in USDT.
import type { VenueId } from '../src/market/market.ts'
import type { MarketStore } from '../src/market/market-store.ts'
import { toNumber } from '../src/money.ts'
import type { TradeStore } from '../src/trade/trade-store.ts'

export async function capitalOf(stores: {
  readonly trades: Pick<TradeStore, 'balances'>
  readonly markets: Pick<MarketStore, 'values'>
}): Promise<ReadonlyMap<VenueId, number>> {
  const [balances, values] = await Promise.all([stores.trades.balances(), stores.markets.values()])
  const capital = new Map<VenueId, number>()
  for (const { venue, asset, free, reserved } of balances) {
    const worth = toNumber(free + reserved) * (values.get(asset) ?? 0)
    capital.set(venue, (capital.get(venue) ?? 0) + worth)
  }
  return capital
}
