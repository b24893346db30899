// Which markets each venue lists, with their rules and the character of their books.
import type { SourceAsset, SourceMarket } from '../market-source.ts'
import { usdt, venueWeight, type Coin, type SimulatedVenue } from './coins.ts'
import { createRandom, type Random } from './random.ts'
import type { Character } from './sim-market.ts'
import { temperaments } from './temperaments.ts'

/** What each venue takes from a taker; the values that ccxt itself assumes where the venue tells none. */
const takerFees: Readonly<Record<SimulatedVenue, number>> = {
  kucoin: 0.001,
  binance: 0.001,
  okx: 0.0015,
  bybit: 0.001,
  bitget: 0.001,
  mexc: 0.0005,
}

export type ListedMarket = {
  readonly venue: SimulatedVenue
  readonly coin: Coin
  readonly quote: string
  readonly rules: SourceMarket
  readonly character: Character
}

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value))

/** Tick at most 0.1 bp of the price, so that rounding never eats a gap or makes one. */
const priceDecimalsOf = (price: number) => clamp(Math.ceil(5 - Math.log10(price)), 1, 12)

/** Lot worth a cent or less at the start. */
const amountDecimalsOf = (priceUsdt: number) => clamp(Math.ceil(Math.log10(priceUsdt)) + 2, 0, 8)

/** OKX states no least notional, Bitget only one in USDT. */
function notionalMinOf(venue: SimulatedVenue, quote: string, quoteUsdt: number): number {
  if (venue === 'okx' || (venue === 'bitget' && quote !== 'USDT')) return 0
  const leastUsdt = venue === 'binance' ? 5 : 1
  return Number((leastUsdt / quoteUsdt).toPrecision(1))
}

function rulesOf(
  coin: Coin,
  quote: string,
  quoteUsdt: number,
  venue: SimulatedVenue,
): SourceMarket {
  const amountDecimals = amountDecimalsOf(coin.priceUsdt)
  return {
    symbol: `${coin.asset}/${quote}`,
    base: coin.asset,
    quote,
    priceDecimals: priceDecimalsOf(coin.priceUsdt / quoteUsdt),
    amountDecimals,
    amountMin: 10 ** -amountDecimals,
    notionalMin: notionalMinOf(venue, quote, quoteUsdt),
    takerFee: takerFees[venue],
    active: true,
  }
}

const bp = 1e-4

function characterOf(coin: Coin, quote: string, venue: SimulatedVenue, random: Random): Character {
  const { halfSpreadBp, noiseBp, gridBp, levels, topUsdt, levelUsdt } = temperaments[coin.role]
  return {
    halfSpread: random.between(...halfSpreadBp) * bp,
    noiseMax: noiseBp * bp,
    grid: random.between(...gridBp) * bp,
    levels: random.whole(...levels),
    topUsdtMin: topUsdt[0],
    topUsdtMax: topUsdt[1],
    levelUsdt,
    volumeUsdt: coin.volumeUsdt * venueWeight[venue] * (quote === 'USDT' ? 1 : 0.1),
  }
}

export function listMarkets(coins: readonly Coin[]): readonly ListedMarket[] {
  const random = createRandom('characters')
  const prices = new Map(coins.map((coin) => [coin.asset, coin.priceUsdt]))
  return coins.flatMap((coin) =>
    coin.venues.flatMap((venue) =>
      coin.quotes.map((quote) => ({
        venue,
        coin,
        quote,
        rules: rulesOf(coin, quote, prices.get(quote) ?? 1, venue),
        character: characterOf(coin, quote, venue, random),
      })),
    ),
  )
}

export function assetsOf(coins: readonly Coin[], venue: SimulatedVenue): readonly SourceAsset[] {
  const listed = coins.filter((coin) => coin.venues.includes(venue))
  const rows = listed.map((coin) => ({
    ...coin,
    ...(coin.venues[1] === venue ? coin.namesake : undefined),
  }))
  return [{ ...usdt, priceUsdt: 1 }, ...rows].map(({ asset, name, networks, priceUsdt }) => ({
    asset,
    name,
    networks: networks.map((network) => ({
      ...network,
      deposit: true,
      withdraw: true,
      withdrawFee: Number((1 / priceUsdt).toPrecision(2)),
    })),
  }))
}
