// Words with the few looks that Telegram's HTML knows: cut where nothing breaks, written by one escaper.

export type Look = 'plain' | 'bold' | 'italic' | 'code'
/** `person`: the account that is meant by its name, and told so. */
export type Span = { readonly text: string; readonly look: Look; readonly person?: string }

/** `isFixed`: every letter as wide as the others, for tables; neighbours make one block. */
export type Line = { readonly spans: readonly Span[]; readonly isFixed: boolean }

export const lineOf = (...spans: readonly Span[]): Line => ({ spans, isFixed: false })
export const fixedLine = (text: string): Line => ({
  spans: [{ text, look: 'plain' }],
  isFixed: true,
})
export const blankLine: Line = lineOf()

// What Telegram would make clickable by itself, wherever it came from: addresses, domains, mentions,
// commands, tags. Set as code it stays what it is: words. Names of settings look like domains too.
const word = /[^\s()[\],;!?"'<>]*[^\s()[\],;!?"'<>.:]/gu
const looksClickable = /:\/\/|@[\w.]|(?<![\w/@])[/#$]\p{L}|[\p{L}\p{N}]\.\p{L}{2,}|^\+\d{7,}/u

/** `text` in this look, and what could be clicked in it as code. */
export function spansOf(text: string, look: Look): readonly Span[] {
  const spans: Span[] = []
  let from = 0
  for (const { index, 0: match } of text.matchAll(word)) {
    if (!looksClickable.test(match)) continue
    if (index > from) spans.push({ text: text.slice(from, index), look })
    spans.push({ text: match, look: 'code' })
    from = index + match.length
  }
  if (from < text.length) spans.push({ text: text.slice(from), look })
  return spans
}

const textOfLine = ({ spans }: Line): string => spans.map(({ text }) => text).join('')

/** What people read, without looks. */
export const plainText = (lines: readonly Line[]): string => lines.map(textOfLine).join('\n')

/** The one escaper: Telegram knows no other special characters outside tags. */
const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const tags = { bold: 'b', italic: 'i', code: 'code' } as const

function spanHtml({ text, look, person }: Span): string {
  if (text === '') return ''
  if (person !== undefined && /^\d+$/.test(person))
    return `<a href="tg://user?id=${person}">${escapeHtml(text)}</a>`
  return look === 'plain' ? escapeHtml(text) : `<${tags[look]}>${escapeHtml(text)}</${tags[look]}>`
}

const lineHtml = ({ spans }: Line): string => spans.map(spanHtml).join('')

/** For `parse_mode: 'HTML'`. Telegram counts characters after it has read the tags. */
export function htmlOf(lines: readonly Line[]): string {
  let html = ''
  lines.forEach((line, i) => {
    const before = lines[i - 1]
    const opens = line.isFixed && before?.isFixed !== true
    const closes = line.isFixed && lines[i + 1]?.isFixed !== true
    html += `${before === undefined ? '' : '\n'}${opens ? '<pre>' : ''}${lineHtml(line)}${closes ? '</pre>' : ''}`
  })
  return html
}

/** At most `max` UTF-16 units, the last of them "…" where something is missing. */
export function shortened(text: string, max: number): string {
  if (text.length <= max) return text
  // Half a character would be refused.
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Pieces of at most `max` UTF-16 units; what people see as one character stays whole where it can. */
function cutSpan(span: Span, max: number): Span[] {
  const { text } = span
  if (text.length <= max) return [span]
  const pieces: Span[] = []
  let piece = ''
  const take = (part: string) => {
    if (piece !== '' && piece.length + part.length > max) {
      pieces.push({ ...span, text: piece })
      piece = ''
    }
    piece += part
  }
  for (const { segment } of segmenter.segment(text))
    if (segment.length <= max) take(segment)
    else for (const point of segment) take(point)
  if (piece !== '') pieces.push({ ...span, text: piece })
  return pieces
}

/** The part of a line that fits into `max` units, and the rest. */
function splitLine(line: Line, max: number): readonly [Line, Line] {
  const head: Span[] = []
  let left = max
  const { spans } = line
  for (const [i, span] of spans.entries()) {
    if (span.text.length <= left) {
      head.push(span)
      left -= span.text.length
      continue
    }
    // A piece that would be a new one's first is cut anyway; elsewhere a short rest is not worth it.
    const [first = span, ...others] = left > 0 ? cutSpan(span, left) : []
    const fits = left > 0 && first.text.length <= left
    if (fits) head.push(first)
    const rest = fits ? { ...span, text: others.map(({ text }) => text).join('') } : span
    return [
      { ...line, spans: head },
      { ...line, spans: [rest, ...spans.slice(i + 1)] },
    ]
  }
  return [line, { ...line, spans: [] }]
}

/**
 * The lines in messages of at most `max` UTF-16 units each, which Telegram's characters never exceed.
 * Cut between lines; inside one only where it alone is too long. `max` is 2 or more.
 */
export function cutLines(lines: readonly Line[], max: number): readonly (readonly Line[])[] {
  const pieces: Line[][] = [[]]
  let left = max
  const open = () => {
    pieces.push([])
    left = max
  }
  for (const whole of lines) {
    for (let line = whole; ;) {
      const piece = pieces.at(-1) ?? []
      // The line break before it counts.
      const room = piece.length === 0 ? left : left - 1
      const { length } = textOfLine(line)
      if (length <= room) {
        piece.push(line)
        left = room - length
        break
      }
      if (length <= max || room < max / 4) {
        open()
        continue
      }
      const [head, rest] = splitLine(line, room)
      if (head.spans.length > 0) piece.push(head)
      open()
      line = rest
    }
  }
  return pieces.filter((piece) => piece.length > 0)
}
