// Which states may follow which, as plain rows: the reducer is checked against them, and the database
// keeps the same rows and refuses every other change.
import type { ExecutionState, LegState } from './execution.ts'

export type Transition<S> = readonly [from: S, to: S]

const pairs = <S>(rows: readonly (readonly [from: S, ...to: S[]])[]): readonly Transition<S>[] =>
  rows.flatMap(([from, ...to]) => to.map((next): Transition<S> => [from, next]))

/** Every leg begins as 'intent'. What follows an end is a late fill, whatever the venue had said. */
export const legTransitions = pairs<LegState>([
  ['intent', 'sending', 'void'],
  ['sending', 'acked', 'rejected', 'unknown', 'void'],
  [
    'unknown',
    'acked',
    'cancelling',
    'filled',
    'partial-done',
    'cancelled-zero',
    'never-accepted',
    'escalated',
  ],
  ['acked', 'cancelling', 'filled', 'partial-done', 'cancelled-zero', 'escalated'],
  ['cancelling', 'filled', 'partial-done', 'cancelled-zero', 'escalated'],
  ['escalated', 'cancelling', 'filled', 'partial-done', 'cancelled-zero', 'never-accepted'],
  ['partial-done', 'filled'],
  ['cancelled-zero', 'partial-done', 'filled'],
  ['rejected', 'acked', 'cancelled-zero', 'partial-done', 'filled'],
  ['never-accepted', 'acked', 'cancelled-zero', 'partial-done', 'filled'],
  ['void', 'acked', 'cancelled-zero', 'partial-done', 'filled'],
])

/** Every execution begins as 'created'. A late fill opens again what was over. */
export const executionTransitions = pairs<ExecutionState>([
  ['created', 'preflight', 'aborted'],
  ['preflight', 'legs', 'aborted'],
  ['legs', 'transit', 'resolving', 'imbalanced', 'exposed', 'settling'],
  ['transit', 'legs', 'resolving', 'imbalanced', 'exposed', 'settling'],
  ['resolving', 'legs', 'transit', 'imbalanced', 'exposed', 'settling'],
  ['imbalanced', 'legs', 'transit', 'resolving', 'hedging', 'exposed', 'settling'],
  ['hedging', 'transit', 'resolving', 'imbalanced', 'exposed', 'settling'],
  ['exposed', 'legs', 'transit', 'resolving', 'imbalanced', 'hedging', 'settling'],
  [
    'settling',
    'transit',
    'resolving',
    'imbalanced',
    'exposed',
    'done',
    'settled-with-diff',
    'aborted',
  ],
  ['done', 'settling', 'transit', 'imbalanced', 'resolving', 'exposed'],
  ['settled-with-diff', 'settling', 'transit', 'imbalanced', 'resolving', 'exposed'],
  ['aborted', 'settling', 'transit', 'imbalanced', 'resolving', 'exposed'],
])

const allows = <S>(rows: readonly Transition<S>[], from: S, to: S): boolean =>
  from === to || rows.some(([was, next]) => was === from && next === to)

export const mayLegGo = (from: LegState, to: LegState): boolean => allows(legTransitions, from, to)
export const mayExecutionGo = (from: ExecutionState, to: ExecutionState): boolean =>
  allows(executionTransitions, from, to)
