// What one print costs its owner: in the asset that the venue takes, in the venue's own coin where the
// account pays with it, or in whatever a fault says.
import {
  ceilToStep,
  cost,
  decimalOf,
  parseDecimal,
  portion,
  price,
  rate,
  type BaseAmount,
  type Price,
  type Rate,
} from '../../money.ts'
import type { SourceVenue } from '../market-source.ts'
import type { Account } from './account.ts'
import type { DeskFaults } from './desk-faults.ts'
import type { Fee, OrderWish } from './spot-order.ts'
import type { VenueHabits } from './venue-habits.ts'

// Venues book own-coin fees to eight decimals.
const ownCoinStep = parseDecimal('0.00000001')
const one = rate('1')

/** So many quote units for one of the coin; undefined where the venue has no such market. */
function coinPrice(venue: SourceVenue, coin: string, quote: string): Price | undefined {
  if (coin === quote) return price('1')
  const symbol = `${coin}/${quote}`
  const isListed = venue.markets.some((market) => market.symbol === symbol)
  const bid = isListed ? venue.ticker(symbol)?.bid : undefined
  return bid === undefined || bid <= 0 ? undefined : price(decimalOf(bid))
}

/** `share` of the notional, paid in a coin of that price. */
const inCoin = (notional: bigint, share: Rate, coinAt: Price): bigint =>
  ceilToStep((portion(notional, share, 'up') * (one as bigint)) / (coinAt as bigint), ownCoinStep)

export function feeOf(
  { venue, habits, faults }: { venue: SourceVenue; habits: VenueHabits; faults: DeskFaults },
  account: Account,
  { market, side }: OrderWish,
  [at, amount]: readonly [Price, BaseAmount],
): Fee {
  const notional = cost(at, amount, 'up')
  const share = rate(decimalOf(market.takerFee))
  const token = faults.take('fee-token')
  if (token !== undefined)
    return { asset: token.asset, amount: portion(notional as bigint, rate(token.rate), 'up') }
  const { ownCoin } = habits
  if (ownCoin !== undefined && account.key.paysInOwnCoin === true) {
    const { asset, discount } = ownCoin
    const coinAt = coinPrice(venue, asset, market.quote)
    const reduced = portion(share, (one - discount) as Rate, 'up')
    const due = coinAt && inCoin(notional, reduced, coinAt)
    if (due !== undefined && account.holdings.of(asset).free >= due) return { asset, amount: due }
  }
  return habits.feeIn === 'received' && side === 'buy'
    ? { asset: market.base, amount: portion(amount as bigint, share, 'up') }
    : { asset: market.quote, amount: portion(notional as bigint, share, 'up') }
}

/** What a resting order holds: all it could cost, with the fee where that comes on top. */
export function holdOf(
  habits: VenueHabits,
  { market, side, price: limit }: OrderWish,
  amount: BaseAmount,
): Fee {
  if (side === 'sell') return { asset: market.base, amount }
  const notional = cost(limit, amount, 'up') as bigint
  const fee = portion(notional, rate(decimalOf(market.takerFee)), 'up')
  return { asset: market.quote, amount: habits.feeIn === 'quote' ? notional + fee : notional }
}
