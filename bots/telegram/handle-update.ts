// One update from Telegram on its way to the desk and its answer on the way back.
import { plainLine } from '../../src/notification/plain-text.ts'
import { looksLikeKey } from '../burned-key.ts'
import type { Arrival, ChatDesk, ChatReply } from '../chat/chat-desk.ts'
import type { Deliverer } from '../chat/deliver.ts'
import { createTokenBuckets } from '../token-bucket.ts'
import { createAnswers, sentPrivately, type AnswersWiring, type Asker } from './answer-person.ts'
import type { Markup } from './messages.ts'
import { createPressAnswer, type PressAnswer } from './press-answer.ts'
import { createProgressMessage } from './progress-message.ts'
import { readCommand } from './read-command.ts'
import type { Heard } from './read-update.ts'
import { placeOf } from './telegram-place.ts'

export type HandlerWiring = Omit<AnswersWiring, 'spent'> & {
  readonly desk: ChatDesk
  readonly deliverer: Pick<Deliverer, 'spent' | 'moved' | 'closed'>
  /** The keyboard of commands that /start shows, or what takes it away. */
  readonly keyboard: () => Markup
  /** Somebody was served in private; their menu of commands can be set. */
  readonly served: (account: string) => Promise<void>
}

type Said = Extract<Heard, { kind: 'said' }>
type Pressed = Extract<Heard, { kind: 'pressed' }>

const anonymousText =
  'Who hides behind the group cannot be told from others; turn "Remain anonymous" off and ask again'

export type HandleUpdate = (heard: Heard) => Promise<void>

export function createHandleUpdate(wiring: HandlerWiring): HandleUpdate {
  const { client, desk, deliverer, warn, keyboard, served } = wiring
  const answers = createAnswers({ ...wiring, spent: deliverer.spent })
  // They all share one number, so that one of them could silence the others at the desk's own door.
  const anonymous = createTokenBuckets({
    burst: 3,
    refillMs: 10_000,
    nowMs: () => performance.now(),
  })

  const askerOf = ({ chat, isPrivate, account }: Arrival, message: string | undefined): Asker => ({
    chat,
    isPrivate,
    account,
    message,
  })
  /** In private there is nobody else whose message could be meant. */
  const pointing = ({ from, message }: Said): Asker =>
    askerOf(from, from.isPrivate ? undefined : message)

  async function obey(said: Said, name: string, words: readonly string[]): Promise<void> {
    const asker = pointing(said)
    const { chat } = said.from
    const progress = createProgressMessage({
      client,
      chat,
      replyTo: asker.message,
      first: `${name} …`,
      spent: (isEdit) => deliverer.spent(chat, isEdit),
    })
    let reply: ChatReply
    let shown: string | undefined
    try {
      reply = await desk.command(said.from, name, words, progress.tell)
    } finally {
      shown = await progress.end()
    }
    const isStart = name === 'start' && reply.outcome === 'answered'
    await answers.show(reply, {
      ...asker,
      progress: shown,
      keyboard: isStart ? keyboard() : undefined,
    })
    if (said.from.isPrivate && reply.outcome === 'answered') await served(said.from.account.id)
  }

  /** What was typed by mistake should be read by as few as possible. */
  async function takeAway({ from, message }: Said): Promise<void> {
    const { chat_id } = placeOf(from.chat)
    const gone = await client.call('deleteMessage', { chat_id, message_id: Number(message) })
    if (gone.outcome !== 'ok') warn('a message that looked like a key could not be taken away')
  }

  async function refuseAnonymous(said: Said): Promise<void> {
    const isMeant = said.answers !== undefined || said.text.startsWith('/')
    if (isMeant && anonymous.take(said.from.chat) === 0)
      await answers.say(anonymousText, pointing(said))
  }

  async function say(said: Said): Promise<void> {
    const { from, text, answers: answered } = said
    if (said.isAnonymous) return refuseAnonymous(said)
    const typed = said.isText ? readCommand(text, wiring.username()) : undefined
    if (typed !== undefined) return obey(said, typed.name, typed.words)
    const reply =
      (answered === undefined ? undefined : await desk.answer(from, answered, text)) ??
      (await desk.overhear(from, text))
    if (reply !== undefined) await answers.show(reply, pointing(said))
  }

  async function press(pressed: Pressed, answer: PressAnswer): Promise<void> {
    const { from, message, data } = pressed
    const reply = await desk.press(from, message, data)
    const asker = askerOf(from, undefined)
    switch (reply.outcome) {
      case 'repeated':
        return answer.silently()
      case 'told':
        if (!(await answer.tell(reply.text, !reply.isGood)))
          await answers.say(`${from.account.displayName}: ${reply.text}`, asker)
        return
      case 'asks':
        await Promise.all([answer.tell('Answer the question below'), answers.show(reply, asker)])
        return
      case 'answered': {
        const { card } = reply.view
        if (card.isPrivate !== true || from.isPrivate) {
          await Promise.all([answer.tell(plainLine(card.title)), answers.show(reply, asker)])
          return
        }
        const shown = await answers.show(reply, asker)
        // Then it was said already.
        if (shown === 'nowhere') return
        const text = shown === 'in-private' ? sentPrivately : answers.privateChatText()
        if (!(await answer.tell(text, shown === 'unreached'))) await answers.say(text, asker)
        return
      }
    }
  }

  const pressAnswers = createPressAnswer(client)

  return async (heard) => {
    switch (heard.kind) {
      case 'said':
        await Promise.all([say(heard), looksLikeKey(heard.text) ? takeAway(heard) : undefined])
        return
      case 'pressed': {
        const answer = pressAnswers(heard.query)
        try {
          await press(heard, answer)
        } finally {
          // Whatever went wrong: nobody looks at a spinner.
          await answer.silently()
        }
        return
      }
      case 'lost-press':
        return pressAnswers(heard.query).silently()
      case 'moved':
        await deliverer.moved(heard.chat, heard.to)
        return
      case 'put-out':
        return deliverer.closed(heard.chat, heard.detail)
      case 'other':
    }
  }
}
