// A step that nobody takes by a slip of the thumb: a typed phrase, and where real money is at stake a
// second person, or an announced delay for one who is alone.
import { confirm, confirmationLivesMs } from '../approval/authority.ts'
import { peopleAmong } from '../approval/operator.ts'
import { includesRole, type Role } from '../approval/role.ts'
import { badgesOf } from '../notification/labels.ts'
import { clockText, durationText } from '../notification/time-text.ts'
import { failed, signatureOf, type Answer, type CommandContext } from './command.ts'

export type GuardedStep = {
  /** Names the step in the database: "resume". */
  readonly name: string
  /** What it does, as "ann wants to …" goes on: "release the kill switch". */
  readonly what: string
  /** Typed to the letter: "RELEASE". */
  readonly phrase: string
  /** The command that takes it, with the arguments it was given. */
  readonly command: string
  readonly args: Readonly<Record<string, string>>
  readonly role: Role
  readonly needsTwo: boolean
  /** How long one who is alone waits; left out: a quarter of an hour. */
  readonly aloneMs?: number
  /** The phrase is typed behind --confirm, where the command's last word would swallow it. */
  readonly isNamed?: true
  /** What is agreed to with it, in a sentence. */
  readonly detail?: string
}

function askForPhrase(
  { what, phrase, command, args, detail, isNamed }: GuardedStep,
  context: CommandContext,
): Answer {
  const last = isNamed === true ? `--confirm "${phrase}"` : phrase
  const typed = [command, ...Object.values(args), last].join(' ')
  return {
    title: `Type ${phrase} to ${what}`,
    tone: 'warning',
    badges: badgesOf(context.labels),
    text: `${detail === undefined ? '' : `${detail} `}Nothing has changed yet. Press the button and type it, or say: ${typed}`,
    actions: [
      {
        label: 'Confirm …',
        command,
        args,
        style: 'danger',
        asks: { option: 'confirm', question: `Type ${phrase}` },
      },
    ],
    json: { done: false, type: phrase },
  }
}

/** Undefined when the step may be taken now; else what the person is told. */
export async function confirmStep(
  step: GuardedStep,
  typed: string | undefined,
  context: CommandContext,
): Promise<Answer | undefined> {
  if (typed === undefined) return askForPhrase(step, context)
  if (typed.trim() !== step.phrase)
    return failed(`"${typed}" is not ${step.phrase}, so nothing has changed`)
  if (!step.needsTwo) return undefined
  const { actor, people, announce, labels, now } = context
  const by = signatureOf(actor)
  const listed = await people.listOperators()
  const able = listed.filter(({ role }) => includesRole(role, step.role))
  const waiting = await people.waitingConfirmations(step.name)
  const isListed = able.some(({ name }) => name === actor.name)
  const count = peopleAmong(able) + (isListed ? 0 : 1)
  const next = confirm(actor.name, waiting, count, now(), step.aloneMs)
  if (next.step === 'done') {
    await people.useConfirmations(step.name)
    return undefined
  }
  const isFirst = !waiting.some(({ person }) => person === actor.name)
  await people.addConfirmation(step.name, actor.name, by, confirmationLivesMs)
  const text =
    next.step === 'second-person'
      ? `A second person must confirm within ${durationText(confirmationLivesMs)}.`
      : `Nobody else can confirm, so it must be said again after ${clockText(next.until)}.`
  if (isFirst)
    await announce({
      kind: 'alert',
      severity: 'P1',
      subject: `${by} wants to ${step.what}`,
      text,
    })
  return {
    title: `Confirmed by one: ${step.what}`,
    tone: 'warning',
    badges: badgesOf(labels),
    text,
    json: { done: false, waits_for: next.step, until: next.step === 'wait' ? next.until : null },
  }
}
