// The yes that somebody gave beforehand: the mandate that covers an opportunity, if one does.
import type { Answer } from '../src/approval/approval.ts'
import { peopleNeeded } from '../src/approval/authority.ts'
import { covers } from '../src/approval/mandate.ts'
import { mayTrade } from '../src/approval/operator.ts'
import type { PeopleStore } from '../src/approval/people-store.ts'
import type { Opportunity } from '../src/opportunity/opportunity.ts'

type Wiring = {
  readonly people: Pick<PeopleStore, 'listMandates' | 'listOperators' | 'limitsOf'>
  readonly twoPeopleUsdtMin: () => number
  readonly now: () => Date
}

/**
 * Undefined where a person has to look: no mandate, one whose giver may not trade any more, a trade that
 * takes two, a suspicious gap, or a coin of which nobody knows whether it can move.
 */
export async function mandateAnswer(
  { route, notionalUsdt, wallet, doubts }: Opportunity,
  { people, twoPeopleUsdtMin, now }: Wiring,
): Promise<Answer | undefined> {
  if (doubts !== undefined) return undefined
  if (wallet === 'unknown' || peopleNeeded(notionalUsdt, twoPeopleUsdtMin()) === 2) return undefined
  const mandates = await people.listMandates()
  const covering = mandates.filter((mandate) => covers(mandate, route, notionalUsdt, now()))
  if (covering.length === 0) return undefined
  const operators = await people.listOperators()
  const mandate = covering.find(({ person, by }) => mayTrade(operators, person, by))
  if (mandate === undefined) return undefined
  return {
    verdict: 'granted',
    by: `mandate ${mandate.id} of ${mandate.by}`,
    yes: {
      person: mandate.person,
      limits: await people.limitsOf(mandate.person),
      people: 1,
      mandate: mandate.id,
    },
  }
}
