// What is done about an exposure when somebody decides, or when nobody has in time.
import { imbalanceOf } from './balance.ts'
import { hedgesUsed } from './bring-home.ts'
import { after, changing, withLeg, type Decision } from './decision.ts'
import type { Event } from './event.ts'
import { isActive, type Choice, type Execution, type Leg, type Resolution } from './execution.ts'
import { isToGo } from './intents.ts'
import { ended } from './leg-end.ts'

type Said = Omit<Extract<Event, { type: 'operator' }>, 'type'>

const isOpenOrder = (leg: Leg): boolean => isActive(leg.state) || isToGo(leg)
const isLost = ({ state }: Leg): boolean => state === 'escalated'

/** What has been decided about the exposure as it stands; undefined while it waits for an answer. */
export const resolutionOf = ({ resolution, exposedAt }: Execution): Resolution | undefined =>
  resolution?.exposedAt.getTime() === exposedAt?.getTime() ? resolution : undefined

/** When the desk decides for want of an answer; undefined when it never will by itself. */
export function answerDueAt(execution: Execution): Date | undefined {
  const { state, exposedAt, terms, unansweredAt, legs } = execution
  if (state !== 'exposed' || exposedAt === undefined || unansweredAt !== undefined) return undefined
  if (terms.unanswered === 'hold' || resolutionOf(execution) !== undefined) return undefined
  if (legs.some(isLost)) return undefined
  return after(exposedAt, terms.answerMsMax)
}

/** Why nothing can be sent that brings it home, whatever it may cost; undefined when something can. */
export function whyNoWayHome(execution: Execution): string | undefined {
  const { legs } = execution
  const lost = legs.find(isLost)
  if (lost !== undefined)
    return `nobody knows what became of the order on ${lost.market.venue}: look there first`
  if (legs.some(isOpenOrder)) return 'an order is on its way'
  return imbalanceOf(execution) === undefined ? 'nothing is open' : undefined
}

/** Why this cannot be chosen now; undefined when it can. Prices are not looked at. */
export function whyNot(execution: Execution, choice: Choice): string | undefined {
  if (execution.state !== 'exposed') return 'it does not wait for a decision'
  switch (choice) {
    case 'hold':
    case 'accept':
      return undefined
    case 'retry':
      if (execution.terms.singleLeg === 'hold')
        return 'what was agreed is to ask a person, so there is nothing to try again'
      return whyNoWayHome(execution)
    case 'hedge':
    case 'reverse':
    case 'proceed':
      return whyNoWayHome(execution)
  }
}

const acceptedAsItIs = (leg: Leg, by: string, now: Date): Leg =>
  ended(
    leg,
    leg.fills.length > 0 ? 'partial-done' : 'cancelled-zero',
    now,
    `taken as it is by ${by}`,
  )

/** A word on an exposure that is over, or that another word was obeyed on, changes nothing. */
export function obey(decision: Decision, said: Said, now: Date): Decision {
  const { execution } = decision
  const { exposedAt } = execution
  const { choice, by, answer, limits = [] } = said
  if (exposedAt === undefined || whyNot(execution, choice) !== undefined) return decision
  if (said.exposedAt !== undefined && said.exposedAt.getTime() !== exposedAt.getTime())
    return decision
  const resolved = changing(decision, {
    resolution: { exposedAt, choice, by, at: now, answer, limits },
  })
  switch (choice) {
    case 'hold':
      return resolved
    case 'retry':
    case 'hedge':
    case 'reverse':
    case 'proceed':
      return changing(resolved, {
        hedgesForgiven: execution.hedgesForgiven + Math.max(0, hedgesUsed(execution)),
        imbalancedAt: now,
        exposedAt: undefined,
        quoteAt: undefined,
      })
    case 'accept': {
      const closed = execution.legs
        .filter(isLost)
        .reduce((next, leg) => withLeg(next, acceptedAsItIs(leg, by, now)), resolved)
      return changing(closed, { accepted: true, exposedAt: undefined })
    }
  }
}
