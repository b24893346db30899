// The last judgement before orders are written down: the fresh plan must be the approved one, no worse and
// no larger, on books that may be believed.
import type { VenueId } from '../../market/market.ts'
import { format } from '../../money.ts'
import type { LegPlan } from '../../opportunity/opportunity.ts'
import { worstSpend } from '../leg-budget.ts'
import { reservationsOf } from '../reservation.ts'
import { alarming, asking, changing, entering, type Decision } from './decision.ts'
import type { Preflight } from './event.ts'
import type { CitedBook, Execution } from './execution.ts'
import { nextPrimaries, reserveUnwinds } from './intents.ts'

type Passed = Extract<Preflight, { outcome: 'passed' }>

const mistrust = (
  { venue, symbol, ageMs, synced, crossed }: CitedBook,
  ageMsMax: number,
): string | undefined => {
  const name = `the book of ${venue} ${symbol}`
  if (!synced) return `${name} has gaps`
  if (crossed) return `${name} is crossed`
  return ageMs >= 0 && ageMs <= ageMsMax ? undefined : `${name} is ${ageMs} ms old`
}

const isSameLeg = (a: LegPlan, b: LegPlan): boolean =>
  a.venue === b.venue && a.symbol === b.symbol && a.side === b.side

/** Whatever priced it: what a person agreed to is judged here again. */
function against(execution: Execution, passed: Passed): string | undefined {
  const { terms, asset, plan: approved } = execution
  const { plan, net, books, markets } = passed
  const [first] = plan
  if (first === undefined || plan.length !== approved.length || markets.length !== plan.length)
    return 'the plan has other legs than the approved one'
  if (!plan.every((leg, step) => isSameLeg(leg, approved[step] as LegPlan)))
    return 'the plan has other legs than the approved one'
  if (net < terms.netMin)
    return `it would bring ${format(net)} ${asset}, at least ${format(terms.netMin)} was agreed`
  const most = worstSpend(first)
  if (most > terms.spendMax)
    return `it could cost ${format(most)} ${asset}, more than the ${format(terms.spendMax)} approved`
  const closed = markets.find(({ active }) => !active)
  if (closed !== undefined) return `${closed.venue} ${closed.symbol} is not traded just now`
  const cited = plan.every(({ venue, symbol }) =>
    books.some((book) => book.venue === venue && book.symbol === symbol),
  )
  if (!cited) return 'a leg was priced on no book'
  return books.map((book) => mistrust(book, terms.bookAgeMsMax)).find((fault) => fault)
}

/** Nothing that a chat can reach may withdraw, so what a transfer trade sends is never real money. */
export const paperOnly =
  'a transfer trade is carried out on paper alone: real money leaves a venue by no word of a chat'

/** A cycle and a transfer trade go leg by leg; a cross together, or the leg that may fail first and the other after it. */
function orderOf(
  { kind, terms }: Execution,
  plan: readonly LegPlan[],
  flaky: readonly VenueId[],
): readonly (readonly number[])[] {
  const steps = [...plan.keys()]
  if (kind !== 'cross') return steps.map((step) => [step])
  if (terms.sending === 'parallel' && flaky.length === 0) return [steps]
  const isFlaky = (step: number) => flaky.includes((plan[step] as LegPlan).venue)
  return steps.toSorted((a, b) => Number(isFlaky(b)) - Number(isFlaky(a))).map((step) => [step])
}

export function abort(decision: Decision, reason: string): Decision {
  const { id } = decision.execution
  const over = changing(entering(decision, 'aborted', reason), { held: [], wakeAt: undefined })
  return alarming(over, {
    kind: 'aborted',
    severity: 'P2',
    name: '',
    text: `${id} was not traded: ${reason}`,
  })
}

export function takePreflight(
  decision: Decision,
  preflight: Preflight,
  requestLifeMs: Readonly<Record<VenueId, number>>,
  now: Date,
): Decision {
  const { execution } = decision
  if (execution.state !== 'preflight') return decision
  if (preflight.outcome === 'failed') return abort(decision, preflight.reason)
  if (execution.kind === 'transfer' && execution.mode === 'live') return abort(decision, paperOnly)
  if (now >= execution.deadline) return abort(decision, 'it was not sent in time')
  const fault = against(execution, preflight)
  if (fault !== undefined) return abort(decision, fault)
  const { plan, markets, net, books, flaky } = preflight
  const planned: Execution = {
    ...execution,
    plan,
    expectedNet: net,
    books,
    requestLifeMs,
    order: orderOf(execution, plan, flaky),
  }
  const unwinds = reserveUnwinds(planned, markets, now)
  const primaries = nextPrimaries({ ...planned, legs: unwinds }, now)
  if (primaries.length === 0) return abort(decision, 'its orders are too small to be taken')
  // The second leg of a transfer trade spends what was sent to it.
  const paying = execution.kind === 'transfer' ? plan.slice(0, 1) : plan
  const reserved = reservationsOf(paying)
  const legs = [...primaries, ...unwinds]
  const ready = changing(decision, { ...planned, legs, reserved, held: reserved })
  return asking(entering(ready, 'legs'), { type: 'proceed' })
}
