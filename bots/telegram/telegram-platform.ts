// The chats of Telegram as the desk's messages see them: one message each, which is edited in place.
import type { ChatId, Delivery, Platform, View } from '../chat/platform.ts'
import { keyboardOf } from './keyboard.ts'
import { editText, sendFile, sendPicture, sendText, textLengthMax, type How } from './messages.ts'
import { renderCard } from './render-card.ts'
import { blankLine, cutLines, htmlOf, lineOf, plainText, type Line } from './rich-text.ts'
import type { TelegramClient } from './telegram-client.ts'

const rememberedMax = 500
const shortenedNote = 'Shortened: a message holds no more.'

/** A story is one message, so that what does not fit in one goes along as a file. */
function oneMessage(all: readonly Line[]): {
  readonly lines: readonly Line[]
  readonly whole: string | undefined
} {
  if (plainText(all).length <= textLengthMax) return { lines: all, whole: undefined }
  const [first = []] = cutLines(all, textLengthMax - shortenedNote.length - 2)
  const note = lineOf({ text: shortenedNote, look: 'italic' })
  return { lines: [...first, blankLine, note], whole: plainText(all) }
}

const linesOf = ({ card, menus }: View): readonly Line[] =>
  renderCard(
    card,
    menus.map(({ placeholder }) => placeholder),
  )

/** `warn` is told of pictures and files that a message should have had. */
export function createTelegramPlatform({
  client,
  warn,
}: {
  readonly client: TelegramClient
  readonly warn: (message: string) => void
}): Platform {
  async function attach(
    chat: ChatId,
    { card, picture }: View,
    whole: string | undefined,
    how: How,
  ): Promise<void> {
    const files = [
      ...(card.file === undefined ? [] : [card.file]),
      ...(whole === undefined ? [] : [{ name: 'whole-message.txt', content: whole }]),
    ]
    const sends = [
      ...(picture === undefined ? [] : [() => sendPicture(client, chat, picture, [], how)]),
      ...files.map((file) => () => sendFile(client, chat, file, [], how)),
    ]
    for (const send of sends) {
      const { outcome, ...rest } = await send()
      if (outcome !== 'sent')
        warn(
          `Telegram took no attachment of "${card.title}": ${'detail' in rest ? rest.detail : outcome}`,
        )
    }
  }

  /** What some messages show: Telegram refuses an edit that changes nothing, and counts it. */
  const shown = new Map<string, string>()
  const faceOf = (lines: readonly Line[], view: View) =>
    JSON.stringify([htmlOf(lines), keyboardOf(view)])
  function remember(chat: ChatId, message: string, face: string | undefined): void {
    const name = `${chat} ${message}`
    shown.delete(name)
    if (face !== undefined) shown.set(name, face)
    if (shown.size > rememberedMax) shown.delete(shown.keys().next().value ?? '')
  }

  return {
    surface: 'telegram',
    // Telegram has nothing by which it could tell a repetition.
    knowsRepeats: false,
    async send(chat, view, { isSilent }) {
      const { lines, whole } = oneMessage(linesOf(view))
      const sent = await sendText(client, chat, lines, { markup: keyboardOf(view), isSilent })
      if (sent.outcome !== 'sent') return sent
      remember(chat, sent.message, faceOf(lines, view))
      await attach(chat, view, whole, { replyTo: sent.message, isSilent: true })
      return sent
    },
    async edit(chat, message, view): Promise<Delivery> {
      const { lines } = oneMessage(linesOf(view))
      const face = faceOf(lines, view)
      if (shown.get(`${chat} ${message}`) === face) return { outcome: 'sent', message }
      const edited = await editText(client, chat, message, lines, keyboardOf(view))
      remember(chat, message, edited.outcome === 'sent' ? face : undefined)
      return edited
    },
  }
}
