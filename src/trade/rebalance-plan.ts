// The cheapest set of conversions and transfers that brings every coin back into its band, and a word
// about each that it cannot bring back. Pure, and for a person to read: nothing is moved by it.
import { toNumber } from '../money.ts'
import { outsideOf, type Band } from './inventory-band.ts'
import { dustUsdt, modelOf } from './rebalance-model.ts'
import { cheapestMoves } from './rebalance-search.ts'
import {
  balanceKey,
  balancesAfter,
  balancesOf,
  minutesOf,
  stepsOf,
  type Balances,
} from './rebalance-steps.ts'
import type { LeftOver, RebalanceInput, RebalancePlan, RebalanceStep } from './rebalance.ts'

const reasonsMax = 2

const outsideUsdt = (band: Band, amount: bigint, { valueUsdt }: RebalanceInput): number =>
  toNumber(outsideOf({ ...band, amount })) * (valueUsdt.get(band.asset) ?? 0)

/** Where a venue lacks a coin, the way to it; where it has too much, the way from it. */
function reasonOf(band: Band, amount: bigint, input: RebalanceInput): string {
  const { bands, passages, valueUsdt, costPercentMax } = input
  if (!valueUsdt.has(band.asset)) return 'no venue has priced it'
  const lacks = amount < band.low
  if (!lacks && band.reserved > band.high) return 'open trades hold it'
  const others = bands.filter(
    (other) =>
      other.asset === band.asset &&
      other.venue !== band.venue &&
      (lacks
        ? other.amount > other.low && other.amount > other.reserved
        : other.amount < other.high),
  )
  if (others.length === 0)
    return lacks ? 'no other venue has any to spare' : 'no other venue has room for it'
  const ends = new Set(others.map(({ venue }) => venue))
  const ways = passages.filter(
    ({ asset, from, to }) =>
      asset === band.asset &&
      (lacks ? to === band.venue && ends.has(from) : from === band.venue && ends.has(to)),
  )
  const missing = outsideOf({ ...band, amount })
  const links = ways.flatMap((way) => way.links)
  if (links.length > 0 && links.every(({ min }) => min > missing))
    return 'it is less than a withdrawal may be'
  if (links.length > 0) return `it would cost more than ${costPercentMax} % of it`
  const obstacles = [...new Set(ways.flatMap(({ obstacle }) => obstacle ?? []))]
  const told = obstacles.slice(0, reasonsMax).join('; ')
  const more = obstacles.length > reasonsMax ? `; and ${obstacles.length - reasonsMax} more` : ''
  return told === '' ? 'nothing leads there' : `${told}${more}`
}

function leftOf(input: RebalanceInput, after: Balances): readonly LeftOver[] {
  return input.bands.flatMap((band): LeftOver[] => {
    const amount = after.get(balanceKey(band.venue, band.asset)) ?? 0n
    const isKnown = input.valueUsdt.has(band.asset)
    const isLeft = isKnown
      ? outsideUsdt(band, amount, input) >= dustUsdt
      : outsideOf({ ...band, amount }) > 0n
    return isLeft ? [{ band, amount, reason: reasonOf(band, amount, input) }] : []
  })
}

/** No band that was kept is left, and none is further away than it was. */
function isSound(input: RebalanceInput, after: Balances): boolean {
  return input.bands.every((band) => {
    const amount = after.get(balanceKey(band.venue, band.asset)) ?? 0n
    const allowed = Math.max(dustUsdt, outsideUsdt(band, band.amount, input))
    return outsideUsdt(band, amount, input) <= allowed && amount >= band.reserved
  })
}

const outsideIn = (input: RebalanceInput, at: Balances): number =>
  input.bands.reduce(
    (sum, band) => sum + outsideUsdt(band, at.get(balanceKey(band.venue, band.asset)) ?? 0n, input),
    0,
  )

export function planRebalance(input: RebalanceInput): RebalancePlan {
  const before = balancesOf(input)
  const model = modelOf(input)
  const { flows, isProved } = cheapestMoves(model)
  const found = stepsOf(model, flows, input)
  // Lots and minimums may break what the flow promised; then nothing is better than half of it.
  const steps: readonly RebalanceStep[] = isSound(input, balancesAfter(before, found)) ? found : []
  const after = balancesAfter(before, steps)
  return {
    steps,
    costUsdt: steps.reduce((sum, { costUsdt }) => sum + costUsdt, 0),
    minutes: minutesOf(steps),
    outsideBeforeUsdt: outsideIn(input, before),
    outsideAfterUsdt: outsideIn(input, after),
    left: leftOf(input, after),
    isProved,
  }
}

/**
 * How many trades at the average net pay for a cost; undefined where trades bring nothing on average or
 * none has ended.
 */
export function breakEvenTrades(
  costUsdt: number,
  { trades, usdt }: { readonly trades: number; readonly usdt: number },
): number | undefined {
  if (trades === 0 || usdt <= 0) return undefined
  return Math.ceil(costUsdt / (usdt / trades))
}
