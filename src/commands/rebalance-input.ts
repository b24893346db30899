// Everything a rebalance plan is made from, as it is known now.
import type { VenueAsset } from '../market/asset.ts'
import { marketKey, type Market } from '../market/market.ts'
import type { PriceRow } from '../history/history-store.ts'
import { toNumber } from '../money.ts'
import { isSureEnough } from '../opportunity/identity.ts'
import { reviewedAssets } from '../opportunity/reviewed-assets.ts'
import { settlement, type Conversion, type RebalanceInput } from '../trade/rebalance.ts'
import { passageOf, type Passage } from '../trade/transfer-link.ts'
import type { CommandContext } from './command.ts'
import { identityFrom, readInventory, readPrices, type Inventory } from './read-inventory.ts'

/** Coins nobody holds that may carry worth: well-known ones whose withdrawals cost least. */
const carriersMax = 4

/** What a withdrawal of it costs at best; undefined where nobody tells or nothing is priced. */
function feeUsdtOf({ networks }: VenueAsset, value: number | undefined): number | undefined {
  const fees = networks.flatMap(({ withdraw, withdrawFee }) =>
    withdraw === 'shut' || withdrawFee === undefined ? [] : [toNumber(withdrawFee)],
  )
  return fees.length === 0 || value === undefined ? undefined : Math.min(...fees) * value
}

function carriersOf({ assets, bands }: Inventory, values: ReadonlyMap<string, number>): string[] {
  const held = new Set(bands.map(({ asset }) => asset))
  const costs = Array.from(assets.values())
    .filter(({ asset }) => reviewedAssets.has(asset) && !held.has(asset))
    .map((one) => ({ asset: one.asset, usdt: feeUsdtOf(one, values.get(one.asset)) }))
    .filter(({ usdt }) => usdt !== undefined)
    .toSorted((a, b) => (a.usdt ?? 0) - (b.usdt ?? 0))
  return [...new Set(costs.map(({ asset }) => asset))].slice(0, carriersMax)
}

const conversionsOf = (
  markets: readonly Market[],
  prices: ReadonlyMap<string, PriceRow>,
): readonly Conversion[] =>
  markets.flatMap((market) => {
    const row = prices.get(marketKey(market.venue, market.symbol))
    return row === undefined || market.quote !== settlement
      ? []
      : [{ market, bid: row.bid, ask: row.ask }]
  })

function passagesOf(
  coins: readonly string[],
  { venues, assets, markets }: Inventory,
  isSameCoin: (coin: string, from: string, to: string) => boolean,
): readonly Passage[] {
  const traded = new Set(
    markets.flatMap(({ venue, base, quote }) => [marketKey(venue, base), marketKey(venue, quote)]),
  )
  const known = (venue: string, coin: string) => assets.get(marketKey(venue, coin))
  return coins.flatMap((coin) => {
    const there = venues.filter((venue) => traded.has(marketKey(venue, coin)))
    return there.flatMap((from) =>
      there
        .filter((to) => to !== from)
        .map((to) =>
          passageOf(
            coin,
            from,
            to,
            { sending: known(from, coin), receiving: known(to, coin) },
            isSameCoin(coin, from, to),
          ),
        ),
    )
  })
}

export async function readRebalance(
  context: Pick<
    CommandContext,
    'trades' | 'markets' | 'history' | 'settings' | 'transfers' | 'now'
  >,
): Promise<{ readonly inventory: Inventory; readonly input: RebalanceInput }> {
  const rules = await context.settings.refresh()
  const open = await context.transfers.open()
  const [inventory, known] = await Promise.all([
    readInventory(context, open),
    context.markets.values(),
  ])
  const values = new Map([...known, [settlement, 1]])
  const carriers = carriersOf(inventory, values)
  const prices = new Map([...inventory.prices, ...(await readPrices(carriers, context))])
  const identityOf = identityFrom(inventory.assets, prices, rules['filter.suspicious_percent'])
  const coins = [...new Set([...inventory.bands.map(({ asset }) => asset), ...carriers])]
  return {
    inventory,
    input: {
      bands: inventory.bands,
      valueUsdt: values,
      conversions: conversionsOf(inventory.markets, prices),
      passages: passagesOf(coins, inventory, (coin, from, to) =>
        isSureEnough(identityOf(coin, from, to), rules['filter.identity_min']),
      ),
      costPercentMax: rules['inventory.cost_percent_max'],
    },
  }
}
