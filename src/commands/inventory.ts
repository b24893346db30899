// `inventory`: where each coin lies, and how far from where it should.
import { format } from '../money.ts'
import { amountText } from '../notification/amount-text.ts'
import type { CardTable } from '../notification/card.ts'
import { badgesOf } from '../notification/labels.ts'
import { outsideOf, stateOf, type Band } from '../trade/inventory-band.ts'
import { defineCommand } from './command.ts'
import { optional, text } from './option.ts'
import { inTransitJson, inTransitLines } from './in-transit.ts'
import { standingJson, standingLines, standingTable } from './standings.ts'
import { readInventory, type Inventory } from './read-inventory.ts'
import { caveatsOf, totalOf, worthCell, worthText, type Worth } from './worth.ts'

type Place = {
  readonly venue: string
  readonly amount: bigint
  /** Of one. */
  readonly share: number
  /** Undefined where the ticker means two coins. */
  readonly band: Band | undefined
}

type Coin = {
  readonly asset: string
  readonly amount: bigint
  readonly reserved: bigint
  readonly usdt: number | undefined
  readonly priceAgeMs: number
  /** Every venue that trades it, most first; shares of one. */
  readonly places: readonly Place[]
  /** The share of it that would have to move for every venue to hold its target. */
  readonly skew: number
}

const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, each) => sum + each, 0n)

function placesOf(asset: string, rows: readonly Worth[], bands: readonly Band[]) {
  const own = bands.filter((band) => band.asset === asset)
  const places =
    own.length > 0
      ? own.map((band) => ({ venue: band.venue, amount: band.amount, band }))
      : rows.map(({ venue, free, reserved }) => ({
          venue,
          amount: free + reserved,
          band: undefined,
        }))
  const total = sumOf(places.map(({ amount }) => amount))
  return places
    .map((place): Place => ({
      ...place,
      share: total === 0n ? 0 : Number(place.amount) / Number(total),
    }))
    .toSorted((a, b) => b.share - a.share)
}

function coinOf(asset: string, rows: readonly Worth[], bands: readonly Band[]): Coin {
  const places = placesOf(asset, rows, bands)
  return {
    asset,
    amount: sumOf(places.map(({ amount }) => amount)),
    reserved: sumOf(rows.map(({ reserved }) => reserved)),
    usdt: rows.some(({ usdt }) => usdt === undefined) ? undefined : totalOf(rows),
    priceAgeMs: Math.max(0, ...rows.map(({ priceAgeMs }) => priceAgeMs)),
    places,
    skew: places.reduce(
      (sum, { share, band }) =>
        sum + Math.max(0, share - (band === undefined ? share : band.targetPercent / 100)),
      0,
    ),
  }
}

const percent = (share: number): string =>
  `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`

const placesText = ({ places }: Coin): string =>
  places.map(({ venue, share }) => `${venue} ${percent(share)}`).join(', ')

const coinTable = (coins: readonly Coin[], all: number): CardTable => ({
  columns: ['coin', 'in all', 'worth USDT', 'of all', 'skew', 'where'],
  rows: coins.map((each) => [
    each.asset,
    amountText(each.amount, 8),
    worthCell(each),
    all === 0 ? '' : percent((each.usdt ?? 0) / all),
    percent(each.skew),
    placesText(each),
  ]),
})

export const bandText = (band: Band): string =>
  `${Math.round(band.lowPercent)} to ${Math.round(band.highPercent)} %`

const isStray = ({ band }: Place): boolean => band !== undefined && stateOf(band) !== 'within'

/** One coin on all its venues, or of all coins only those that are not where they should be. */
function bandTable(coins: readonly Coin[]): CardTable | undefined {
  const rows = coins.flatMap(({ asset, places }) =>
    places
      .filter((place) => coins.length === 1 || isStray(place))
      .map(({ venue, amount, share, band }) => [
        asset,
        venue,
        amountText(amount, 8),
        percent(share),
        band === undefined ? 'none' : bandText(band),
        band === undefined
          ? ''
          : stateOf(band) === 'within'
            ? 'within'
            : `${stateOf(band)} by ${amountText(outsideOf(band), 4)}`,
      ]),
  )
  if (rows.length === 0) return undefined
  return { columns: ['coin', 'venue', 'amount', 'share', 'band', 'is'], rows }
}

function linesOf(shown: readonly Coin[], { held, namesakes }: Inventory): readonly string[] {
  const doubtful = shown.filter(({ asset }) => namesakes.has(asset)).map(({ asset }) => asset)
  const stray = shown.flatMap(({ places }) => places.filter(isStray)).length
  return [
    ...(stray === 0
      ? []
      : [`${stray} ${stray === 1 ? 'holding is' : 'holdings are'} outside the band.`]),
    ...(doubtful.length === 0
      ? []
      : [`Not one coin on all venues, so without a band: ${doubtful.join(', ')}.`]),
    ...caveatsOf(held.filter(({ asset }) => shown.some((each) => each.asset === asset))),
  ]
}

const coinJson = (each: Coin, all: number) => ({
  coin: each.asset,
  amount: format(each.amount),
  reserved: format(each.reserved),
  usdt: each.usdt ?? null,
  share_percent: all === 0 || each.usdt === undefined ? null : (each.usdt / all) * 100,
  skew_percent: each.skew * 100,
  venues: each.places.map(({ venue, amount, share, band }) => ({
    venue,
    amount: format(amount),
    share_percent: share * 100,
    target_percent: band?.targetPercent ?? null,
    band_percent: band === undefined ? null : [band.lowPercent, band.highPercent],
    state: band === undefined ? null : stateOf(band),
    outside: band === undefined ? null : format(outsideOf(band)),
  })),
})

function missingText(coin: string | undefined, coins: number, shown: number): string | undefined {
  if (coins === 0)
    return 'Nothing is held yet: paper balances are declared once the first sweep has seen the venues.'
  return shown === 0
    ? `No ${coin} is held on any venue; "inventory" alone shows what is.`
    : undefined
}

export const inventory = defineCommand({
  name: 'inventory',
  summary: 'Where each coin lies over the venues, and how far from where it should',
  help: 'A venue that runs out of a coin, or of the money to buy it, trades one way only. Each coin has a target share on every venue that trades it, the same on all unless inventory.target_percent says otherwise, and a band of inventory.band_percent around it. Skew is the share that would have to move to meet all targets. "rebalance" plans the way back.',
  role: 'viewer',
  options: { coin: optional(text('Only this coin, such as BTC')) },
  positional: ['coin'],
  examples: ['inventory', 'inventory BTC'],
  async run({ coin }, context) {
    const { labels, reconciling, transfers, now } = context
    const [found, standings, moving] = await Promise.all([
      readInventory(context),
      reconciling.standings(),
      transfers.inTransit(),
    ])
    const coming = inTransitLines(moving)
    const accounts = standingTable(standings, now())
    const { held, venues, bands } = found
    const all = totalOf(held)
    const coins = Array.from(
      Map.groupBy(held, ({ asset }) => asset),
      ([asset, rows]) => coinOf(asset, rows, bands),
    ).toSorted((a, b) => (b.usdt ?? 0) - (a.usdt ?? 0))
    const shown = coins.filter(
      ({ asset }) => coin === undefined || asset === coin.toUpperCase() || asset === coin,
    )
    const missing = missingText(coin, coins.length, shown.length)
    const lines =
      missing === undefined
        ? [...coming, ...standingLines(standings), ...linesOf(shown, found)]
        : [missing, ...coming]
    const banded = bandTable(shown)
    const isStrayed = shown.some(({ places }) => places.some(isStray))
    return {
      title:
        coins.length === 0
          ? 'No inventory'
          : `${coins.length} coins on ${venues.length} venues, ${worthText(all)} USDT`,
      tone: missing !== undefined || lines.length === 0 ? 'neutral' : 'warning',
      badges: badgesOf(labels),
      ...(lines.length === 0 ? {} : { text: lines.join('\n') }),
      tables:
        shown.length === 0
          ? []
          : [coinTable(shown, all), ...[banded, accounts].filter((table) => table !== undefined)],
      actions: isStrayed
        ? [{ label: 'Plan the way back', command: 'rebalance', args: {}, style: 'plain' }]
        : [],
      ...(all === 0
        ? {}
        : {
            chart: {
              kind: 'route-bars',
              title: 'What each coin is worth',
              subtitle: `on ${venues.length} venues`,
              badges: badgesOf(labels),
              measure: 'worth',
              unit: 'USDT',
              bars: coins.map(({ asset, usdt }) => ({ route: asset, value: usdt ?? Number.NaN })),
            },
          }),
      json: {
        usdt: all,
        in_transit: inTransitJson(moving),
        venues,
        coins: shown.map((each) => coinJson(each, all)),
        accounts: standingJson(standings),
      },
    }
  },
})
