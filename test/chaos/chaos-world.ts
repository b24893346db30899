// The market of a chaos run: five venues, four pairs on each, and plenty of everything on every account.
import { decimalOf, parseDecimal } from '../../src/money.ts'
import type { VenueKey } from '../../src/simulator/accounts/account.ts'
import type { Level, SourceMarket } from '../../src/simulator/market-source.ts'
import { scriptedMarket } from '../scripted-source.ts'
import type { Random } from '../simulation/random.ts'

export const chaosVenues = ['kucoin', 'binance', 'okx', 'bybit', 'bitget'] as const
export const chaosSymbols = ['SOL/USDT', 'ETH/USDT', 'BTC/USDT', 'ETH/BTC'] as const
export type ChaosSymbol = (typeof chaosSymbols)[number]

type Pair = {
  readonly middle: number
  readonly size: number
  readonly rules: Partial<SourceMarket>
}

const pairs: Readonly<Record<ChaosSymbol, Pair>> = {
  'SOL/USDT': {
    middle: 150,
    size: 4,
    rules: { priceDecimals: 2, amountDecimals: 3, amountMin: 0.01, notionalMin: 5 },
  },
  'ETH/USDT': {
    middle: 3000,
    size: 0.2,
    rules: { priceDecimals: 2, amountDecimals: 4, amountMin: 0.001, notionalMin: 5 },
  },
  'BTC/USDT': {
    middle: 60_000,
    size: 0.01,
    rules: { priceDecimals: 1, amountDecimals: 5, amountMin: 0.0001, notionalMin: 5 },
  },
  'ETH/BTC': {
    middle: 0.05,
    size: 0.2,
    rules: { priceDecimals: 5, amountDecimals: 4, amountMin: 0.001, notionalMin: 0.0001 },
  },
}

const ownCoins: Readonly<Record<string, string>> = { kucoin: 'KCS', binance: 'BNB', bitget: 'BGB' }

/** A venue's own coin has a market, so that fees can be taken in it. */
export function marketsOf(venue: string): SourceMarket[] {
  const own = ownCoins[venue]
  return [
    ...chaosSymbols.map((symbol) => scriptedMarket(symbol, pairs[symbol].rules)),
    ...(own === undefined ? [] : [scriptedMarket(`${own}/USDT`)]),
  ]
}

/** Fees are paid in the venue's own coin for as long as the little there is of it lasts. */
export const chaosKey: VenueKey = {
  apiKey: 'simulator',
  secret: 'simulator',
  password: 'simulator',
  permissions: ['read', 'trade'],
  paysInOwnCoin: true,
}

export const startingBalances: Readonly<Record<string, bigint>> = {
  USDT: parseDecimal('1000000'),
  SOL: parseDecimal('5000'),
  ETH: parseDecimal('300'),
  BTC: parseDecimal('20'),
  KCS: parseDecimal('0.05'),
  BNB: parseDecimal('0.05'),
  BGB: parseDecimal('0.05'),
}

export type ShownBook = { readonly bids: readonly Level[]; readonly asks: readonly Level[] }

/** Prices wander a little around the middle; sizes are new each time, or what was taken stays taken. */
export function bookOf(symbol: ChaosSymbol, random: Random): ShownBook {
  const { middle, size, rules } = pairs[symbol]
  const { priceDecimals = 2, amountDecimals = 3 } = rules
  const at = middle * (1 + (random.next() - 0.5) * 0.002)
  const step = Math.max(10 ** -priceDecimals, middle * 0.0003)
  const level = (distance: number): Level => [
    Number((at + distance * step).toFixed(priceDecimals)),
    Number(decimalOf(Number((size * (0.5 + random.next())).toFixed(amountDecimals)))),
  ]
  const side = (sign: 1 | -1) => [1, 2, 3, 4, 5].map((distance) => level(sign * distance))
  return { bids: side(-1), asks: side(1) }
}
