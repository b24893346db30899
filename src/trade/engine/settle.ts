// The end of an execution: everything has come home or is too small to, every order was looked at once
// more, and nothing stays set aside.
import { format } from '../../money.ts'
import { changesOf, isOverfilled, passingAssets } from './balance.ts'
import { alarming, asking, changing, entering, type Decision } from './decision.ts'
import { ended } from './leg-end.ts'
import type { Execution } from './execution.ts'
import { abort } from './preflight.ts'
import { checkLegs, isChecked } from './read-legs.ts'
import { leftBehind } from './send-steps.ts'

/** What is left over beyond a step of its own market: the plan's lots explain no more than that. */
function leftoversOf(execution: Execution): readonly string[] {
  const changes = changesOf(execution)
  return passingAssets(execution).flatMap((asset) => {
    const change = changes.get(asset) ?? 0n
    const own = execution.legs.filter(({ market }) => market.base === asset)
    // What a network's fee leaves of a lot is left where the coin is sold.
    const at = execution.transfer?.out.to ?? own[0]?.market.venue
    const step = own.find(({ market }) => market.venue === at)?.market.amountStep
    const apart = change < 0n ? -change : change
    return step !== undefined && apart < step
      ? []
      : apart === 0n
        ? []
        : [`${format(change)} ${asset}`]
  })
}

/** Prices had moved: no fault of a venue. */
export const nothingFilled = 'nothing was filled'

/** What venues said no to, if that is why. */
function whyNothing(legs: Execution['legs']): string {
  const refused = legs.filter(({ state }) => state === 'rejected' || state === 'never-accepted')
  return refused.length === 0
    ? nothingFilled
    : refused
        .map(({ market, reason }) => `${market.venue} ${market.symbol}: ${reason ?? 'refused'}`)
        .join('; ')
}

function end(decision: Decision): Decision {
  const { execution } = decision
  const { id, legs, accepted, asset, reason } = execution
  if (legs.every(({ fills }) => fills.length === 0) && !accepted)
    return abort(decision, reason ?? whyNothing(legs))
  const leftovers = [...leftoversOf(execution), ...leftBehind(execution)]
  const isEven = leftovers.length === 0 && !accepted && !legs.some(isOverfilled)
  const over = changing(entering(decision, isEven ? 'done' : 'settled-with-diff'), {
    held: [],
    wakeAt: undefined,
  })
  const left =
    leftovers.length === 0
      ? over
      : alarming(over, {
          kind: 'leftover',
          severity: 'P2',
          name: leftovers.join(' '),
          text: `${id} left ${leftovers.join(', ')} in the inventory`,
        })
  const net = changesOf(execution).get(asset) ?? 0n
  return alarming(left, {
    kind: 'settled',
    severity: 'P2',
    name: format(net),
    text: `${id} ended with ${format(net)} ${asset}`,
  })
}

/** Intents that nobody needs any more are void; then the last looks; then the end. */
export function settle(decision: Decision, now: Date): Decision {
  const isNew = decision.execution.state !== 'settling'
  const settling = isNew ? entering(decision, 'settling') : decision
  const legs = settling.execution.legs.map((leg) =>
    leg.state === 'intent' ? ended(leg, 'void', now, 'it was not needed') : leg,
  )
  const cleared = changing(settling, {
    legs,
    planEnded: true,
    imbalancedAt: undefined,
    exposedAt: undefined,
    quoteAt: undefined,
  })
  const checked = checkLegs(cleared, now)
  if (!checked.execution.legs.every(isChecked)) return checked
  // One step a commit: no state is passed through unseen.
  return isNew ? asking(checked, { type: 'proceed' }) : end(checked)
}
