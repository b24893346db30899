// A question that a person answers by a reply: Telegram opens the reply's form for whoever is meant.
import { plainLine } from '../../src/notification/plain-text.ts'
import type { ChatReply } from '../chat/chat-desk.ts'
import type { Markup } from './messages.ts'
import { lineOf, shortened, spansOf, type Line, type Span } from './rich-text.ts'

/** As Telegram has it for the text that stands in an empty field. */
const placeholderMax = 64
const valueMax = 1000

/** In a group the form opens for those whom the message mentions. */
const mentionOf = (person: { readonly id: string; readonly displayName: string }): Span[] => [
  { text: person.displayName, look: 'plain', person: person.id },
  { text: ': ', look: 'plain' },
]

export function questionMessage(
  { title, question, value = '' }: Extract<ChatReply, { outcome: 'asks' }>,
  /** Undefined where there is nobody else. */
  meant: { readonly id: string; readonly displayName: string } | undefined,
): { readonly lines: readonly Line[]; readonly markup: Markup } {
  const asked = plainLine(question)
  const now = shortened(plainLine(value), valueMax)
  const lines = [
    lineOf(...(meant === undefined ? [] : mentionOf(meant)), ...spansOf(plainLine(title), 'bold')),
    lineOf(...spansOf(asked, 'plain')),
    ...(now === '' ? [] : [lineOf({ text: 'Now: ', look: 'plain' }, { text: now, look: 'code' })]),
    lineOf({ text: 'Answer by a reply to this message.', look: 'italic' }),
  ]
  const markup: Markup = {
    force_reply: true,
    selective: true,
    ...(asked !== '' && { input_field_placeholder: shortened(asked, placeholderMax) }),
  }
  return { lines, markup }
}
