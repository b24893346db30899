// How far a long command is: one message that appears when somebody has waited, and then changes.
import { plainLine } from '../../src/notification/plain-text.ts'
import type { ChatId } from '../chat/platform.ts'
import { editText, sendText } from './messages.ts'
import { lineOf, spansOf, type Line } from './rich-text.ts'
import type { TelegramClient } from './telegram-client.ts'

// What takes no longer than this needs no word.
const quietMs = 1500
/** Telegram takes one message or edit a second in a chat. */
const paceMs = 2000

export type ProgressMessage = {
  readonly tell: (line: string) => void
  /** No more lines; the message that shows them, if any was sent, for the answer to take its place. */
  readonly end: () => Promise<string | undefined>
}

const linesOf = (text: string): readonly Line[] => [
  lineOf({ text: '⏳ ', look: 'plain' }, ...spansOf(plainLine(text), 'italic')),
]

export function createProgressMessage(wiring: {
  readonly client: TelegramClient
  readonly chat: ChatId
  readonly replyTo: string | undefined
  /** Shown until there is a line. */
  readonly first: string
  /** Told of every message and edit. */
  readonly spent: (isEdit: boolean) => void
}): ProgressMessage {
  const { client, chat, replyTo, spent } = wiring
  let newest = wiring.first
  let shown = ''
  let message: string | undefined
  let work: Promise<void> = Promise.resolve()

  async function show(): Promise<void> {
    const line = newest
    if (line === shown) return
    shown = line
    spent(message !== undefined)
    const delivery =
      message === undefined
        ? await sendText(client, chat, linesOf(line), { replyTo, isSilent: true })
        : await editText(client, chat, message, linesOf(line))
    if (delivery.outcome === 'sent') message = delivery.message
  }

  function turn(): void {
    work = work.then(show)
    timer = setTimeout(turn, paceMs)
  }
  let timer = setTimeout(turn, quietMs)

  return {
    tell: (line) => {
      newest = line
    },
    async end() {
      clearTimeout(timer)
      await work
      return message
    },
  }
}
