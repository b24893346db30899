// The card of a question to people, from asked to answered. A surface edits it as the story moves.
import type { Approval } from '../approval/approval.ts'
import { format } from '../money.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import { percentText, signedText } from './amount-text.ts'
import type { Card, CardAction, Tone } from './card.ts'
import { badgesOf, type Labels } from './labels.ts'
import { legPlanJson, legPlanTable } from './leg-plan-card.ts'
import { opportunityFields, whyAction } from './opportunity-card.ts'
import { routeText } from './route-text.ts'
import { clockText, durationText } from './time-text.ts'

/** Who decided what and when, in one line: the answer to "what became of it?". */
export function approvalStateText(approval: Approval): string {
  switch (approval.state) {
    case 'asked': {
      const lives = durationText(approval.expiresAt.getTime() - approval.askedAt.getTime())
      return `Open for ${lives}, until ${clockText(approval.expiresAt)}. The price is checked again at the click.`
    }
    case 'granted':
      return `Approved by ${approval.by} at ${clockText(approval.at)}: trade ${approval.trade}.`
    case 'refused':
      return `Denied by ${approval.by} at ${clockText(approval.at)}. Nothing is traded.`
    case 'expired':
      return `Nobody answered before ${clockText(approval.expiresAt)}. Nothing is traded.`
    case 'superseded':
      return `Closed at ${clockText(approval.at)}: ${approval.reason}. Nothing is traded.`
  }
}

function headline(approval: Approval): { readonly word: string; readonly tone: Tone } {
  switch (approval.state) {
    case 'asked':
      return { word: `Approve ${approval.id}?`, tone: 'warning' }
    case 'granted':
      return { word: `Approved ${approval.id}:`, tone: 'good' }
    case 'refused':
      return { word: `Denied ${approval.id}:`, tone: 'neutral' }
    case 'expired':
      return { word: `Expired ${approval.id}:`, tone: 'neutral' }
    case 'superseded':
      return { word: `Closed ${approval.id}:`, tone: 'neutral' }
  }
}

const answers = (approval: Approval): readonly CardAction[] =>
  approval.state === 'asked'
    ? [
        {
          label: 'Approve',
          command: 'approve',
          args: { approval: approval.id },
          style: 'primary',
        },
        { label: 'Deny', command: 'deny', args: { approval: approval.id }, style: 'danger' },
      ]
    : []

const stateJson = (approval: Approval) => {
  switch (approval.state) {
    case 'asked':
      return {}
    case 'granted':
      return { by: approval.by, answered_at: approval.at.toISOString(), trade: approval.trade }
    case 'refused':
      return { by: approval.by, answered_at: approval.at.toISOString() }
    case 'expired':
      return { closed_at: approval.at.toISOString() }
    case 'superseded':
      return { closed_at: approval.at.toISOString(), reason: approval.reason }
  }
}

/** The `--json` shape of an approval, whoever shows it. */
export const approvalJson = (approval: Approval) => ({
  id: approval.id,
  state: approval.state,
  opportunity: approval.opportunity,
  route: approval.route,
  shown_net: format(approval.shownNet),
  shown_notional: format(approval.shownNotional),
  asset: approval.asset,
  asked_at: approval.askedAt.toISOString(),
  expires_at: approval.expiresAt.toISOString(),
  ...stateJson(approval),
})

export const approvalCard = (
  approval: Approval,
  opportunity: Opportunity,
  at: Date,
  labels: Labels,
): Card => {
  const { word, tone } = headline(approval)
  const net = `${signedText(approval.shownNet)} ${approval.asset}`
  const share = percentText(opportunity.netPercent)
  return {
    title: `${word} ${net} (${share}) ${routeText(approval.route)}`,
    tone,
    badges: badgesOf(labels),
    text: approvalStateText(approval),
    fields: opportunityFields(opportunity),
    tables: [legPlanTable(opportunity.legs)],
    actions: [...answers(approval), whyAction(approval.route)],
    json: {
      kind: 'approval',
      at: at.toISOString(),
      ...approvalJson(approval),
      net_percent: opportunity.netPercent,
      legs: opportunity.legs.map(legPlanJson),
      mode: labels.mode,
      market: labels.market,
    },
  }
}
