// How a simulated venue fills an order: at which prices, in how many prints, with what fee; its balances move
// with each print.
import type { Market } from '../../src/market/market.ts'
import {
  add,
  cost,
  floorToStep,
  portion,
  rate,
  subtract,
  type AssetAmount,
  type BaseAmount,
  type Price,
} from '../../src/money.ts'
import { flowsOf } from '../../src/trade/engine/ledger.ts'
import type { PlacedOrder, VenuePrint, VenueWorld } from './simulated-venue.ts'
import type { Top } from './venue-prices.ts'

export const feeToken = 'BNX'

export type Books = {
  readonly prints: VenuePrint[]
  readonly balances: Map<string, bigint>
  readonly top: Top
}

function feeOf(
  { faults }: VenueWorld,
  { market, side }: PlacedOrder,
  amount: BaseAmount,
  at: Price,
): AssetAmount {
  const quote = cost(at, amount, 'down')
  if (faults.fires('fee in a token'))
    return { asset: feeToken, amount: portion(quote, rate('0.00037'), 'up') }
  const inBase = side === 'buy' && market.takerFee.paidIn === 'received'
  const whole: bigint = inBase ? amount : quote
  const fee = portion(whole as Price, market.takerFee.rate, 'up')
  const asset = inBase ? market.base : market.quote
  return faults.fires('fee rebate') ? { asset, amount: 0n - fee } : { asset, amount: fee }
}

function show(
  world: VenueWorld,
  { prints, balances }: Books,
  order: PlacedOrder,
  [amount, at, lagMs]: readonly [amount: BaseAmount, at: Price, lagMs: number],
): void {
  const { time } = world
  const fill: VenuePrint = {
    tradeId: `${prints.length + 1}`,
    orderId: order.orderId,
    symbol: order.market.symbol,
    market: order.market,
    side: order.side,
    amount,
    price: at,
    fee: feeOf(world, order, amount, at),
    at: time.now(),
    shownFromMs: time.elapsedMs() + lagMs,
  }
  prints.push(fill)
  for (const flow of flowsOf(order.market, order.side, fill))
    balances.set(flow.asset, (balances.get(flow.asset) ?? 0n) + flow.amount)
  order.filled = add(order.filled, amount)
  order.changedMs = time.elapsedMs()
  world.onPrint(fill)
}

function split({ faults, random }: VenueWorld, amount: BaseAmount, market: Market): BaseAmount[] {
  const parts = faults.fires('many prints') ? random.whole(2, 4) : 1
  const each = floorToStep((amount / BigInt(parts)) as BaseAmount, market.amountStep)
  if (parts === 1 || each === 0n) return [amount]
  const first = Array.from({ length: parts - 1 }, () => each)
  return [...first, subtract(amount, (each * BigInt(parts - 1)) as BaseAmount)]
}

function priceFor({ faults }: VenueWorld, { top }: Books, order: PlacedOrder): Price | undefined {
  const { market, side, limit } = order
  const step = market.priceStep
  const best = top(market, side)
  const isReached = side === 'buy' ? best <= limit : best >= limit
  if (!isReached) return undefined
  if (faults.fires('worse than limit'))
    return side === 'buy' ? add(limit, step) : subtract(limit, step)
  if (faults.fires('better than limit'))
    return side === 'buy' ? subtract(best, step) : add(best, step)
  return best
}

function amountFor({ faults, random }: VenueWorld, { amount, market }: PlacedOrder): BaseAmount {
  if (faults.fires('zero fill')) return 0n as BaseAmount
  if (faults.fires('overfill')) return add(amount, market.amountStep)
  if (!faults.fires('partial fill')) return amount
  const share = rate(`0.${String(random.whole(1, 99)).padStart(2, '0')}`)
  return floorToStep(portion(amount, share, 'down'), market.amountStep)
}

/** `lagMs` is how long its prints stay unseen. */
export function match(world: VenueWorld, books: Books, order: PlacedOrder, lagMs: number): void {
  const at = priceFor(world, books, order)
  const amount = at === undefined ? (0n as BaseAmount) : amountFor(world, order)
  if (at === undefined || amount === 0n) return
  for (const part of split(world, amount, order.market))
    show(world, books, order, [part, at, lagMs])
}
