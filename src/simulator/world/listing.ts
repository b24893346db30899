// Which markets each venue lists, with their rules and the character of their books.
import type { SourceAsset, SourceMarket } from '../market-source.ts'
import { usdt, venueWeight, type Coin, type SimulatedVenue } from './coins.ts'
import { createRandom, type Random } from './random.ts'
import type { Character } from './sim-market.ts'

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
  const volumeUsdt = coin.volumeUsdt * venueWeight[venue] * (quote === 'USDT' ? 1 : 0.1)
  switch (coin.role) {
    case 'major':
      return {
        halfSpread: random.between(2, 4) * bp,
        noiseMax: 1.2 * bp,
        grid: random.between(1, 2) * bp,
        levels: random.whole(30, 40),
        topUsdtMin: 4000,
        topUsdtMax: 25_000,
        levelUsdt: 9000,
        volumeUsdt,
      }
    case 'stable':
      return {
        halfSpread: 2 * bp,
        noiseMax: 0.3 * bp,
        grid: 1 * bp,
        levels: 30,
        topUsdtMin: 20_000,
        topUsdtMax: 90_000,
        levelUsdt: 60_000,
        volumeUsdt,
      }
    // Few deep levels far apart: a planted gap of 1 % or 2 % must not hold a fortune.
    case 'duo':
    case 'solo':
    case 'shut':
    case 'namesake':
    case 'unfunded':
    case 'stale':
      return {
        halfSpread: random.between(2.5, 4.5) * bp,
        noiseMax: (coin.role === 'namesake' ? 8 : 0.15) * bp,
        grid: random.between(17, 20) * bp,
        levels: random.whole(20, 24),
        topUsdtMin: 880,
        topUsdtMax: 1250,
        levelUsdt: 260,
        volumeUsdt,
      }
    case 'mid':
      return {
        halfSpread: random.between(3, 7) * bp,
        noiseMax: 1.2 * bp,
        grid: random.between(2, 5) * bp,
        levels: random.whole(25, 35),
        topUsdtMin: 500,
        topUsdtMax: 4000,
        levelUsdt: 2200,
        volumeUsdt,
      }
    case 'tail':
    case 'dead':
    case 'dead-cycle':
    case 'leveraged':
      return {
        halfSpread: random.between(20, 70) * bp,
        noiseMax: (coin.role === 'leveraged' ? 8 : 1.5) * bp,
        grid: random.between(15, 40) * bp,
        levels: random.whole(20, 25),
        topUsdtMin: 40,
        topUsdtMax: 500,
        levelUsdt: 250,
        volumeUsdt,
      }
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
