// What a limit IOC order would get from a book: the fill engine behind every paper trade. Pure.
import type { Market } from '../market/market.ts'
import {
  add,
  averagePrice,
  baseAmount,
  cost,
  costOver,
  floorToStep,
  portion,
  quoteAmount,
  smaller,
  subtract,
  type BaseAmount,
  type Price,
  type QuoteAmount,
} from '../money.ts'
import type { LegFill } from './trade.ts'
import type { Order as VenueOrder } from './engine/order-gateway.ts'

/** When it left is no matter of the book's. */
export type PaperOrder = Omit<VenueOrder, 'notAfter'>

export type Level = readonly [Price, BaseAmount]

export type PaperFill =
  | { readonly outcome: 'filled'; readonly fill: LegFill; readonly taken: readonly Level[] }
  | { readonly outcome: 'rejected'; readonly reason: string }

const zeroBase = baseAmount('0')
const zeroQuote = quoteAmount('0')

/** The venue's own checks, in its order: steps, minimums. */
function refusal({ market, amount, limit }: PaperOrder): string | undefined {
  if (!market.active) return `${market.symbol} is halted`
  if (floorToStep(amount, market.amountStep) !== amount) return 'amount is off the lot step'
  if (floorToStep(limit, market.priceStep) !== limit) return 'price is off the tick'
  if (amount < market.amountMin || amount <= 0n) return 'amount is below the minimum'
  if (cost(limit, amount, 'down') < market.notionalMin) return 'notional is below the minimum'
  return undefined
}

/** Fees round up, receipts round down: a paper trade never does better than a real one could. */
function settleLeg(
  market: Market,
  side: PaperOrder['side'],
  filled: BaseAmount,
  notional: QuoteAmount,
) {
  const { rate, paidIn } = market.takerFee
  const inBase = side === 'buy' && paidIn === 'received'
  const baseFee = inBase ? portion(filled, rate, 'up') : zeroBase
  const quoteFee = inBase ? zeroQuote : portion(notional, rate, 'up')
  const base = { asset: market.base, amount: subtract(filled, baseFee) as bigint }
  const buying = side === 'buy'
  const quote = {
    asset: market.quote,
    amount: (buying ? add(notional, quoteFee) : subtract(notional, quoteFee)) as bigint,
  }
  return {
    fee: inBase
      ? { asset: market.base, amount: baseFee as bigint }
      : { asset: market.quote, amount: quoteFee as bigint },
    spent: buying ? quote : base,
    received: buying ? base : quote,
  }
}

/**
 * Fills `order` from `levels` (the opposite side of the book, best first) down to its limit; the rest
 * is cancelled, as IOC means. A fill of nothing at all is 'filled' with amount zero.
 */
export function fillOrder(
  order: PaperOrder,
  levels: readonly Level[],
  times: { readonly sentAt: Date; readonly filledAt: Date },
): PaperFill {
  const reason = refusal(order)
  if (reason !== undefined) return { outcome: 'rejected', reason }
  const { market, side } = order
  let left = order.amount
  const taken: Level[] = []
  for (const [at, size] of levels) {
    if (left === 0n || (side === 'buy' ? at > order.limit : at < order.limit)) break
    const take = floorToStep(smaller(left, size), market.amountStep)
    if (take === 0n) continue
    taken.push([at, take])
    left = subtract(left, take)
  }
  const filled = subtract(order.amount, left)
  const notional = costOver(taken, side === 'buy' ? 'up' : 'down')
  return {
    outcome: 'filled',
    taken,
    fill: {
      venue: market.venue,
      symbol: market.symbol,
      side,
      orderId: order.clientOrderId,
      filled,
      average:
        filled === 0n
          ? order.limit
          : averagePrice(notional, filled, side === 'buy' ? 'up' : 'down'),
      ...settleLeg(market, side, filled, notional),
      ...times,
    },
  }
}
