// What a person must hear at once: a trade left a position open. What it costs to close it follows as soon
// as books were asked, and then who decided and how it ended: every copy says so.
import type { Trade } from '../trade/trade.ts'
import { amountText, signedText } from './amount-text.ts'
import {
  decidedText,
  exposureActions,
  openText,
  unansweredText,
  wayText,
  worthText,
  choiceName,
  costText,
} from './exposure-text.ts'
import { costOfEnd } from '../trade/exposure.ts'
import type { Notification } from './notification.ts'
import { routeText } from './route-text.ts'
import { realisedText, unsureOf } from './unknown-range.ts'

type Alert = Extract<Notification, { kind: 'alert' }>

/** What changed about an open position: somebody decided, it waits no more, it waits (anew). */
export type ExposureNews = 'decided' | 'closed' | 'begun'

export const exposureSubject = ({ id }: Trade): string => `Trade ${id} left an open position`

function waysLines({ exposure, expectedNet, asset }: Trade): readonly string[] {
  if (exposure?.quoted === undefined) return ['What it costs to close it follows in a moment.']
  const { ways } = exposure.quoted
  const possible = ways.flatMap((way) => {
    if (way.outcome === 'impossible') return []
    const cost = costText(costOfEnd(expectedNet, way.net), asset)
    const end = `ends at ${signedText(way.net)} ${asset}`
    return [`${choiceName(way.choice)}: ${cost} against the plan, ${end}; ${wayText(way)}.`]
  })
  const impossible = ways.filter((way) => way.outcome === 'impossible')
  // One reason often stands in all of the ways.
  const reasons = new Set(impossible.map(({ why }) => why))
  const shut = Array.from(reasons, (reason) => {
    const names = impossible
      .filter(({ why }) => why === reason)
      .map((way) => choiceName(way.choice))
    return `Not possible: ${names.join(', ')} (${reason}).`
  })
  return [...possible, ...shut]
}

/** What the trade has brought, where that is in doubt as well. */
const unknownLines = (trade: Trade): readonly string[] =>
  trade.state === 'exposed' && unsureOf(trade).length > 0
    ? [`${realisedText(trade, trade.realisedNet)}.`]
    : []

/** What is open, why, and what can be done. */
function askText(trade: Trade): string {
  const { exposure, route, id } = trade
  const after = `is open after ${routeText(route)}`
  if (exposure === undefined || exposure.closedAt !== undefined) {
    const reason = trade.state === 'exposed' ? trade.reason : ''
    return `${openText(trade)} ${after}: ${reason}. "trade ${id}" shows what happened.`
  }
  const worth = exposure.quoted === undefined ? '' : `, ${worthText(exposure)},`
  return [
    `${openText(trade)}${worth} ${after}: ${exposure.reason}.`,
    ...exposure.refusals.map((refusal) => `${refusal}.`),
    ...unknownLines(trade),
    ...waysLines(trade),
    `${unansweredText(exposure)} "resolve ${id}" shows newer costs.`,
  ].join('\n')
}

const actionsOf = (trade: Trade): Pick<Alert, 'actions'> => {
  const actions = exposureActions(trade)
  return actions.length === 0 ? {} : { actions }
}

const asking = (trade: Trade): Alert => ({
  kind: 'alert',
  severity: 'P0',
  subject: exposureSubject(trade),
  text: askText(trade),
  ...actionsOf(trade),
})

/** The same alert with the costs of now; undefined where nobody is asked any more. */
export function exposureRenewed(trade: Trade, isAcknowledged: boolean): Notification | undefined {
  if (trade.state !== 'exposed' || trade.exposure?.closedAt !== undefined) return undefined
  return { ...asking(trade), severity: isAcknowledged ? 'P2' : 'P0', renews: true }
}

const keptText = ({ residual }: Extract<Trade, { state: 'settled' }>): string =>
  residual.map(({ asset, amount }) => `${signedText(amount)} ${asset}`).join(', ') || 'nothing'

function endText(trade: Trade): string {
  const decided = decidedText(trade)
  const { asset, expectedNet } = trade
  const expected = `${signedText(expectedNet)} ${asset} expected`
  switch (trade.state) {
    case 'settled': {
      if (trade.exposure?.decided?.choice === 'accept')
        return `${decided} It is over: realised ${signedText(trade.realisedNet)} ${asset}, and ${keptText(trade)} stays in the inventory; ${expected}.`.trim()
      const cost = costOfEnd(expectedNet, trade.realisedNet)
      const told =
        cost < 0n ? `it gained ${amountText(-cost, 4)}` : `it cost ${amountText(cost, 4)}`
      return `${decided} It is over: realised ${signedText(trade.realisedNet)} ${asset}; ${expected}, so ${told} ${asset}.`.trim()
    }
    case 'exposed':
      return decided === '' ? 'It is not open as it was; the desk goes on.' : decided
    case 'approved':
    case 'executing':
    case 'abandoned':
      return `${decided} It is over.`.trim()
  }
}

/** It is told no more. A held position may still be decided about, so its buttons stay. */
const over = (trade: Trade): Alert => ({
  kind: 'alert',
  severity: 'P2',
  subject: exposureSubject(trade),
  text: endText(trade),
  ends: trade.exposure?.decided?.by ?? 'desk',
  ...actionsOf(trade),
})

/** What people are told besides the trade's card, once it was in state `before` and `news` came. */
export function exposureAlerts(
  trade: Trade,
  before: Trade['state'],
  news: readonly ExposureNews[],
): readonly Notification[] {
  const isNew = trade.state !== before
  if (trade.state === 'exposed' && (isNew || news.includes('begun'))) return [asking(trade)]
  const isOver = isNew && (before === 'exposed' || trade.exposure !== undefined)
  return isOver || news.length > 0 ? [over(trade)] : []
}
