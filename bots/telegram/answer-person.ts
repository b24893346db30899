// What the desk says to somebody who asked: a card, a question, or a line, each where that person alone
// or the whole chat may read it.
import type { Card } from '../../src/notification/card.ts'
import { plainLine } from '../../src/notification/plain-text.ts'
import type { ChatReply } from '../chat/chat-desk.ts'
import type { ChatId, Delivery } from '../chat/platform.ts'
import { answerParts, type AnswerPart } from './answer-parts.ts'
import { createTurns, insist, type Arrived } from './insist.ts'
import { editText, sendFile, sendPicture, sendText, type How, type Markup } from './messages.ts'
import { questionMessage } from './question-message.ts'
import { lineOf, spansOf, type Line } from './rich-text.ts'
import type { TelegramClient } from './telegram-client.ts'
import { placeOf } from './telegram-place.ts'

/** Who waits for an answer, and where. */
export type Asker = {
  readonly chat: ChatId
  readonly isPrivate: boolean
  readonly account: { readonly id: string; readonly displayName: string }
  /** What they wrote, for the answer to point at. */
  readonly message: string | undefined
  /** Shows how far the command is, for its answer to take the place of. */
  readonly progress?: string | undefined
  /** Goes under a card that offers no buttons. */
  readonly keyboard?: Markup | undefined
}

export type AnswersWiring = {
  readonly client: TelegramClient
  /** Something was sent or edited in the chat, which counts against what Telegram takes. */
  readonly spent: (chat: ChatId, isEdit: boolean) => void
  readonly warn: (message: string) => void
  /** The bot's own name, for the way to its private chat. */
  readonly username: () => string | undefined
  readonly signal: AbortSignal
}

/** Where the answer went; 'unreached' when the person's private chat is not open to the bot. */
export type Shown = 'here' | 'in-private' | 'unreached' | 'nowhere'

export type Answers = {
  /** Shows an answer; 'told' as a line in the chat. */
  show(reply: ChatReply, asker: Asker): Promise<Shown>
  say(text: string, asker: Asker): Promise<void>
  /** "t.me/arbdesk_bot", in the words of a sentence. */
  privateChatText(): string
}

const keyboardText = 'Your commands are on the keyboard below.'

export const sentPrivately = 'Sent to you in our private chat.'

const notShownText = 'Telegram did not take the answer; the log says why.'

const noFileText = 'Telegram did not take the file that belongs here; the log says why.'

/** Files and pictures have rights of their own, so a chat that takes none may still take words. */
const isRefused = (
  delivery: Delivery,
): delivery is Extract<Delivery, { outcome: 'rejected' | 'closed' }> =>
  delivery.outcome === 'rejected' || delivery.outcome === 'closed'

const sayLines = (text: string): readonly Line[] => [lineOf(...spansOf(plainLine(text), 'plain'))]

export function createAnswers({ client, spent, warn, username, signal }: AnswersWiring): Answers {
  const inTurn = createTurns()

  /** One message, tried until it is there or nobody waits any more. */
  const send = (
    chat: ChatId,
    isEdit: boolean,
    work: (chat: ChatId) => Promise<Delivery>,
  ): Promise<Arrived> =>
    inTurn(chat, () =>
      insist(
        chat,
        (where) => {
          spent(where, isEdit)
          return work(where)
        },
        signal,
      ),
    )

  async function sendPart(part: AnswerPart, chat: ChatId, how: How): Promise<Delivery> {
    switch (part.kind) {
      case 'text':
        return sendText(client, chat, part.lines, how)
      case 'picture': {
        const { picture, lines } = part
        const sent = await sendPicture(client, chat, picture, lines, how)
        if (!isRefused(sent)) return sent
        // Chats that take no pictures, and pictures that Telegram does not like, are files.
        const file = { name: picture.name, content: picture.png }
        return sendFileOrWords(chat, file, lines, how)
      }
      case 'file':
        return sendFileOrWords(chat, part.file, part.lines, how)
    }
  }

  /** Where no file is taken the words are shown all the same, and say what is missing. */
  async function sendFileOrWords(
    chat: ChatId,
    file: Parameters<typeof sendFile>[2],
    lines: readonly Line[],
    how: How,
  ): Promise<Delivery> {
    const sent = await sendFile(client, chat, file, lines, how)
    if (!isRefused(sent)) return sent
    warn(`${file.name} was not taken: ${sent.detail}`)
    return sendText(client, chat, [...lines, ...sayLines(noFileText)], how)
  }

  /** Puts the words in the place of the progress, or sends them where that is not possible. */
  async function showPart(part: AnswerPart, chat: ChatId, how: How, progress: string | undefined) {
    const { lines, markup } = part
    if (progress !== undefined && part.kind === 'text') {
      const edited = await send(chat, true, (where) =>
        editText(client, where, progress, lines, markup),
      )
      if (edited.delivery.outcome === 'sent') return edited
    }
    return send(chat, false, (where) => sendPart(part, where, how))
  }

  async function clear(chat: ChatId, progress: string | undefined): Promise<void> {
    if (progress === undefined) return
    const { chat_id } = placeOf(chat)
    const { outcome } = await client.call('deleteMessage', {
      chat_id,
      message_id: Number(progress),
    })
    if (outcome !== 'ok') warn('a message about progress could not be taken away')
  }

  async function showCard(
    { view, bind }: Extract<ChatReply, { outcome: 'answered' }>,
    chat: ChatId,
    asker: Asker,
  ): Promise<Delivery['outcome']> {
    const parts = answerParts(view)
    const isHere = chat === asker.chat
    const editable = isHere && parts[0]?.kind === 'text' ? asker.progress : undefined
    if (isHere && editable === undefined) await clear(chat, asker.progress)
    for (const [i, part] of parts.entries()) {
      const own = part.markup ?? (i === parts.length - 1 ? asker.keyboard : undefined)
      const how: How = { markup: own, replyTo: isHere && i === 0 ? asker.message : undefined }
      const sent = await showPart(part, chat, how, i === 0 ? editable : undefined)
      if (sent.delivery.outcome !== 'sent') {
        complain(view.card, sent.delivery)
        return sent.delivery.outcome
      }
      if (part.markup !== undefined) await bind(sent.chat, sent.delivery.message)
    }
    const isHidden = asker.keyboard !== undefined && parts.at(-1)?.markup !== undefined
    if (isHidden && 'keyboard' in asker.keyboard)
      await send(chat, false, (where) =>
        sendText(client, where, sayLines(keyboardText), {
          markup: asker.keyboard,
          replyTo: asker.message,
          isSilent: true,
        }),
      )
    return 'sent'
  }

  function complain({ title }: Card, delivery: Exclude<Delivery, { outcome: 'sent' }>): void {
    const why = 'detail' in delivery ? delivery.detail : delivery.outcome
    warn(`the answer "${title}" was not shown: ${why}`)
  }

  const privateChatText = () => {
    const name = username()
    return `Start a private chat with me first${name === undefined ? '' : `: t.me/${name}`}`
  }

  async function sayLine(lines: readonly Line[], asker: Asker): Promise<void> {
    const { chat, message: replyTo, progress } = asker
    const part: AnswerPart = { kind: 'text', lines }
    const { delivery } = await showPart(part, chat, { replyTo }, progress)
    if (delivery.outcome !== 'sent')
      warn(`a line was not shown: ${'detail' in delivery ? delivery.detail : delivery.outcome}`)
  }

  async function answer(
    reply: Extract<ChatReply, { outcome: 'answered' }>,
    asker: Asker,
  ): Promise<Shown> {
    const isHere = asker.isPrivate || reply.view.card.isPrivate !== true
    const outcome = await showCard(reply, isHere ? asker.chat : asker.account.id, asker)
    if (outcome === 'rejected') await sayLine(sayLines(notShownText), asker)
    if (isHere || outcome === 'rejected') return outcome === 'sent' ? 'here' : 'nowhere'
    const isShown = outcome === 'sent'
    if (asker.message !== undefined || asker.progress !== undefined)
      // The way to the private chat is to be clicked, so it is no code.
      await sayLine(
        [lineOf({ text: isShown ? sentPrivately : `${privateChatText()}.`, look: 'plain' })],
        asker,
      )
    return isShown ? 'in-private' : 'unreached'
  }

  async function ask(
    reply: Extract<ChatReply, { outcome: 'asks' }>,
    { chat: asked, isPrivate, account, message: replyTo }: Asker,
  ): Promise<void> {
    const { lines, markup } = questionMessage(reply, isPrivate ? undefined : account)
    const { delivery, chat } = await send(asked, false, (where) =>
      sendText(client, where, lines, { markup, replyTo }),
    )
    if (delivery.outcome === 'sent') await reply.bind(chat, delivery.message)
    else warn('a question was not shown')
  }

  return {
    async show(reply, asker) {
      switch (reply.outcome) {
        case 'repeated':
          await clear(asker.chat, asker.progress)
          return 'here'
        case 'told':
          await sayLine(sayLines(reply.text), asker)
          return 'here'
        case 'asks':
          await ask(reply, asker)
          return 'here'
        case 'answered':
          return answer(reply, asker)
      }
    },
    say: (text, asker) => sayLine(sayLines(text), asker),
    privateChatText,
  }
}
