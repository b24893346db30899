// An answer as the messages it takes: words cut where nothing breaks, a picture with its words under it,
// a file for what nobody would scroll through.
import type { CardFile } from '../../src/notification/card.ts'
import type { Picture, View } from '../chat/platform.ts'
import { keyboardOf } from './keyboard.ts'
import { captionLengthMax, textLengthMax, type InlineMarkup } from './messages.ts'
import { renderCard } from './render-card.ts'
import { cutLines, lineOf, plainText, type Line } from './rich-text.ts'

type Sent = Pick<CardFile, 'name' | 'content'>

export type AnswerPart = { readonly lines: readonly Line[]; readonly markup?: InlineMarkup } & (
  | { readonly kind: 'text' }
  | { readonly kind: 'picture'; readonly picture: Picture }
  | { readonly kind: 'file'; readonly file: Sent }
)

const textsMax = 3
// "(2/3)" and its line break stand before what goes on.
const countLength = 8

function textParts(lines: readonly Line[]): readonly AnswerPart[] {
  if (plainText(lines).length <= textLengthMax) return [{ kind: 'text', lines }]
  const pieces = cutLines(lines, textLengthMax - countLength)
  const isTooMuch = pieces.length > textsMax
  const shown = isTooMuch ? pieces.slice(0, 1) : pieces
  const texts = shown.map((piece, i): AnswerPart => {
    const count = lineOf({ text: `(${i + 1}/${pieces.length})`, look: 'italic' })
    return { kind: 'text', lines: i === 0 ? piece : [count, ...piece] }
  })
  const whole = { name: 'answer.txt', content: plainText(lines) }
  return isTooMuch ? [...texts, { kind: 'file', file: whole, lines: [] }] : texts
}

/** What may be pressed stands under the last words. */
function withMarkup(
  parts: readonly AnswerPart[],
  markup: InlineMarkup | undefined,
): readonly AnswerPart[] {
  if (markup === undefined) return parts
  const at = parts.findLastIndex(({ lines }) => lines.length > 0)
  return parts.map((part, i) => (i === at ? { ...part, markup } : part))
}

/** In the order in which they are sent; at least one. */
export function answerParts(view: View): readonly AnswerPart[] {
  const { card, menus, picture } = view
  const lines = renderCard(
    card,
    menus.map(({ placeholder }) => placeholder),
  )
  const fits = plainText(lines).length <= captionLengthMax
  const caption = fits ? lines : []
  const texts = (isShown: boolean) => (isShown ? [] : textParts(lines))
  const { file } = card
  const parts: readonly AnswerPart[] =
    picture !== undefined
      ? [
          { kind: 'picture', picture, lines: caption },
          ...texts(fits),
          ...(file === undefined ? [] : [{ kind: 'file' as const, file, lines: [] }]),
        ]
      : file === undefined
        ? texts(false)
        : [...texts(fits), { kind: 'file', file, lines: caption }]
  return withMarkup(parts, keyboardOf(view))
}
