// What happened to a trade and when, from the gap that was seen to the books, with how long each step took.
import type { Approval } from '../approval/approval.ts'
import { choiceDeed } from '../notification/exposure-text.ts'
import { amountText, priceText } from '../notification/amount-text.ts'
import type { CardTable } from '../notification/card.ts'
import { personText } from '../notification/person-text.ts'
import { durationText } from '../notification/time-text.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import type { Exposure } from '../trade/exposure.ts'
import type { Trade } from '../trade/trade.ts'
import type { Transfer } from '../trade/transfer/transfer.ts'

export type TradeStory = {
  readonly trade: Trade
  readonly opportunity: Opportunity | undefined
  readonly approval: Approval | undefined
  readonly begunAt: Date | undefined
  /** What it sends from one of our accounts to another. */
  readonly transfers: readonly Transfer[]
}

export type Moment = { readonly at: Date; readonly what: string }

/** "approved by ann on Discord", and by everybody else whose yes it took. */
function answeredBy(approval: Approval & { readonly state: 'granted' }): string {
  const people = approval.approvedBy.length === 0 ? [approval.by] : approval.approvedBy
  return `approved by ${people.map(personText).join(' and ')}`
}

const decidedText = ({ by, choice }: NonNullable<Exposure['decided']>): string =>
  `${personText(by)} decided to ${choiceDeed(choice)}`

/** Undefined while it is on its way. */
function becameOf(state: Transfer['state'], what: string, to: string): string | undefined {
  switch (state) {
    case 'requested':
    case 'sending':
    case 'in-transit':
      return undefined
    case 'credited':
      return `${what} credited on ${to}`
    case 'rejected':
      return `${what} did not leave`
    case 'unknown':
      return `nobody knows whether ${what} left`
    case 'stuck':
      return `${what} under way for too long`
    case 'returned':
      return `${what} came back`
  }
}

const endedAt = (trade: Trade): Date | undefined => ('at' in trade ? trade.at : undefined)

/** In the order in which they happened, as the clocks of those who saw it tell. */
export function momentsOf({
  trade,
  opportunity,
  approval,
  begunAt,
  transfers,
}: TradeStory): readonly Moment[] {
  const moments: Moment[] = []
  const add = (at: Date | undefined, what: string | undefined) => {
    if (at !== undefined && what !== undefined) moments.push({ at, what })
  }
  add(opportunity?.firstSeenAt, 'gap first seen')
  add(opportunity?.detectedAt, 'passed every filter')
  add(approval?.askedAt, 'asked')
  if (approval?.state === 'granted') add(approval.at, answeredBy(approval))
  add(begunAt, 'prices checked again, money set aside')
  for (const { venue, symbol, side, average, sentAt, filledAt } of trade.fills) {
    add(sentAt, `${side} ${symbol} sent to ${venue}`)
    add(filledAt, `${venue} filled it at ${priceText(average)}`)
  }
  for (const { order, facts, state, changedAt } of transfers) {
    const what = `${amountText(order.amount)} ${order.asset}`
    add(facts.left?.at, `${what} sent from ${order.from} to ${order.to} by ${order.network}`)
    add(changedAt, becameOf(state, what, order.to))
  }
  const { exposure } = trade
  add(exposure?.since, 'left open, a person is asked')
  add(exposure?.decided?.at, exposure?.decided && decidedText(exposure.decided))
  if (trade.state !== 'exposed' || exposure === undefined) add(endedAt(trade), trade.state)
  return moments.toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

/** "12:04:05.120": within one trade, a second is long. */
const clock = (at: Date): string => at.toISOString().slice(11, 23)

export function timelineTable(moments: readonly Moment[]): CardTable {
  const start = moments[0]?.at.getTime() ?? 0
  return {
    columns: ['time UTC', 'after', 'step', 'what happened'],
    rows: moments.map(({ at, what }, i) => [
      clock(at),
      durationText(at.getTime() - start),
      i === 0 ? '' : durationText(at.getTime() - (moments[i - 1] as Moment).at.getTime()),
      what,
    ]),
  }
}

export const timelineJson = (moments: readonly Moment[]) =>
  moments.map(({ at, what }) => ({
    at: at.toISOString(),
    after_ms: at.getTime() - (moments[0]?.at.getTime() ?? 0),
    what,
  }))

export type Latencies = Readonly<
  Record<
    | 'detected_to_asked'
    | 'asked_to_answered'
    | 'answered_to_begun'
    | 'begun_to_sent'
    | 'sent_to_filled'
    | 'filled_to_ended',
    number | undefined
  >
>

const extreme = (times: readonly Date[], pick: (...ms: number[]) => number): Date | undefined =>
  times.length === 0 ? undefined : new Date(pick(...times.map((at) => at.getTime())))

/** In ms; undefined where one of the two moments is not known. */
export function latenciesOf({ trade, opportunity, approval, begunAt }: TradeStory): Latencies {
  const between = (from: Date | undefined, to: Date | undefined): number | undefined =>
    from === undefined || to === undefined ? undefined : to.getTime() - from.getTime()
  const answeredAt = approval?.state === 'granted' ? approval.at : undefined
  const sentAt = extreme(
    trade.fills.map((fill) => fill.sentAt),
    Math.min,
  )
  const filledAt = extreme(
    trade.fills.map((fill) => fill.filledAt),
    Math.max,
  )
  return {
    detected_to_asked: between(opportunity?.detectedAt, approval?.askedAt),
    asked_to_answered: between(approval?.askedAt, answeredAt),
    answered_to_begun: between(answeredAt, begunAt),
    begun_to_sent: between(begunAt, sentAt),
    sent_to_filled: between(sentAt, filledAt),
    filled_to_ended: between(filledAt, endedAt(trade)),
  }
}

const latencyNames: Readonly<Record<keyof Latencies, string>> = {
  detected_to_asked: 'asked',
  asked_to_answered: 'answered',
  answered_to_begun: 'begun',
  begun_to_sent: 'sent',
  sent_to_filled: 'filled',
  filled_to_ended: 'booked',
}

/** "asked after 1.2 s, answered after 4 s, begun after 80 ms"; empty where nothing is known. */
export const latencyText = (latencies: Latencies): string =>
  (Object.keys(latencyNames) as (keyof Latencies)[])
    .flatMap((key) => {
      const ms = latencies[key]
      return ms === undefined ? [] : [`${latencyNames[key]} after ${durationText(ms)}`]
    })
    .join(', ')
