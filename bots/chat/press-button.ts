// A press from the finger to the answer: what the button does, whether this person may, then the one
// write that lets it happen once.
import { signatureOf, type Actor, type Command } from '../../src/commands/command.ts'
import type {
  ButtonAction,
  ButtonStore,
  Press,
  Pressed,
} from '../../src/notification/button-store.ts'
import type { Card } from '../../src/notification/card.ts'
import { plainLines } from '../../src/notification/plain-text.ts'
import { readyCall, type Call, type Dispatch, type ReadyCall, type Reply } from '../dispatch.ts'
import type { Attempt } from '../audit-trail.ts'
import { looksLikeKey } from '../burned-key.ts'
import { lookAt } from './buttons.ts'
import type { Arrival, ChatReply } from './chat-desk.ts'
import { answered, asked, refusalText, told, type ReplyWiring } from './chat-reply.ts'

export type PressWiring = Omit<ReplyWiring, 'buttons'> & {
  readonly buttons: ButtonStore
  readonly dispatch: Dispatch
  readonly now: () => Date
  /** Writes down what was tried; the arrival and the person are known. */
  readonly record: (attempt: Attempt) => Promise<void>
  /** Answers somebody who typed a key where something else was asked. */
  readonly burned: (action: string) => Promise<ChatReply>
}

/** Somebody who was let in presses something under a message. `hash` undefined: no button of ours. */
export type PressedHere = {
  readonly arrival: Arrival
  readonly actor: Actor
  readonly message: string
  readonly hash: Buffer | undefined
  /** What was written where the button asked for something. */
  readonly typed: string | undefined
}

/** What became of a command, as the audit has it. */
export const detailOf = (reply: Reply): string =>
  reply.outcome === 'answered' ? reply.card.title : reply.message

/** A card in one line, where its story shows the rest. */
function lineOf({ title, text = '' }: Card): string {
  const [first = ''] = plainLines(text)
  const end = /[.?!]$/.test(title) ? '' : '.'
  return first === '' ? title : `${title}${end} ${first}`
}

function callOf(actor: Actor, action: ButtonAction, typed: string | undefined): Call {
  const { command, args, asks, awaits } = action
  const given = new Map<string, unknown>(Object.entries(args))
  const option = awaits ?? asks?.option
  if (option !== undefined && typed !== undefined) given.set(option, typed)
  return { actor, command, arguments: given }
}

/** A card that offers the same again leaves the question open, for a second person or a second try. */
function offersAgain({ actions = [], menus = [] }: Card, action: ButtonAction): boolean {
  if (action.awaits !== undefined) return false
  const wanted = JSON.stringify([action.command, action.args])
  const offered = [...actions, ...menus.flatMap(({ choices }) => choices)]
  return offered.some((each) => JSON.stringify([each.command, each.args]) === wanted)
}

const stateIn = (json: unknown): unknown =>
  typeof json === 'object' && json !== null && 'state' in json ? json.state : undefined

/** One polite line: of a question that is over, what became of it. */
async function whyNothing(
  { dispatch, now }: PressWiring,
  actor: Actor,
  pressed: Pressed,
  who: Press,
): Promise<string> {
  if (pressed.outcome === 'pressed') return ''
  const isOwn = pressed.outcome === 'used' && pressed.by === who.by
  const approval = 'action' in pressed && !isOwn ? pressed.action.args['approval'] : undefined
  if (approval !== undefined) {
    const args = new Map([['approval', approval]])
    const reply = await dispatch({ actor, command: 'approvals', arguments: args })
    // Open still: whoever was first is being answered, or a second person is waited for.
    if (reply.outcome === 'answered' && stateIn(reply.card.json) !== 'asked')
      return lineOf(reply.card)
  }
  return refusalText(pressed, who.by, now())
}

/** Carries out what may be carried out; the button is used up, unless it came to nothing. */
async function carryOut(
  wiring: PressWiring,
  { arrival, hash, who }: { arrival: Arrival; hash: Buffer; who: Press },
  { call, ready, action }: { call: Call; ready: ReadyCall; action: ButtonAction },
): Promise<ChatReply> {
  const { buttons, dispatch, record } = wiring
  const pressed = await buttons.press(hash, who)
  if (pressed.outcome !== 'pressed') {
    const text = await whyNothing(wiring, call.actor, pressed, who)
    await record(attemptOf(call, `${pressed.outcome}-button`, text))
    return told(text)
  }
  const reply = await dispatch(call)
  await record(attemptOf(call, reply.outcome, detailOf(reply)))
  const isActing = ready.role !== 'viewer'
  if (reply.outcome !== 'answered') {
    // After a fault of ours nobody knows what was done.
    if (reply.outcome !== 'bug') await buttons.release(hash, who)
    return told(reply.message)
  }
  const isQuestion = pressed.inStory && (reply.card.menus ?? []).length > 0
  if (isActing && (isQuestion || offersAgain(reply.card, action))) await buttons.release(hash, who)
  // A story tells on its own card what an answer led to; what is still to be chosen it does not.
  if (isActing && pressed.inStory && !isQuestion) return told(lineOf(reply.card), true)
  return answered(wiring, arrival, reply.card)
}

const attemptOf = (call: Call, outcome: string, detail: string): Attempt => ({
  action: call.command,
  given: call.arguments,
  outcome,
  detail,
})

const unknown: Pressed = { outcome: 'unknown' }

export async function pressButton(wiring: PressWiring, here: PressedHere): Promise<ChatReply> {
  const { buttons, commands, record } = wiring
  const { arrival, actor, message, hash, typed } = here
  const { surface, chat, account } = arrival
  const who: Press = { surface, chat, message, account: account.id, by: signatureOf(actor) }
  const seen = hash === undefined ? unknown : await lookAt(buttons, hash, who)
  if (hash === undefined || seen.outcome !== 'pressed') {
    const { outcome } = seen
    const text = await whyNothing(wiring, actor, seen, who)
    await record({ action: 'press', given: [], outcome: `${outcome}-button`, detail: text })
    return told(text)
  }

  const { action } = seen
  const { asks } = action
  if (typed !== undefined && looksLikeKey(typed)) return wiring.burned(action.command)
  // Whoever may not do it must not use the button up for those who may.
  const call = callOf(actor, action, typed)
  const ready = readyCall(commands, call)
  const isQuestion = asks !== undefined && typed === undefined
  if (isQuestion && ready.outcome !== 'forbidden')
    return asked(wiring, arrival, { ...action, asks })
  if (ready.outcome !== 'prepared') {
    await record(attemptOf(call, ready.outcome, detailOf(ready)))
    return told(detailOf(ready))
  }
  return carryOut(wiring, { arrival, hash, who }, { call, ready, action })
}

/** What must always work is found out about without giving anything away. */
export async function isUrgentPress(
  buttons: Pick<ButtonStore, 'peek'>,
  commands: readonly Command[],
  hash: Buffer | undefined,
  press: Press,
): Promise<boolean> {
  const seen = hash === undefined ? unknown : await buttons.peek(hash, press)
  if (seen.outcome !== 'pressed') return false
  return commands.some(({ name, urgent }) => urgent && name === seen.action.command)
}
