// Proposes how large a route's orders should be: walks all its books together while one more unit still
// pays (the marginal rule) and the whole pays enough. Doubles, because a proposal is only where the exact
// search begins.
import { roughAmounts, type RoughLeg } from './size-estimate.ts'

/** What ended the walk: 'margin' when the next unit would lose, else what there was no more of. */
export type LimitedBy = 'margin' | 'depth' | 'notional' | 'balance'

export type Proposal = {
  /** The base amount of each leg's order. */
  readonly amounts: readonly number[]
  readonly limitedBy: LimitedBy
  /** Net share at the best prices. */
  readonly netAtTop: number
  /** What the size would bring without lots and minimums: no allowed size brings more. */
  readonly netMax: number
}

type Step = RoughLeg & { level: number; left: number; amount: number }

const priceOf = (step: Step): number => step.prices[step.level] as number
/** What one base unit of an order that reaches down here spends at most. */
const reservePerBase = (step: Step): number =>
  step.buys ? (step.limits[step.level] as number) / step.ordered : 1
/** Base units ordered for one unit spent, at the level the step stands on. */
const amountPerUnit = (step: Step): number =>
  step.buys ? step.ordered / priceOf(step) : step.ordered
/** Units received for one unit spent. */
const rateOf = (step: Step): number =>
  amountPerUnit(step) * step.kept * (step.buys ? 1 : priceOf(step))
const productOf = (steps: readonly Step[]): number =>
  steps.reduce((value, step) => value * rateOf(step), 1)

/** A leg that buys with what the one before delivers must be able to pay its limit for all of it. */
const asFunded = (leg: RoughLeg, k: number): RoughLeg =>
  k > 0 && leg.buys ? { ...leg, prices: leg.limits } : leg

const stepOf = (leg: RoughLeg): Step => ({ ...leg, level: 0, left: leg.sizes[0] ?? 0, amount: 0 })

/**
 * `notionalMax` caps what the first leg spends at most, in its own asset; the whole must still bring the share
 * `netMin`, which a large size loses long before its last unit does. Every leg must have a level.
 */
export function proposeSize(
  legs: readonly RoughLeg[],
  notionalMax: number,
  netMin: number,
): Proposal {
  const netAtTop = productOf(legs.map(stepOf)) - 1
  const steps = legs.map(asFunded).map(stepOf)
  let limitedBy: LimitedBy | undefined
  let spent = 0
  let received = 0
  while (limitedBy === undefined) {
    const marginal = productOf(steps)
    const bound = boundOf(steps, notionalMax)
    // Solves (received + x·marginal) / (spent + x) = 1 + netMin for x.
    const spare = received - spent * (1 + netMin)
    const worth = marginal >= 1 + netMin ? Infinity : spare / (1 + netMin - marginal)
    const input = marginal > 1 ? Math.max(0, Math.min(bound.input, worth)) : 0
    advance(steps, input)
    spent += input
    received += input * marginal
    if (input < bound.input || marginal <= 1) limitedBy = 'margin'
    else if (bound.limitedBy !== 'depth') limitedBy = bound.limitedBy
    else if (!nextLevel(bound.step)) limitedBy = 'depth'
  }
  const amounts = roughAmounts(legs, (steps[0] as Step).amount)
  return { amounts, limitedBy, netAtTop, netMax: received - spent }
}

/** How much more a leg may spend before it could take more than `budget`. */
const restOf = (step: Step, budget: number): number =>
  (budget / reservePerBase(step) - step.amount) / amountPerUnit(step)

type Bound = { readonly input: number; readonly limitedBy: LimitedBy; readonly step: Step }

/** How much more may go into the first leg before a level, a balance or the cap is used up. */
function boundOf(steps: readonly Step[], notionalMax: number): Bound {
  const first = steps[0] as Step
  let bound: Bound = { input: restOf(first, notionalMax), limitedBy: 'notional', step: first }
  let perInput = 1
  for (const step of steps) {
    const room = step.left / amountPerUnit(step) / perInput
    if (room < bound.input) bound = { input: room, limitedBy: 'depth', step }
    const rest = restOf(step, step.spendable) / perInput
    if (rest < bound.input) bound = { input: rest, limitedBy: 'balance', step }
    perInput *= rateOf(step)
  }
  return { ...bound, input: Math.max(0, bound.input) }
}

function advance(steps: readonly Step[], input: number): void {
  let flow = input
  for (const step of steps) {
    const amount = flow * amountPerUnit(step)
    step.amount += amount
    step.left -= amount
    flow *= rateOf(step)
  }
}

/** False when the book shows no further level. */
function nextLevel(step: Step): boolean {
  step.level++
  step.left = step.sizes[step.level] ?? 0
  return step.level < step.sizes.length
}
