// What `approve` and `deny` share: finding the approval, giving the answer, telling who was first.
import type { Answer as Verdict, Approval } from '../approval/approval.ts'
import { approvalCard, approvalJson } from '../notification/approval-card.ts'
import { percentText, signedText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { routeText } from '../notification/route-text.ts'
import { durationText, sinceText } from '../notification/time-text.ts'
import type { Card, CardAction } from '../notification/card.ts'
import { failed, signatureOf, type Answer, type CommandContext } from './command.ts'
import { findById } from './find-by-id.ts'

// Chats take a handful of buttons under one message.
const offeredMax = 5

const buttonFor =
  (verdict: Verdict['verdict']) =>
  ({ id }: Approval): CardAction => ({
    label: `${verdict === 'granted' ? 'Approve' : 'Deny'} ${id}`,
    command: verdict === 'granted' ? 'approve' : 'deny',
    args: { approval: id },
    style: verdict === 'granted' ? 'primary' : 'danger',
  })

/** Everything that waits for an answer, the most urgent first. */
export async function openApprovalsCard(
  verdict: Verdict['verdict'],
  { approvals, settings, labels, now }: CommandContext,
): Promise<Card> {
  const byUrgency = (a: Approval, b: Approval) => a.expiresAt.getTime() - b.expiresAt.getTime()
  const open = (await approvals.listOpen()).toSorted(byUrgency)
  const paused = settings.current()['desk.paused'] ? ' The desk is paused; "resume" ends that.' : ''
  const livesText = durationText(settings.current()['approval.lives_ms'])
  return {
    title: open.length === 0 ? 'Nothing waits for an answer' : `${open.length} open`,
    tone: 'neutral',
    badges: badgesOf(labels),
    text:
      open.length === 0
        ? `An offered gap shows up here for ${livesText}; "opportunities" lists the past ones.${paused}`
        : `Answer with its id.${paused}`,
    tables:
      open.length === 0
        ? []
        : [
            {
              columns: ['approval', 'net', 'of', 'route', 'expires'],
              rows: open.map((approval) => [
                approval.id,
                `${signedText(approval.shownNet)} ${approval.asset}`,
                percentText((Number(approval.shownNet) / Number(approval.shownNotional)) * 100),
                routeText(approval.route),
                sinceText(approval.expiresAt, now()),
              ]),
            },
          ],
    actions: open.slice(0, offeredMax).map(buttonFor(verdict)),
    json: open.map(approvalJson),
  }
}

/** Who or what was first, as one sentence. */
function tooLate(approval: Approval, now: Date): string {
  switch (approval.state) {
    case 'asked':
      return `${approval.id} could not be answered; try again`
    case 'granted':
      return `Too late: ${approval.by} approved ${approval.id} ${sinceText(approval.at, now)} (trade ${approval.trade})`
    case 'refused':
      return `Too late: ${approval.by} denied ${approval.id} ${sinceText(approval.at, now)}; nothing is traded`
    case 'expired':
      return `Too late: ${approval.id} expired ${sinceText(approval.at, now)}; nothing is traded`
    case 'superseded':
      return `Too late: ${approval.id} was closed ${sinceText(approval.at, now)} because ${approval.reason}`
  }
}

/** A second press by the same person is no news: it shows what the first one did. */
const isSameAnswer = (approval: Approval, verdict: Verdict['verdict'], by: string): boolean =>
  (approval.state === 'granted' || approval.state === 'refused') &&
  approval.state === verdict &&
  approval.by === by

/** An id, or a piece of an open one's. */
async function findApproval(
  typed: string,
  { approvals }: CommandContext,
): Promise<Approval | string> {
  const match = findById(await approvals.listOpen(), typed)
  switch (match.outcome) {
    case 'found':
      return match.item
    case 'ambiguous':
      return `"${typed}" could be ${match.ids.join(' or ')}; the last four characters tell them apart`
    case 'none':
      return (
        (await approvals.find(typed)) ??
        `No open approval is called "${typed}"; "approve" lists them`
      )
  }
}

/** Gives the answer of `context.actor`; a grant sends the trade to a worker. */
export async function answerApproval(
  typed: string,
  verdict: Verdict['verdict'],
  context: CommandContext,
): Promise<Answer> {
  const { approvals, now, labels } = context
  const by = signatureOf(context.actor)
  const found = await findApproval(typed, context)
  if (typeof found === 'string') return failed(found)
  const opportunity = await approvals.findOpportunity(found.opportunity)
  if (opportunity === undefined)
    throw new Error(`approval ${found.id} has no opportunity ${found.opportunity}`)

  const outcome = await approvals.answer(found.id, { verdict, by })
  switch (outcome.outcome) {
    case 'unknown':
      return failed(`No approval is called "${typed}"`)
    case 'too-late':
      return isSameAnswer(outcome.approval, verdict, by)
        ? approvalCard(outcome.approval, opportunity, now(), labels)
        : failed(tooLate(outcome.approval, now()))
    case 'answered': {
      const { approval } = outcome
      if (approval.state === 'granted') await context.executeTrade(approval.trade)
      await context.announce({ kind: 'approval', approval, opportunity })
      return approvalCard(approval, opportunity, now(), labels)
    }
  }
}
