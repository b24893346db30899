// What deciding adds up: a new value of the execution, and what is to be written and done with it.
import type { AlertKind, Severity } from './alert.ts'
import type { Effect } from './effect.ts'
import type { Execution, ExecutionState, Leg } from './execution.ts'
import { mayExecutionGo, mayLegGo } from './transitions.ts'

export type Decision = { readonly execution: Execution; readonly effects: readonly Effect[] }

export const asking = (decision: Decision, ...effects: readonly Effect[]): Decision => ({
  ...decision,
  effects: [...decision.effects, ...effects],
})

export const changing = (decision: Decision, change: Partial<Execution>): Decision => ({
  ...decision,
  execution: { ...decision.execution, ...change },
})

/** @throws for a change that is in no table: that is a mistake of this program. */
export function entering(decision: Decision, state: ExecutionState, reason?: string): Decision {
  const { execution } = decision
  if (!mayExecutionGo(execution.state, state))
    throw new Error(`${execution.id} may not go from ${execution.state} to ${state}`)
  return changing(decision, { state, reason: reason ?? execution.reason })
}

/** Puts a leg in place of the one of its id. @throws for a change that is in no table. */
export function withLeg(decision: Decision, leg: Leg): Decision {
  const { execution } = decision
  const legs = execution.legs.map((was) => {
    if (was.clientOrderId !== leg.clientOrderId) return was
    if (!mayLegGo(was.state, leg.state))
      throw new Error(`${leg.clientOrderId} may not go from ${was.state} to ${leg.state}`)
    return leg
  })
  return changing(decision, { legs })
}

export const alertKey = (execution: string, kind: AlertKind, name: string): string =>
  `${execution} ${kind} ${name}`.trim()

/** Each `name` of an execution is told once. */
export function alarming(
  decision: Decision,
  alert: { kind: AlertKind; severity: Severity; name: string; text: string },
): Decision {
  const { execution } = decision
  const { kind, severity, name, text } = alert
  const key = alertKey(execution.id, kind, name)
  if (execution.told.includes(key)) return decision
  return asking(changing(decision, { told: [...execution.told, key] }), {
    type: 'alert',
    alert: { key, severity, kind, execution: execution.id, text },
  })
}

export const after = (at: Date, ms: number): Date => new Date(at.getTime() + ms)
export const isPast = (at: Date | undefined, now: Date): boolean => at !== undefined && at <= now
export const legOf = (execution: Execution, clientOrderId: string): Leg | undefined =>
  execution.legs.find((leg) => leg.clientOrderId === clientOrderId)
