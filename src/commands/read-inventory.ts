// What lies where beside where it should lie, for the commands that show it and those that plan with it.
import type { VenueAsset } from '../market/asset.ts'
import { marketKey, type Market } from '../market/market.ts'
import type { PriceRow } from '../history/history-store.ts'
import { add } from '../money.ts'
import { assetIdentity, crossIdentity, priceIdentity } from '../opportunity/identity.ts'
import type { Identity } from '../opportunity/opportunity.ts'
import { bandsOf, type Band, type Holding } from '../trade/inventory-band.ts'
import { afterTransfers } from '../trade/transfer/after-transfers.ts'
import type { Transfer } from '../trade/transfer/transfer.ts'
import { settlement } from '../trade/rebalance.ts'
import type { CommandContext } from './command.ts'
import { isCurrentPrice } from './quotes.ts'
import { readWorth, type Worth } from './worth.ts'

export type Inventory = {
  readonly held: readonly Worth[]
  readonly venues: readonly string[]
  /** Of those venues. */
  readonly markets: readonly Market[]
  /** None for a coin whose ticker means two coins. */
  readonly bands: readonly Band[]
  /** By venue and asset. */
  readonly assets: ReadonlyMap<string, VenueAsset>
  /** Prices of the last minutes of every coin that is held, against USDT. */
  readonly prices: ReadonlyMap<string, PriceRow>
  /** Whether one ticker is one coin on two venues, as far as anybody can tell. */
  readonly identityOf: (asset: string, one: string, other: string) => Identity
  readonly namesakes: ReadonlySet<string>
}

const keyOf = (venue: string, asset: string): string => `${venue} ${asset}`

type Reader = Pick<CommandContext, 'trades' | 'markets' | 'history' | 'settings' | 'now'>

/** The newest prices of these coins against USDT; what nobody renewed for minutes is no price now. */
export async function readPrices(
  coins: Iterable<string>,
  { history, now }: Pick<Reader, 'history' | 'now'>,
): Promise<ReadonlyMap<string, PriceRow>> {
  const symbols = Array.from(coins, (coin) => `${coin}/${settlement}`)
  const rows = await Promise.all(symbols.map((symbol) => history.latestPrices(symbol)))
  const at = now()
  return new Map(
    rows
      .flat()
      .filter(({ minute, bid, ask }) => isCurrentPrice(minute, at) && bid > 0 && ask > 0)
      .map((row) => [marketKey(row.venue, row.symbol), row]),
  )
}

/** One row for each venue that trades the coin, whether it holds any or not. */
function holdingsOf(
  held: readonly Worth[],
  venues: readonly string[],
  markets: readonly Market[],
): readonly Holding[] {
  const traded = new Set(
    markets.flatMap(({ venue, base, quote }) => [keyOf(venue, base), keyOf(venue, quote)]),
  )
  const rows = new Map(held.map((row) => [keyOf(row.venue, row.asset), row]))
  return [...new Set(held.map(({ asset }) => asset))].flatMap((asset) =>
    venues.flatMap((venue): Holding[] => {
      const row = rows.get(keyOf(venue, asset))
      if (row === undefined)
        return traded.has(keyOf(venue, asset)) ? [{ venue, asset, amount: 0n, reserved: 0n }] : []
      return [{ venue, asset, amount: add(row.free, row.reserved), reserved: row.reserved }]
    }),
  )
}

export function identityFrom(
  assets: ReadonlyMap<string, VenueAsset>,
  prices: ReadonlyMap<string, PriceRow>,
  suspiciousPercent: number,
): Inventory['identityOf'] {
  const middle = (venue: string, asset: string) => {
    const row = prices.get(marketKey(venue, `${asset}/${settlement}`))
    return row === undefined ? undefined : (row.bid + row.ask) / 2
  }
  return (asset, one, other) => {
    const told = assetIdentity(
      asset,
      assets.get(keyOf(one, asset)),
      assets.get(keyOf(other, asset)),
    )
    const [a, b] = [middle(one, asset), middle(other, asset)]
    const priced =
      a === undefined || b === undefined ? 'unverified' : priceIdentity(a, b, suspiciousPercent)
    return crossIdentity(told, 'contract', priced)
  }
}

/** Coins that two of their venues mean differently. */
function namesakesOf(
  holdings: readonly Holding[],
  identityOf: Inventory['identityOf'],
): ReadonlySet<string> {
  const groups = Map.groupBy(holdings, ({ asset }) => asset)
  const isTwo = (asset: string, rows: readonly Holding[]) =>
    rows.some((one, i) =>
      rows.slice(i + 1).some((other) => identityOf(asset, one.venue, other.venue) === 'conflict'),
    )
  return new Set([...groups].filter(([asset, rows]) => isTwo(asset, rows)).map(([asset]) => asset))
}

/** With `open`, bands are as they will be once these transfers have arrived. */
export async function readInventory(
  context: Reader,
  open: readonly Transfer[] = [],
): Promise<Inventory> {
  const { markets, settings } = context
  const [{ held, venues }, told] = await Promise.all([readWorth(context), markets.assets()])
  const coins = new Set(held.map(({ asset }) => asset))
  const [listed, prices] = await Promise.all([markets.markets(venues), readPrices(coins, context)])
  const assets = new Map(told.map((asset) => [keyOf(asset.venue, asset.asset), asset]))
  const rules = settings.current()
  const identityOf = identityFrom(assets, prices, rules['filter.suspicious_percent'])
  const holdings = afterTransfers(holdingsOf(held, venues, listed), open)
  const namesakes = namesakesOf(holdings, identityOf)
  return {
    held,
    venues,
    markets: listed,
    bands: bandsOf(
      holdings.filter(({ asset }) => !namesakes.has(asset)),
      rules,
    ),
    assets,
    prices,
    identityOf,
    namesakes,
  }
}
