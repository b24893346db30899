// A market: one pair of assets on one venue, with the rules its orders must obey.
import type { BaseAmount, Price, QuoteAmount, Rate } from '../money.ts'

/** A ccxt id in lower case, such as "kucoin". */
export type VenueId = string

/** The position of a market in its universe; typed arrays are indexed by it. */
export type MarketId = number

/** Where a fee rate came from, best first; a card names it. Never zero for want of knowledge. */
export type FeeSource = 'account' | 'market' | 'venue' | 'default'

/** `rate` is a share of the notional; `paidIn` is the asset the venue takes it from. */
export type TakerFee = {
  readonly rate: Rate
  readonly source: FeeSource
  /** 'received': base on a buy, quote on a sell. 'quote': always the quote asset, on top of a buy. */
  readonly paidIn: 'received' | 'quote'
}

export type Market = {
  readonly venue: VenueId
  /** ccxt's unified spot symbol, "BASE/QUOTE". */
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly priceStep: Price
  readonly amountStep: BaseAmount
  readonly amountMin: BaseAmount
  readonly notionalMin: QuoteAmount
  readonly takerFee: TakerFee
  /** False while the venue halts, delists or auctions it. */
  readonly active: boolean
}

/** "kucoin BTC/USDT": unique across venues, for maps, rows and logs. */
export const marketKey = (venue: VenueId, symbol: string): string => `${venue} ${symbol}`
