// What an order may cost, against what there is for it: an order home is no larger than what is open, and
// an order of the plan has its money set aside until it has ended.
import { isActive, type Execution, type Leg } from '../../src/trade/engine/execution.ts'
import type { Transfer } from '../../src/trade/transfer/transfer.ts'
import type { Breaches } from './breach.ts'

const one = 10n ** 18n

/** What a transfer took for good, as its venues list it. */
const costOf = ({ order: { amount, fee }, facts, state }: Transfer): bigint => {
  const taken = facts.withdrawals[0]?.fee ?? fee
  const missing = amount - (facts.deposits[0]?.amount ?? amount)
  return ['in-transit', 'stuck', 'credited'].includes(state) ? taken + missing : 0n
}

/** Net change of each asset by the fills themselves, and by what was sent. */
export function changesByFills(
  execution: Execution,
  transfers: Iterable<Transfer>,
): ReadonlyMap<string, bigint> {
  const changes = new Map<string, bigint>()
  const move = (asset: string, amount: bigint) =>
    changes.set(asset, (changes.get(asset) ?? 0n) + amount)
  for (const { market, side, fills } of execution.legs)
    for (const { amount, price, fee } of fills) {
      const quote = (amount * price) / one
      move(market.base, side === 'buy' ? amount : 0n - amount)
      move(market.quote, side === 'buy' ? 0n - quote : quote)
      move(fee.asset, 0n - fee.amount)
    }
  for (const transfer of transfers)
    if (transfer.order.trade === execution.id) move(transfer.order.asset, 0n - costOf(transfer))
  return changes
}

/** What an execution has made of an asset on each venue; what is on its way is nowhere. */
export function placesByFills(
  { legs, id }: Execution,
  asset: string,
  transfers: Iterable<Transfer>,
): ReadonlyMap<string, bigint> {
  const places = new Map<string, bigint>()
  const move = (venue: string, amount: bigint) =>
    places.set(venue, (places.get(venue) ?? 0n) + amount)
  for (const { market, side, fills } of legs)
    for (const { amount, price, fee } of fills) {
      const quote = (amount * price) / one
      const sign = side === 'buy' ? 1n : -1n
      if (market.base === asset) move(market.venue, sign * amount)
      if (market.quote === asset) move(market.venue, -sign * quote)
      if (fee.asset === asset) move(market.venue, -fee.amount)
    }
  for (const { order, facts, state } of transfers) {
    if (order.trade !== id || order.asset !== asset) continue
    if (!['in-transit', 'stuck', 'credited'].includes(state)) continue
    move(order.from, -(order.amount + (facts.withdrawals[0]?.fee ?? order.fee)))
    move(order.to, facts.deposits[0]?.amount ?? 0n)
  }
  return places
}

/** One per cent is more than any fee here takes from what arrives. */
const afterFee = (amount: bigint): bigint => (amount * 99n) / 100n

/** A hedge or an unwind makes some open asset smaller, and never turns it round. */
export function checkOrderHome(
  breaches: Breaches,
  execution: Execution,
  leg: Leg,
  transfers: Iterable<Transfer>,
): void {
  const { market, side, amount, limit, clientOrderId } = leg
  const changes = changesByFills(execution, transfers)
  const open = (asset: string) => (asset === execution.asset ? 0n : (changes.get(asset) ?? 0n))
  const [base, quote] = [open(market.base), open(market.quote)]
  const worth = (amount * limit) / one
  const isCovered =
    side === 'sell'
      ? (base > 0n && amount <= base) || (quote < 0n && afterFee(worth) <= 0n - quote)
      : (base < 0n && afterFee(amount) <= 0n - base) || (quote > 0n && worth <= quote)
  if (!isCovered) breaches.add('I10', `${clientOrderId} is larger than what is open`)
}

const isWorse = ({ side, limit, fills }: Leg): boolean =>
  fills.some(({ price }) => (side === 'buy' ? price > limit : price < limit))

/** Rounding of fees, print by print. */
const roundingMax = 1_000n

/** I7: what an order of the plan may still spend is set aside. */
export function checkHeld(breaches: Breaches, execution: Execution): void {
  const wanted = new Map<string, bigint>()
  const primaries = execution.legs.filter(
    (leg) => leg.role === 'primary' && (leg.state === 'intent' || isActive(leg.state)),
  )
  if (execution.legs.some(isWorse)) return
  for (const { market, side, amount, limit, fills } of primaries) {
    const left = amount - fills.reduce((sum, fill) => sum + fill.amount, 0n)
    if (left <= 0n) continue
    const { rate, paidIn } = market.takerFee
    const quote = (left * limit) / one
    const spent = side === 'sell' ? left : paidIn === 'quote' ? quote + (quote * rate) / one : quote
    const key = `${market.venue} ${side === 'sell' ? market.base : market.quote}`
    wanted.set(key, (wanted.get(key) ?? 0n) + spent)
  }
  for (const [key, amount] of wanted) {
    const held = execution.held.find(({ venue, asset }) => `${venue} ${asset}` === key)
    if ((held?.amount ?? 0n) + roundingMax < amount)
      breaches.add('I7', `${execution.id} may spend ${amount} of ${key} and holds ${held?.amount}`)
  }
}
