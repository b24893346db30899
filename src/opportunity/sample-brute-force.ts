// What sizing is tested against: every number of lots there is, each order worked out by hand.
import type { SizingLeg } from './leg-fill.ts'

const one = 10n ** 18n
const up = (numerator: bigint, denominator: bigint) => (numerator + denominator - 1n) / denominator

/** One order worked out by hand: what goes out, what comes in, what the venue sets aside. */
export function byHand({ market, side, levels }: SizingLeg, amount: bigint) {
  let left = amount
  let value = 0n
  let worst = 0n
  for (const [price, size] of levels) {
    const taken = left < size ? left : size
    if (taken === 0n) break
    value += price * taken
    worst = price
    left -= taken
  }
  const [paid, got] = [up(value, one), value / one]
  const fee = (on: bigint) => up(on * market.takerFee.rate, one)
  const filled = left === 0n
  if (side === 'sell')
    return { filled, worst, out: amount, in: got - fee(got), notional: got, reserved: amount }
  const whole = up(worst * amount, one)
  return market.takerFee.paidIn === 'quote'
    ? {
        filled,
        worst,
        out: paid + fee(paid),
        in: amount,
        notional: paid,
        reserved: whole + fee(whole),
      }
    : { filled, worst, out: paid, in: amount - fee(amount), notional: paid, reserved: whole }
}

type ByHand = ReturnType<typeof byHand>

const isAllowed = ({ market }: SizingLeg, amount: bigint, { notional, worst }: ByHand) => {
  const judged = (worst * amount) / one
  return (
    amount > 0n &&
    amount >= market.amountMin &&
    (judged < notional ? judged : notional) >= market.notionalMin
  )
}

/** The most lots that fit; whatever fits, fewer fit too. */
function mostLots(at: SizingLeg, available: bigint, lotsMax: bigint): bigint {
  let [fits, tooMany] = [0n, lotsMax + 1n]
  while (tooMany - fits > 1n) {
    const lots = (fits + tooMany) / 2n
    const { filled, reserved } = byHand(at, lots * at.market.amountStep)
    const held = at.balance === undefined || reserved <= at.balance
    if (filled && held && reserved <= available) fits = lots
    else tooMany = lots
  }
  return fits
}

/** The best net over every number of lots on the first leg, every leg taking as many lots as it can. */
export function bruteForce(
  legs: readonly SizingLeg[],
  cap: bigint,
  lotsMax: bigint,
): bigint | undefined {
  let best: bigint | undefined
  const [first, ...others] = legs as [SizingLeg, ...SizingLeg[]]
  for (let lots = mostLots(first, cap, lotsMax); lots > 0n; lots--) {
    const start = byHand(first, lots * first.market.amountStep)
    let carried = start.in
    let fits = isAllowed(first, lots * first.market.amountStep, start)
    for (const next of others) {
      const amount = mostLots(next, carried, 10n ** 6n) * next.market.amountStep
      const flows = byHand(next, amount)
      fits &&= isAllowed(next, amount, flows)
      carried = flows.in
    }
    if (fits && (best === undefined || carried - start.out > best)) best = carried - start.out
  }
  return best
}
