// The transfer trade: a coin is bought where it is cheap, sent, and sold where it is dear, and the money comes
// back the cheapest way. It is a position for as long as the chain takes, so it is shown beside what the
// price may do meanwhile. Pure, and exact.
import type { Market, VenueId } from '../market/market.ts'
import {
  add,
  bought,
  cost,
  floorToStep,
  parseDecimal,
  portion,
  price,
  subtract,
  decimalOf,
  type BaseAmount,
  type QuoteAmount,
  type Rate,
} from '../money.ts'

/** A network that is open at both ends, as far as both say. */
export type SendingWay = {
  readonly network: string
  /** In the coin itself. */
  readonly fee: bigint
  /** The least that may arrive. */
  readonly min: bigint
  /** Undefined where nobody can tell. */
  readonly minutes: number | undefined
}

export type Priced = {
  readonly market: Pick<
    Market,
    'venue' | 'symbol' | 'base' | 'quote' | 'amountStep' | 'amountMin' | 'notionalMin' | 'takerFee'
  >
  readonly bid: number
  readonly ask: number
}

/** Money of one venue turned into money of another through one coin. */
export type Carried = {
  readonly coin: string
  readonly way: SendingWay
  /** Taker fees included. */
  readonly spent: QuoteAmount
  readonly received: QuoteAmount
}

export type TransferTrade = {
  readonly symbol: string
  readonly buy: VenueId
  readonly sell: VenueId
  readonly out: Carried
  /** How what was earned comes back; undefined: no way leads back, so it cannot be done twice. */
  readonly back: Carried | undefined
  /** What is left of it once the money is back. */
  readonly net: QuoteAmount
  /** Both ways; undefined where some network's time is not known. */
  readonly minutes: number | undefined
}

const one = parseDecimal('1')

const withoutFee = (amount: QuoteAmount, fee: Rate): QuoteAmount =>
  ((amount * one) / (one + fee)) as QuoteAmount

/** Undefined where a minimum of either market or of the network is not met. */
export function carry(
  budget: QuoteAmount,
  from: Priced,
  to: Priced,
  way: SendingWay,
): Carried | undefined {
  const { market: here } = from
  const { market: there } = to
  const ask = price(decimalOf(from.ask))
  const affordable = bought(ask, withoutFee(budget, here.takerFee.rate))
  const amount = floorToStep(affordable, here.amountStep)
  if (amount <= 0n || amount < here.amountMin) return undefined
  const notional = cost(ask, amount, 'up')
  if (notional < here.notionalMin) return undefined
  const spent = add(notional, portion(notional, here.takerFee.rate, 'up'))
  const arrives = amount - way.fee
  if (arrives <= 0n || arrives < way.min) return undefined
  const sold = floorToStep(arrives as BaseAmount, there.amountStep)
  if (sold <= 0n || sold < there.amountMin) return undefined
  const proceeds = cost(price(decimalOf(to.bid)), sold, 'down')
  if (proceeds < there.notionalMin) return undefined
  const received = subtract(proceeds, portion(proceeds, there.takerFee.rate, 'up'))
  return { coin: here.base, way, spent, received }
}

/** The money itself, sent as it is. */
export function sendMoney(
  amount: QuoteAmount,
  currency: string,
  way: SendingWay,
): Carried | undefined {
  const received = (amount - way.fee) as QuoteAmount
  if (received <= 0n || received < way.min) return undefined
  return { coin: currency, way, spent: amount, received }
}

const lossOf = ({ spent, received }: Carried): bigint => spent - received

/** The one that loses least; what could not be spent stays where it is and is not lost. */
export const cheapest = (ways: readonly (Carried | undefined)[]): Carried | undefined =>
  ways.reduce<Carried | undefined>(
    (best, way) =>
      way !== undefined && (best === undefined || lossOf(way) < lossOf(best)) ? way : best,
    undefined,
  )

/** `back` are the ways of bringing `out.received` home. */
export function transferTrade(
  { symbol }: Pick<Market, 'symbol'>,
  buy: VenueId,
  sell: VenueId,
  out: Carried,
  back: readonly (Carried | undefined)[],
): TransferTrade {
  const home = cheapest(back)
  const minutes =
    out.way.minutes === undefined || (home !== undefined && home.way.minutes === undefined)
      ? undefined
      : out.way.minutes + (home?.way.minutes ?? 0)
  const earned = subtract(out.received, out.spent)
  const net = home === undefined ? earned : ((earned - lossOf(home)) as QuoteAmount)
  return { symbol, buy, sell, out, back: home, net, minutes }
}
