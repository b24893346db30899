// One dispatch from Discord on its way to the desk, and its answer on the way back.
import { setTimeout as sleep } from 'node:timers/promises'
import { GatewayDispatchEvents, InteractionResponseType, Routes } from 'discord.js'
import type { ChatDesk, ChatReply } from '../chat/chat-desk.ts'
import { createAnswering, type AnsweringWiring } from './answering.ts'
import type { Dispatch } from './gateway.ts'
import { createInteractionCalls } from './interaction-calls.ts'
import { fitted } from './markdown.ts'
import { readInteraction, type Heard } from './read-interaction.ts'
import { readMessage, type Overheard } from './read-message.ts'
import { lineMessage } from './render-view.ts'

export type HandlerWiring = AnsweringWiring & {
  readonly desk: ChatDesk
  readonly reportBug: (error: unknown, what: string) => void
  /** An answer that takes longer is promised first. */
  readonly promiseMs?: number
  /** Takes a message away, where Discord lets the bot. */
  readonly removeMessage: (chat: string, message: string) => Promise<void>
}

export type DispatchHandler = {
  hear(dispatch: Dispatch): void
  /** What is under way comes to its end, for a moment longer. */
  drain(ms: number): Promise<void>
}

const messageCreate: string = GatewayDispatchEvents.MessageCreate
const interactionCreate: string = GatewayDispatchEvents.InteractionCreate

// Of the three seconds that people wait, most are left for a slow way to Discord.
const promiseMsUsual = 1000
const suggestMsMax = 2000
const suggestionsMax = 25
const suggestionLengthMax = 100
const rememberedMax = 2000

type Asked = Exclude<Heard, { kind: 'typing' }>

/** "kucoin,bin" wants suggestions for "bin", each behind what stands there already. */
function typedParts(typed: string): { readonly before: string; readonly last: string } {
  const comma = typed.lastIndexOf(',') + 1
  return { before: typed.slice(0, comma), last: typed.slice(comma).trimStart() }
}

export function createDispatchHandler(wiring: HandlerWiring): DispatchHandler {
  const { desk, rest, spent, warn, reportBug, removeMessage, promiseMs = promiseMsUsual } = wiring
  const underWay = new Set<Promise<void>>()
  const seen = new Set<string>()

  /** Discord tells again what it is not sure was heard. */
  function isNew(id: string): boolean {
    if (seen.has(id)) return false
    seen.add(id)
    if (seen.size > rememberedMax) seen.delete(seen.values().next().value as string)
    return true
  }

  const ask = (heard: Asked, progress: (line: string) => void): Promise<ChatReply> =>
    heard.kind === 'typed'
      ? desk.command(heard.arrival, heard.name, heard.given, progress)
      : desk.press(heard.arrival, heard.message, heard.data, heard.typed)

  async function answer(heard: Asked, isReplay: boolean): Promise<void> {
    const answering = createAnswering(wiring, heard)
    // Whoever was told that it failed must not learn later that it was done all the same.
    if (isReplay && !(await answering.defer())) return
    const timer = setTimeout(() => {
      answering.defer().catch((error: unknown) => reportBug(error, 'a promise on Discord'))
    }, promiseMs)
    try {
      const reply = await ask(heard, answering.progress)
      clearTimeout(timer)
      await answering.reply(reply)
    } finally {
      clearTimeout(timer)
    }
  }

  async function suggest({
    ticket,
    arrival,
    name,
    option,
    typed,
  }: Extract<Heard, { kind: 'typing' }>) {
    const calls = createInteractionCalls(wiring, ticket)
    const { before, last } = typedParts(typed)
    const late = new AbortController()
    const none = sleep(suggestMsMax, [], { signal: late.signal }).catch(() => [])
    const known = await Promise.race([desk.complete(arrival, name, option, last), none])
    late.abort()
    const choices = known
      .map((each) => before + each)
      .filter(
        (each) => each.length <= suggestionLengthMax && fitted(each, suggestionLengthMax) !== '',
      )
      .slice(0, suggestionsMax)
      .map((each) => ({ name: fitted(each, suggestionLengthMax), value: each }))
    const type = InteractionResponseType.ApplicationCommandAutocompleteResult
    // Whoever types on gets the next ones.
    await calls.first(type, { body: { choices } })
  }

  /** Discord shows the bot what is written to it in private; a key in it is burned. */
  async function overhear({ arrival, message, text }: Overheard): Promise<void> {
    const reply = await desk.overhear(arrival, text)
    if (reply?.outcome !== 'told') return
    const { body, files } = lineMessage(reply.text)
    spent(arrival.chat, false)
    await rest.call({ method: 'post', route: Routes.channelMessages(arrival.chat), body, files })
    if (!arrival.isPrivate) await removeMessage(arrival.chat, message)
  }

  async function handle({ type, data, isReplay }: Dispatch): Promise<void> {
    if (type === messageCreate) {
      const overheard = readMessage(data)
      if (overheard !== undefined && isNew(overheard.arrival.update)) await overhear(overheard)
      return
    }
    if (type !== interactionCreate) return
    const heard = readInteraction(data)
    if (heard === undefined) return warn('Discord sent an interaction that cannot be read')
    if (!isNew(heard.ticket.id)) return
    if (heard.kind !== 'typing') await answer(heard, isReplay)
    else if (!isReplay) await suggest(heard)
  }

  return {
    hear(dispatch) {
      const work = handle(dispatch).catch((error: unknown) =>
        reportBug(error, `${dispatch.type} from Discord`),
      )
      underWay.add(work)
      void work.finally(() => underWay.delete(work))
    },
    async drain(ms) {
      const ended = Promise.allSettled(underWay)
      const late = new AbortController()
      await Promise.race([ended, sleep(ms, undefined, { signal: late.signal }).catch(() => {})])
      late.abort()
    },
  }
}
