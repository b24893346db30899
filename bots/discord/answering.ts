// One person's question on its way to an answer: said at once where the desk is quick, otherwise promised
// first and told when it is there, to that person alone where others read along.
import {
  ComponentType,
  InteractionResponseType,
  MessageFlags,
  Routes,
  TextInputStyle,
  type APIModalInteractionResponseCallbackData,
} from 'discord.js'
import { plainLine } from '../../src/notification/plain-text.ts'
import type { ChatReply } from '../chat/chat-desk.ts'
import { messageIdIn } from './delivery-of.ts'
import {
  createInteractionCalls,
  type CallsWiring,
  type FirstAnswer,
  type LaterAnswer,
} from './interaction-calls.ts'
import { fitted } from './markdown.ts'
import type { Heard } from './read-interaction.ts'
import { lineMessage, renderView, type Message } from './render-view.ts'

export type AnsweringWiring = CallsWiring & {
  /** Something was sent in the chat by other ways than an interaction's own. */
  readonly spent: (chat: string, isEdit: boolean) => void
  readonly warn: (message: string) => void
}

export type Answering = {
  /** Promises an answer; false when nobody can be answered any more. */
  defer(): Promise<boolean>
  /** How far a long command is; shown once an answer was promised. */
  readonly progress: (line: string) => void
  reply(reply: ChatReply): Promise<void>
}

/** `hint`: for everybody, where the message itself is for one person alone and cannot reach them. */
type Shown = {
  readonly message: Message
  readonly isForAll: boolean
  readonly hint?: Message
}
type Answered = Extract<ChatReply, { outcome: 'answered' }>
type Asks = Extract<ChatReply, { outcome: 'asks' }>

const titleLengthMax = 45
const valueLengthMax = 300
const paceMs = 1500
const belowText = 'The answer stands below.'
const slowFormText = 'The desk was too slow for that; press once more'
const againText = 'That is being answered already'
const hiddenTooLate =
  'An answer for one person alone took longer than Discord lets it be shown; ask again'

const formOf = ({
  title,
  question,
  value,
  data,
}: Asks): APIModalInteractionResponseCallbackData => ({
  custom_id: data,
  title: fitted(title, titleLengthMax) || 'Arbdesk',
  components: [
    {
      type: ComponentType.Label,
      label: fitted(question, titleLengthMax) || '…',
      component: {
        type: ComponentType.TextInput,
        custom_id: 'answer',
        style: TextInputStyle.Short,
        required: true,
        max_length: valueLengthMax,
        ...(value === undefined ? {} : { value: plainLine(value).slice(0, valueLengthMax) }),
      },
    },
  ],
})

export function createAnswering(
  wiring: AnsweringWiring,
  heard: Exclude<Heard, { kind: 'typing' }>,
): Answering {
  const { ticket, arrival } = heard
  const { rest, spent, warn, nowMs } = wiring
  const calls = createInteractionCalls(wiring, ticket)
  const isPress = heard.kind === 'pressed'
  /** Where nobody else reads, what is said may stay. */
  const aloneFlags = arrival.isPrivate ? {} : { flags: MessageFlags.Ephemeral }
  let promised: Promise<FirstAnswer> | undefined
  let progressing: Promise<unknown> = Promise.resolve()
  let progressMs = -Infinity
  let isOver = false

  function complain(
    what: string,
    answer: { readonly outcome: string; readonly detail?: string },
  ): undefined {
    warn(`${what} was not shown on Discord: ${answer.detail ?? answer.outcome}`)
  }

  function promise(): Promise<FirstAnswer> {
    promised ??= isPress
      ? calls.first(InteractionResponseType.DeferredMessageUpdate)
      : calls.first(InteractionResponseType.DeferredChannelMessageWithSource, { body: aloneFlags })
    return promised
  }

  /** When no way of the interaction's own is left. */
  async function inChannel({ message, isForAll, hint }: Shown): Promise<string | undefined> {
    const { chat } = arrival
    const isOpen = isForAll || arrival.isPrivate
    // Whoever reads along learns nothing from it, and whoever asked that it has to be asked again.
    const shown = isOpen ? message : hint
    if (shown === undefined) return undefined
    spent(chat, false)
    const route = Routes.channelMessages(chat)
    const called = await rest.call({ method: 'post', route, ...shown })
    if (called.outcome === 'ok') return isOpen ? messageIdIn(called.result) : undefined
    return complain('an answer', called)
  }

  /** The id of the message that shows it, or what is left to be done. */
  async function idOf(answer: LaterAnswer, shown: Shown): Promise<string | undefined> {
    switch (answer.outcome) {
      case 'given':
        return answer.message
      case 'dead':
        return inChannel(shown)
      case 'failed':
        return complain('an answer', answer)
    }
  }

  const addressed = ({ message: { body, files }, isForAll }: Shown) => ({
    body: isForAll ? body : { ...body, ...aloneFlags },
    files,
  })

  /** After a promise. */
  async function later(shown: Shown): Promise<string | undefined> {
    await progressing
    if (isPress) return idOf(await calls.followUp(addressed(shown)), shown)
    if (!shown.isForAll || arrival.isPrivate)
      return idOf(await calls.editOriginal(shown.message), shown)
    // What was promised to one person alone cannot become everybody's: that is a message of its own.
    const below = await calls.editOriginal(lineMessage(belowText))
    if (below.outcome === 'dead') return inChannel(shown)
    return idOf(await calls.followUp(shown.message), shown)
  }

  /** Undefined when it is not shown anywhere. */
  async function show(shown: Shown): Promise<string | undefined> {
    if (promised !== undefined) {
      const { outcome } = await promised
      return outcome === 'late' || outcome === 'rejected' ? inChannel(shown) : later(shown)
    }
    const wantsId = shown.message.body.components.length > 0
    const type = InteractionResponseType.ChannelMessageWithSource
    const answer = await calls.first(type, addressed(shown), wantsId)
    switch (answer.outcome) {
      case 'given':
        if (answer.message !== undefined || !wantsId) return answer.message
        return idOf(await calls.editOriginal(shown.message), shown)
      case 'given-before':
        return idOf(await calls.editOriginal(shown.message), shown)
      case 'late':
        return inChannel(shown)
      case 'rejected':
        return complain('an answer', answer)
    }
  }

  const say = async (text: string): Promise<void> =>
    void (await show({ message: lineMessage(text), isForAll: false }))

  async function showView({ view, bind }: Answered): Promise<void> {
    const isForAll = view.card.isPrivate !== true
    const hint = lineMessage(hiddenTooLate)
    const message = await show({ message: renderView(view), isForAll, hint })
    const isPressable = view.buttons.length + view.menus.length > 0
    if (message !== undefined && isPressable) await bind(arrival.chat, message)
  }

  async function ask(asks: Asks): Promise<void> {
    if (heard.kind !== 'pressed' || promised !== undefined) return say(slowFormText)
    // Nobody can send a form back sooner than it is bound.
    await asks.bind(arrival.chat, heard.message)
    const answer = await calls.first(InteractionResponseType.Modal, { body: formOf(asks) })
    if (answer.outcome === 'rejected' || answer.outcome === 'late') complain('a form', answer)
  }

  async function beSilent(): Promise<void> {
    if (isPress) await promise()
    else await say(againText)
  }

  return {
    async defer() {
      const { outcome } = await promise()
      return outcome === 'given'
    },
    progress(line) {
      if (isPress || promised === undefined || isOver || nowMs() - progressMs < paceMs) return
      progressMs = nowMs()
      progressing = Promise.all([progressing, promised]).then(() =>
        isOver ? undefined : calls.editOriginal(lineMessage(`⏳ ${line}`)),
      )
    },
    async reply(reply) {
      isOver = true
      switch (reply.outcome) {
        case 'repeated':
          return beSilent()
        case 'told':
          return say(reply.text)
        case 'asks':
          return ask(reply)
        case 'answered':
          return showView(reply)
      }
    },
  }
}
