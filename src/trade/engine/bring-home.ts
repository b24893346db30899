// From an imbalance back to nothing open: which order, at what price at worst, how often, for how long; and
// when it is a person's turn instead. One such order is under way at a time.
import { format, type Price } from '../../money.ts'
import type { Market } from '../../market/market.ts'
import type { LegPlan } from '../../opportunity/opportunity.ts'
import {
  amountFor,
  boundOf,
  imbalanceOf,
  isTradable,
  openRanges,
  worthOf,
  type Imbalance,
} from './balance.ts'
import { after, alarming, asking, changing, entering, isPast, withLeg } from './decision.ts'
import type { Decision } from './decision.ts'
import type { Ask } from './effect.ts'
import type { Quote } from './event.ts'
import { isActive, type Execution, type SingleLegPolicy } from './execution.ts'
import { intentFor, isInReserve, isToGo, sending } from './intents.ts'

const quoteGapMs = 2_000

/** Orders of this kind that were written down to be sent, those a person forgave left out. */
export const hedgesUsed = ({ legs, hedgesForgiven }: Execution): number =>
  legs.filter((leg) => leg.role !== 'primary' && !isInReserve(leg) && leg.state !== 'void').length -
  hedgesForgiven

/** What somebody decided goes before what was agreed for all. */
function policyOf({ terms, resolution }: Execution): SingleLegPolicy {
  switch (resolution?.choice) {
    case 'hedge':
    case 'reverse':
    case 'proceed':
      return resolution.choice
    case 'hold':
    case 'retry':
    case 'accept':
    case undefined:
      return terms.singleLeg
  }
}

/** Whether orders of this kind are what a policy wants. */
export const suits = (policy: SingleLegPolicy, { role }: Ask): boolean => {
  switch (policy) {
    case 'hedge':
      return true
    case 'reverse':
      return role === 'unwind'
    case 'proceed':
      return role === 'hedge'
    case 'hold':
      return false
  }
}

/** An exposure is told at once, and again each time it begins anew. */
export function expose(decision: Decision, reason: string, now: Date): Decision {
  const { execution } = decision
  if (execution.state === 'exposed') return decision
  const what = openRanges(execution)
    .map(({ asset, least, most }) =>
      least === most ? `${format(least)} ${asset}` : `${format(least)} to ${format(most)} ${asset}`,
    )
    .join(', ')
  const exposed = changing(entering(decision, 'exposed', reason), {
    planEnded: true,
    exposedAt: now,
    quoteAt: undefined,
  })
  return alarming(exposed, {
    kind: 'exposed',
    severity: 'P0',
    name: String(now.getTime()),
    text: `${execution.id}: ${what === '' ? 'nothing' : what} open; ${reason}`,
  })
}

/** Why nothing more may be tried without a person. */
function limitReached(execution: Execution, now: Date): string | undefined {
  const { terms, imbalancedAt } = execution
  if (policyOf(execution) === 'hold') return 'the route leaves this to a person'
  if (hedgesUsed(execution) >= terms.hedgesMax)
    return `${terms.hedgesMax} orders have not closed it`
  if (imbalancedAt !== undefined && isPast(after(imbalancedAt, terms.hedgeMsMax), now))
    return `not closed within ${terms.hedgeMsMax / 1000} s`
  return undefined
}

/** Asks for prices, or gives up; called whenever something is open and nothing is on its way. */
export function seekHome(decision: Decision, { asks }: Imbalance, now: Date): Decision {
  const { execution } = decision
  const begun =
    execution.state === 'imbalanced'
      ? decision
      : changing(entering(decision, 'imbalanced'), {
          planEnded: true,
          // What was decided was decided about a position that is closed by now.
          ...(execution.imbalancedAt === undefined ? { resolution: undefined } : {}),
          imbalancedAt: execution.imbalancedAt ?? now,
          quoteAt: undefined,
        })
  const reason = limitReached(begun.execution, now)
  if (reason !== undefined) return expose(begun, reason, now)
  const wanted = asks.filter((ask) => suits(policyOf(execution), ask))
  if (wanted.length === 0) return expose(begun, 'no order of the allowed kind is possible', now)
  const { quoteAt } = begun.execution
  if (quoteAt !== undefined && now < quoteAt) return begun
  return asking(changing(begun, { quoteAt: after(now, quoteGapMs) }), {
    type: 'quote',
    asks: wanted,
  })
}

export const isFresh = (execution: Execution, { book }: Quote): boolean =>
  book.synced && !book.crossed && book.ageMs >= 0 && book.ageMs <= execution.terms.bookAgeMsMax

/** The worst price an order may leave at: the one somebody agreed to, or the plan's and a little. */
function limitOf(execution: Execution, { role, step, side }: Ask, market: Market): Price {
  const agreed = execution.resolution?.limits.find((one) => {
    return one.role === role && one.step === step && one.side === side
  })
  const leg = execution.plan[step] as LegPlan
  return agreed?.limit ?? boundOf(leg, side, execution.terms.slipMax, market)
}

/** The best of the quotes within what may be paid; undefined when none is. */
function bestOf(execution: Execution, asks: readonly Ask[], quotes: readonly Quote[]) {
  const usable = quotes.flatMap((quote) => {
    const ask = asks.find(({ role, step, side }) => {
      return role === quote.role && step === quote.step && side === quote.side
    })
    if (ask === undefined || !suits(policyOf(execution), ask) || !isFresh(execution, quote))
      return []
    const { market, worst, average, side } = quote
    const limit = limitOf(execution, ask, market)
    if (side === 'buy' ? worst > limit : worst < limit) return []
    const amount = amountFor(ask, market, limit)
    if (!isTradable(market, amount, limit)) return []
    return [{ ask, market, limit, amount, worth: worthOf(execution, ask, average) }]
  })
  return usable.toSorted((a, b) => (a.worth < b.worth ? 1 : a.worth > b.worth ? -1 : 0))[0]
}

/** Writes the best order down. The unwind in reserve is taken where it is large enough: it may leave now. */
export function takeQuotes(decision: Decision, quotes: readonly Quote[], now: Date): Decision {
  const { execution } = decision
  if (execution.state !== 'imbalanced') return decision
  // A fill that came while prices were asked for may have closed it, or put an order on its way again.
  if (execution.legs.some((leg) => isActive(leg.state) || isToGo(leg))) return decision
  const open = imbalanceOf(execution)
  if (open === undefined || limitReached(execution, now) !== undefined) return decision
  const best = bestOf(execution, open.asks, quotes)
  if (best === undefined) return decision
  const { ask, market, limit, amount } = best
  const { role, step, side } = ask
  const hedging = changing(entering(decision, 'hedging'), { quoteAt: undefined })
  const reserve = execution.legs.find((leg) => leg.step === step && isInReserve(leg))
  if (role === 'unwind' && reserve !== undefined && amount <= reserve.amount) {
    const exact = { ...reserve, amount, limit }
    const { clientOrderId: leg } = reserve
    return asking(withLeg(hedging, sending(exact, execution.terms.sendMsMax, now)), {
      type: 'submit',
      leg,
    })
  }
  const intent = intentFor(execution, { role, step, side, market, amount, limit }, now)
  return asking(changing(hedging, { legs: [...execution.legs, intent] }), { type: 'proceed' })
}
