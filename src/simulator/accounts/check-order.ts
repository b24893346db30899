// The rules of a market that an order must keep, in the order in which venues look at them.
import {
  baseAmount,
  cost,
  decimalOf,
  floorToStep,
  parseDecimal,
  price,
  quoteAmount,
  type BaseAmount,
  type Price,
} from '../../money.ts'
import type { SourceMarket } from '../market-source.ts'
import { plainText, stepText } from '../wire-text.ts'
import type { OrderWish, Refusal } from './spot-order.ts'

export const priceStepOf = ({ priceDecimals }: SourceMarket): Price =>
  price(stepText(priceDecimals))
export const amountStepOf = ({ amountDecimals }: SourceMarket): BaseAmount =>
  baseAmount(stepText(amountDecimals))

export function marketRefusal(wish: OrderWish): Refusal | undefined {
  const { market } = wish
  if (!market.active) return 'halted'
  if (wish.price <= 0n || floorToStep(wish.price, priceStepOf(market)) !== wish.price)
    return 'price-step'
  if (floorToStep(wish.amount, amountStepOf(market)) !== wish.amount) return 'amount-step'
  if (wish.amount < parseDecimal(plainText(market.amountMin))) return 'amount-min'
  if (cost(wish.price, wish.amount, 'down') < quoteAmount(decimalOf(market.notionalMin)))
    return 'notional-min'
  return undefined
}
