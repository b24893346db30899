// `approvals`: the questions to people, those that wait and those that are over.
import type { Approval } from '../approval/approval.ts'
import { includesRole } from '../approval/role.ts'
import { signedText } from '../notification/amount-text.ts'
import { approvalJson, approvalStateText } from '../notification/approval-card.ts'
import { badgesOf } from '../notification/labels.ts'
import { personText } from '../notification/person-text.ts'
import { routeText } from '../notification/route-text.ts'
import { timeText } from '../notification/time-text.ts'
import { findApproval, openApprovalsCard, tooLate } from './answer-approval.ts'
import { defineCommand, failed, type Answer, type CommandContext } from './command.ts'
import { choice, integer, optional, text, withDefault } from './option.ts'

const whoAnswered = (approval: Approval): string => {
  switch (approval.state) {
    case 'asked':
      return approval.approvedBy.map(personText).join(', ')
    case 'granted':
    case 'refused':
      return personText(approval.by)
    case 'expired':
    case 'superseded':
      return ''
  }
}

const wordOf: Readonly<Record<Approval['state'], string>> = {
  asked: 'open',
  granted: 'approved',
  refused: 'denied',
  expired: 'expired',
  superseded: 'closed',
}

async function listRecent(limit: number, { approvals, labels }: CommandContext): Promise<Answer> {
  const recent = await approvals.listRecent(limit)
  return {
    title: recent.length === 0 ? 'Nobody was asked yet' : `The last ${recent.length} approvals`,
    tone: 'neutral',
    badges: badgesOf(labels),
    tables:
      recent.length === 0
        ? []
        : [
            {
              columns: ['approval', 'asked', 'state', 'by', 'net', 'route'],
              rows: recent.map((approval) => [
                approval.id,
                timeText(approval.askedAt),
                wordOf[approval.state],
                whoAnswered(approval),
                `${signedText(approval.shownNet)} ${approval.asset}`,
                routeText(approval.route),
              ]),
            },
          ],
    json: recent.map(approvalJson),
  }
}

async function showOne(typed: string, context: CommandContext): Promise<Answer> {
  const found = await findApproval(typed, context)
  if (typeof found === 'string') return failed(found)
  const { id, route, state } = found
  return {
    title: state === 'asked' ? `${id} waits for an answer` : tooLate(found, context.now()),
    tone: 'neutral',
    badges: badgesOf(context.labels),
    ...(state === 'asked' ? { text: approvalStateText(found) } : {}),
    fields: [
      { name: 'Route', value: routeText(route) },
      { name: 'Net', value: `${signedText(found.shownNet)} ${found.asset}` },
      { name: 'Asked', value: timeText(found.askedAt) },
    ],
    json: approvalJson(found),
  }
}

export const approvals = defineCommand({
  name: 'approvals',
  summary: 'The questions that wait for an answer, and what became of the others',
  help: 'Alone it lists what is open, with buttons for those who may answer. "approvals recent" lists the last ones with who answered and how; with an id it shows one.',
  role: 'viewer',
  options: {
    show: withDefault(choice('What to list', ['open', 'recent']), 'open'),
    limit: withDefault(integer('How many of the recent ones', { min: 1, max: 50 }), 10),
    approval: optional(text('One of them by its id', { suggests: 'approvals' })),
  },
  positional: ['show', 'limit'],
  examples: ['approvals', 'approvals recent 20', 'approvals --approval k3f9'],
  async run({ show, limit, approval }, context) {
    if (approval !== undefined) return showOne(approval, context)
    if (show === 'recent') return listRecent(limit, context)
    const card = await openApprovalsCard('granted', context)
    return includesRole(context.actor.role, 'trader') ? card : { ...card, actions: [] }
  },
})
