// How each venue with a private side keeps its books: what it charges in, which ids it takes twice and
// for how long it remembers. What it says in which words is its dialect's affair.
import { rate, type Rate } from '../../money.ts'
import type { VenueId } from '../../market/market.ts'

const hour = 3_600_000
const day = 24 * hour

export type VenueHabits = {
  readonly venue: VenueId
  /** 'received': base on buys, quote on sells. 'quote': always quote, and held on top of a buy. */
  readonly feeIn: 'received' | 'quote'
  /** The venue's own coin pays at a discount, for an account that has it switched on. */
  readonly ownCoin: { readonly asset: string; readonly discount: Rate } | undefined
  /** 'open': an id may come again once the order that has it is done. 'ever': it may not. */
  readonly clientIdOnce: 'open' | 'ever'
  readonly clientIdPattern: RegExp
  /** For how long an order that ended without a fill can be looked up, ms. */
  readonly cancelledKeptMs: number
  readonly recvWindowMs: number
  /** Looks at the timestamp again before it matches, so that a request that was lost dies. */
  readonly expiresRequests: boolean
  /** 'on-top': the address gets the amount. 'within': the amount less the fee. */
  readonly withdrawFee: 'on-top' | 'within'
}

export const venueHabits: readonly VenueHabits[] = [
  {
    venue: 'kucoin',
    feeIn: 'quote',
    ownCoin: { asset: 'KCS', discount: rate('0.2') },
    clientIdOnce: 'ever',
    clientIdPattern: /^[\w-]{1,40}$/,
    cancelledKeptMs: 30 * day,
    recvWindowMs: 5000,
    expiresRequests: false,
    withdrawFee: 'on-top',
  },
  {
    venue: 'binance',
    feeIn: 'received',
    ownCoin: { asset: 'BNB', discount: rate('0.25') },
    clientIdOnce: 'open',
    clientIdPattern: /^[.A-Z:/a-z0-9_-]{1,36}$/,
    cancelledKeptMs: 90 * day,
    recvWindowMs: 5000,
    expiresRequests: true,
    withdrawFee: 'within',
  },
  {
    venue: 'okx',
    feeIn: 'received',
    ownCoin: undefined,
    clientIdOnce: 'ever',
    clientIdPattern: /^[A-Za-z0-9]{1,32}$/,
    cancelledKeptMs: 2 * hour,
    recvWindowMs: 30_000,
    expiresRequests: false,
    withdrawFee: 'on-top',
  },
  {
    venue: 'bybit',
    feeIn: 'received',
    ownCoin: undefined,
    clientIdOnce: 'ever',
    clientIdPattern: /^[\w-]{1,36}$/,
    cancelledKeptMs: day,
    recvWindowMs: 5000,
    expiresRequests: false,
    withdrawFee: 'on-top',
  },
  {
    venue: 'bitget',
    feeIn: 'received',
    ownCoin: { asset: 'BGB', discount: rate('0.2') },
    clientIdOnce: 'ever',
    clientIdPattern: /^[\w.:/-]{1,50}$/,
    cancelledKeptMs: 90 * day,
    recvWindowMs: 30_000,
    expiresRequests: false,
    withdrawFee: 'within',
  },
]
