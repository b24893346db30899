// An order as a venue keeps it: what was wished, what was printed, and where it stands.
import { costOver, type BaseAmount, type Price, type QuoteAmount } from '../../money.ts'
import type { SourceMarket } from '../market-source.ts'

export type Side = 'buy' | 'sell'

/** GTC rests in the book, IOC takes what is there, FOK takes all of it or nothing. */
export type TimeInForce = 'GTC' | 'IOC' | 'FOK'

export type OrderWish = {
  readonly market: SourceMarket
  readonly side: Side
  readonly price: Price
  readonly amount: BaseAmount
  readonly timeInForce: TimeInForce
  /** "" where the client named none. */
  readonly clientId: string
}

export type Fee = { readonly asset: string; readonly amount: bigint }

/** One execution: so much at one price. */
export type Print = {
  readonly id: string
  readonly orderId: string
  readonly price: Price
  readonly amount: BaseAmount
  readonly fee: Fee
  readonly isMaker: boolean
  readonly timeMs: number
}

/** 'expired': the remainder of an order that was never to rest. Venues name it differently. */
export type OrderState = 'open' | 'filled' | 'cancelled' | 'expired'

export type SpotOrder = OrderWish & {
  readonly id: string
  readonly apiKey: string
  readonly state: OrderState
  readonly prints: readonly Print[]
  readonly createdMs: number
  readonly updatedMs: number
}

/** By the venue's id, or by the client's own. */
export type OrderRef = { readonly id: string } | { readonly clientId: string }

/** Why a venue turns a wish away; each dialect knows its own code for it. */
export type Refusal =
  | 'bad-client-id'
  | 'duplicate-client-id'
  | 'halted'
  | 'price-step'
  | 'amount-step'
  | 'amount-min'
  | 'notional-min'
  | 'insufficient'

export const filledOf = ({ prints }: Pick<SpotOrder, 'prints'>): BaseAmount =>
  prints.reduce((sum, { amount }) => sum + amount, 0n) as BaseAmount

/** What the prints cost or brought, without fees. */
export const costOf = ({ prints, side }: Pick<SpotOrder, 'prints' | 'side'>): QuoteAmount =>
  costOver(
    prints.map(({ price, amount }) => [price, amount]),
    side === 'buy' ? 'up' : 'down',
  )

/** Never below zero, also after more was filled than was wished. */
export function remainingOf(order: SpotOrder): BaseAmount {
  const left = order.amount - filledOf(order)
  return (left > 0n ? left : 0n) as BaseAmount
}

/** The fees of all prints, one entry for each asset they were taken in. */
export function feesOf({ prints }: SpotOrder): readonly Fee[] {
  const sums = new Map<string, bigint>()
  for (const { fee } of prints) sums.set(fee.asset, (sums.get(fee.asset) ?? 0n) + fee.amount)
  return [...sums].map(([asset, amount]) => ({ asset, amount }))
}
