// The card of a question to people, from asked to answered. A surface edits it as the story moves.
import type { Approval } from '../approval/approval.ts'
import { format } from '../money.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import { percentText, signedText } from './amount-text.ts'
import type { Card, CardAction, Tone } from './card.ts'
import { badgesOf, type Labels } from './labels.ts'
import { legPlanJson, legPlanTable } from './leg-plan-card.ts'
import { opportunityFields, whyAction } from './opportunity-card.ts'
import { personText } from './person-text.ts'
import { routeText } from './route-text.ts'
import { travelJson } from './send-text.ts'
import { clockText, durationText } from './time-text.ts'

const approversText = ({ by, approvedBy }: { by: string; approvedBy: readonly string[] }): string =>
  approvedBy.length > 1 ? approvedBy.map(personText).join(' and ') : personText(by)

const sizeText = (share: number): string => (share === 1 ? '' : ` for ${share * 100} % of the size`)

/** Who decided what and when, in one line: the answer to "what became of it?". */
export function approvalStateText(approval: Approval): string {
  switch (approval.state) {
    case 'asked': {
      const lives = durationText(approval.expiresAt.getTime() - approval.askedAt.getTime())
      const votes = approval.approvedBy.map(personText).join(', ')
      const waits = votes === '' ? '' : `Approved by ${votes}; a second person must approve. `
      return `${waits}Open for ${lives}, until ${clockText(approval.expiresAt)}. The price is checked again at the click.`
    }
    case 'granted':
      return `Approved by ${approversText(approval)} at ${clockText(approval.at)}${sizeText(approval.share)}: trade ${approval.trade}.`
    case 'refused':
      return `Denied by ${personText(approval.by)} at ${clockText(approval.at)}. Nothing is traded.`
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

const partOf = ({ id }: Approval, label: string, size: string): CardAction => ({
  label,
  command: 'approve',
  args: { approval: id, size },
  style: 'primary',
})

const answers = (approval: Approval): readonly CardAction[] =>
  approval.state === 'asked'
    ? [
        {
          label: 'Approve',
          command: 'approve',
          args: { approval: approval.id },
          style: 'primary',
        },
        partOf(approval, '½', 'half'),
        partOf(approval, '¼', 'quarter'),
        { label: 'Deny', command: 'deny', args: { approval: approval.id }, style: 'danger' },
        {
          label: 'Auto this route',
          command: 'mandates',
          args: { action: 'add', route: approval.route, approval: approval.id },
          style: 'plain',
        },
        {
          label: 'Mute route 2 h',
          command: 'notifications',
          args: { action: 'mute', what: '2h', value: approval.route },
          style: 'plain',
        },
        { label: 'Chart', command: 'chart', args: { what: approval.route }, style: 'plain' },
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
  share: approval.share,
  approved_by: approval.approvedBy,
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
      ...(opportunity.transfer !== undefined &&
        travelJson({ legs: opportunity.legs, transfer: opportunity.transfer })),
      mode: labels.mode,
      market: labels.market,
    },
  }
}
