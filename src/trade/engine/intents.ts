// Orders written down before anything may leave: the plan's own, one unwind in reserve for each, and those
// that bring home what was left open.
import type { Market } from '../../market/market.ts'
import { smaller, type BaseAmount, type Price } from '../../money.ts'
import type { LegPlan, Side } from '../../opportunity/opportunity.ts'
import { amountFor, asksFor, boundOf, changesOf, isTradable, marketOf } from './balance.ts'
import { clientOrderIdOf } from './client-order-id.ts'
import { after } from './decision.ts'
import type { Execution, Leg, Role } from './execution.ts'

type Wanted = {
  readonly role: Role
  readonly step: number
  readonly side: Side
  readonly market: Market
  readonly amount: BaseAmount
  readonly limit: Price
}

export function intentFor(execution: Execution, wanted: Wanted, now: Date): Leg {
  const { role, step } = wanted
  const before = execution.legs.filter((leg) => leg.role === role && leg.step === step)
  const attempt = before.length + 1
  const { mode, id } = execution
  return {
    ...wanted,
    clientOrderId: clientOrderIdOf({ mode, execution: id, role, step, attempt }),
    attempt,
    state: 'intent',
    reason: undefined,
    createdAt: now,
    sentAt: undefined,
    notAfter: undefined,
    ackedAt: undefined,
    unknownSince: undefined,
    endedAt: undefined,
    orderId: undefined,
    seen: undefined,
    fills: [],
    proof: undefined,
    reads: 0,
    readAt: undefined,
    checkedAt: undefined,
  }
}

/** It may leave once, from the commit that this is part of. */
export const sending = (leg: Leg, sendMsMax: number, now: Date): Leg => ({
  ...leg,
  state: 'sending',
  sentAt: now,
  notAfter: after(now, sendMsMax),
})

/** Written down with the plan and kept back: what takes a leg back if need be. */
export const isInReserve = ({ role, attempt, state }: Leg): boolean =>
  role === 'unwind' && attempt === 1 && state === 'intent'

export const isToGo = (leg: Leg): boolean => leg.state === 'intent' && !isInReserve(leg)

/** One unwind for each leg of the plan, in its whole size. */
export function reserveUnwinds(
  execution: Execution,
  markets: readonly Market[],
  now: Date,
): readonly Leg[] {
  return execution.plan.map((leg, step) => {
    const market = markets[step] as Market
    const side = leg.side === 'buy' ? 'sell' : 'buy'
    const limit = boundOf(leg, side, execution.terms.slipMax, market)
    return intentFor(
      execution,
      { role: 'unwind', step, side, market, amount: leg.amount, limit },
      now,
    )
  })
}

/** No group after the first spends more than what really arrived. */
function amountArrived(
  execution: Execution,
  leg: LegPlan,
  step: number,
  market: Market,
): BaseAmount {
  const asset = [leg.spends.asset, leg.receives.asset].find((name) => name !== execution.asset)
  const carried = execution.kind === 'cycle' ? leg.spends.asset : (asset as string)
  const change = changesOf(execution).get(carried) ?? 0n
  const ask = asksFor(execution, carried, change).find(
    (possible) => possible.step === step && possible.role === 'hedge',
  )
  if (ask === undefined) return 0n as BaseAmount
  return smaller(leg.amount, amountFor(ask, market, leg.limit))
}

const primaryOf = (execution: Execution, step: number): readonly Leg[] =>
  execution.legs.filter((leg) => leg.role === 'primary' && leg.step === step)

/** A definite no may be followed by one more try, as long as nothing else has changed. */
function retryOf(execution: Execution, step: number, now: Date): Leg | undefined {
  const tries = primaryOf(execution, step)
  const last = tries.at(-1)
  if (last?.state !== 'rejected' || now >= execution.deadline) return undefined
  if (tries.length >= execution.terms.attemptsMax) return undefined
  const { role, side, market, amount, limit } = last
  return intentFor(execution, { role, step, side, market, amount, limit }, now)
}

/** The orders of the plan that are next, when none is on its way: empty when the plan has come to its end. */
export function nextPrimaries(execution: Execution, now: Date): readonly Leg[] {
  for (const [position, steps] of execution.order.entries()) {
    const retries = steps.flatMap((step) => retryOf(execution, step, now) ?? [])
    if (retries.length > 0) return retries
    if (steps.every((step) => primaryOf(execution, step).length > 0)) continue
    const legs = steps.flatMap((step): Leg[] => {
      const leg = execution.plan[step] as LegPlan
      const market = marketOf(execution, step) as Market
      const amount = position === 0 ? leg.amount : amountArrived(execution, leg, step, market)
      if (!isTradable(market, amount, leg.limit)) return []
      const { side, limit } = leg
      return [intentFor(execution, { role: 'primary', step, side, market, amount, limit }, now)]
    })
    // A plan broken off in the middle is not taken up again further on.
    return legs.length === steps.length ? legs : []
  }
  return []
}
