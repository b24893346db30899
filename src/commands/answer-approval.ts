// What `approve` and `deny` share: finding the approval, giving the answer, telling who was first.
import type { Answer as Verdict, Approval } from '../approval/approval.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import { confirm, largeTrades, peopleNeeded } from '../approval/authority.ts'
import { includesRole } from '../approval/role.ts'
import { approvalCard, approvalJson } from '../notification/approval-card.ts'
import { numberText, percentText, signedText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { personText } from '../notification/person-text.ts'
import { routeText } from '../notification/route-text.ts'
import { clockText, durationText, sinceText } from '../notification/time-text.ts'
import type { Card, CardAction } from '../notification/card.ts'
import { failed, signatureOf, type Answer, type CommandContext, type Failure } from './command.ts'
import { confirmStep } from './confirm-step.ts'
import { ambiguousText, findById } from './find-by-id.ts'

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

/** Who or what was first, and when, as one sentence. */
export function tooLate(approval: Approval, now: Date): string {
  const { id } = approval
  const when = (at: Date) => `at ${clockText(at)}, ${sinceText(at, now)}`
  switch (approval.state) {
    case 'asked':
      return `${id} could not be answered; try again`
    case 'granted':
      return `Too late: ${personText(approval.by)} approved ${id} ${when(approval.at)} (trade ${approval.trade})`
    case 'refused':
      return `Too late: ${personText(approval.by)} denied ${id} ${when(approval.at)}; nothing is traded`
    case 'expired':
      return `Too late: ${id} expired ${when(approval.expiresAt)}; nothing is traded`
    case 'superseded':
      return `Too late: ${id} was closed ${when(approval.at)}, because ${approval.reason}`
  }
}

/** A second press by the same person is no news: it shows what the first one did. */
const isSameAnswer = (approval: Approval, verdict: Verdict['verdict'], by: string): boolean =>
  (approval.state === 'granted' || approval.state === 'refused') &&
  approval.state === verdict &&
  approval.by === by

// A piece is looked for among the newest approvals; older ones are found by their whole id.
const recentMax = 200

const briefly = ({ id, shownNet, asset, route }: Approval): string =>
  `${id} (${signedText(shownNet)} ${asset}, ${routeText(route)})`

/** An id or a piece of one: an open approval's first, for that one can be answered. */
export async function findApproval(
  typed: string,
  { approvals }: CommandContext,
): Promise<Approval | string> {
  const open = findById(await approvals.listOpen(), typed)
  const match =
    open.outcome === 'none' ? findById(await approvals.listRecent(recentMax), typed) : open
  switch (match.outcome) {
    case 'found':
      return match.item
    case 'ambiguous':
      return ambiguousText(
        typed,
        match,
        open.outcome === 'none' ? 'approvals that are over' : 'open approvals',
        briefly,
      )
    case 'none':
      return (
        (await approvals.find(typed)) ??
        `No approval is called "${typed}"; "approve" lists those that are open`
      )
  }
}

/** How many people must say yes, or what somebody who is alone has to do first. */
async function peopleFor(notionalUsdt: number, context: CommandContext): Promise<1 | 2 | Failure> {
  const { actor, people, settings, now } = context
  const min = settings.current()['approval.two_people_usdt_min']
  if (peopleNeeded(notionalUsdt, min) === 1) return 1
  const listed = await people.listOperators()
  const others = listed.filter(
    ({ name, role }) => name !== actor.name && includesRole(role, 'trader'),
  )
  if (others.length > 0) return 2
  const waiting = await people.waitingConfirmations(largeTrades)
  const next = confirm(actor.name, waiting, 1, now())
  if (next.step === 'done') return 1
  const since = waiting.some(({ person }) => person === actor.name)
  return failed(
    since && next.step === 'wait'
      ? `${numberText(notionalUsdt)} USDT takes two people; you are alone and may approve it after ${clockText(next.until)}`
      : `${numberText(notionalUsdt)} USDT takes two people and you are alone; "limits unlock" lets you approve such trades a quarter of an hour later`,
  )
}

async function answerOf(
  verdict: Verdict['verdict'],
  share: number,
  notionalUsdt: number,
  context: CommandContext,
): Promise<Verdict | Failure> {
  const { actor, people } = context
  const by = signatureOf(actor)
  if (verdict === 'refused') return { verdict, by }
  const needed = await peopleFor(notionalUsdt * share, context)
  if (typeof needed === 'object') return needed
  const limits = await people.limitsOf(actor.name)
  return { verdict, by, share, yes: { person: actor.name, limits, people: needed } }
}

/** What is agreed to: how much of the shown size, in a word and as a share, and a typed phrase. */
type Agreed = {
  readonly size: string
  readonly share: number
  readonly confirm: string | undefined
}

const whole: Agreed = { size: 'full', share: 1, confirm: undefined }

/** Nobody trades a suspicious gap by one slip of the thumb. */
const sureOf = (
  { id }: Approval,
  { doubts = [] }: Opportunity,
  { size, confirm: typed }: Agreed,
  context: CommandContext,
): Promise<Answer | undefined> =>
  confirmStep(
    {
      name: `approve ${id}`,
      what: `approve ${id} though it is suspicious`,
      phrase: 'SUSPICIOUS',
      command: 'approve',
      args: { approval: id, size },
      role: 'trader',
      needsTwo: false,
      detail: `${doubts.join('; ')}: most such gaps are a mistake of a venue, a dead market or another coin.`,
    },
    typed,
    context,
  )

/** Gives the answer of `context.actor`; a grant sends the trade to a worker. */
export async function answerApproval(
  typed: string,
  verdict: Verdict['verdict'],
  context: CommandContext,
  agreed = whole,
): Promise<Answer> {
  const { approvals, now, labels } = context
  const by = signatureOf(context.actor)
  const found = await findApproval(typed, context)
  if (typeof found === 'string') return failed(found)
  const opportunity = await approvals.findOpportunity(found.opportunity)
  if (opportunity === undefined)
    throw new Error(`approval ${found.id} has no opportunity ${found.opportunity}`)

  const isOpen = found.state === 'asked' && verdict === 'granted'
  const unsure =
    isOpen && opportunity.doubts !== undefined
      ? await sureOf(found, opportunity, agreed, context)
      : undefined
  if (unsure !== undefined) return unsure
  const given = await answerOf(verdict, agreed.share, opportunity.notionalUsdt, context)
  if ('message' in given) return given
  const outcome = await approvals.answer(found.id, given)
  switch (outcome.outcome) {
    case 'over-limit':
      return failed(`${outcome.detail}; ${found.id} stays open`)
    case 'waiting':
      return approvalCard(outcome.approval, opportunity, now(), labels)
    case 'unknown':
      return failed(`No approval is called "${typed}"`)
    case 'too-late':
      return isSameAnswer(outcome.approval, verdict, by)
        ? approvalCard(outcome.approval, opportunity, now(), labels)
        : failed(tooLate(outcome.approval, now()))
    case 'answered': {
      const { approval } = outcome
      if (approval.state === 'granted') await context.executeTrade(approval.trade)
      return approvalCard(approval, opportunity, now(), labels)
    }
  }
}
