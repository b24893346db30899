// Words on their way into Discord's markdown: the one escaper, and cutting where nothing breaks.
import { plainLine } from '../../src/notification/plain-text.ts'

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const ellipsis = '…'

/** Opens emphasis, code, spoilers, links, mentions, timestamps or a custom emoji wherever it stands. */
const always = /[\\*_~`|[\]<@]/g
/** Addresses and invitations that Discord would make clickable by itself. */
const clickable = /:(?=\/\/)|\.(?=(?:gg|com|new)\/)/gi
/** Headings, small print, quotes and lists, which only the beginning of a line can open. */
const opening = /^(?:#{1,3}|-#|>{1,3}|[-+]|\d+\.)(?=\s|$)/

/** Where a backslash is needed, as offsets into `line`. */
function escapesIn(line: string): ReadonlySet<number> {
  const inside = [...line.matchAll(always), ...line.matchAll(clickable)].map(({ index }) => index)
  const opener = opening.exec(line)?.[0]
  if (opener === undefined) return new Set(inside)
  // "12." is a list by its full stop, everything else by its first sign.
  return new Set([...inside, /^\d/.test(opener) ? opener.length - 1 : 0])
}

/**
 * One line of any text as it is to be read: nothing in it is a link, a mention or a look. At most `max`
 * UTF-16 units with its backslashes; what is too long ends in "…", never inside a character. `max` is 1
 * or more.
 */
export function escaped(text: string, max = Infinity): string {
  const line = plainLine(text)
  const escapes = escapesIn(line)
  let whole = ''
  let short = ''
  for (const { segment, index } of segmenter.segment(line)) {
    for (let i = 0; i < segment.length; i++)
      whole += (escapes.has(index + i) ? '\\' : '') + (segment[i] ?? '')
    if (whole.length > max) return short + ellipsis
    if (whole.length <= max - ellipsis.length) short = whole
  }
  return whole
}

/** The same in bold; empty stays empty. `max` is 5 or more. */
export function bold(text: string, max = Infinity): string {
  const inner = escaped(text, max - 4)
  return inner === '' ? '' : `**${inner}**`
}

/** A line where Discord reads no markdown, such as a label. */
export function fitted(text: string, max: number): string {
  const line = plainLine(text)
  if (line.length <= max) return line
  let short = ''
  for (const { segment } of segmenter.segment(line)) {
    if (short.length + segment.length > max - ellipsis.length) break
    short += segment
  }
  return short + ellipsis
}

const fence = '```'

/** Lines where every letter is as wide as the others; nothing in them can end the block. */
export const codeBlock = (lines: readonly string[]): string =>
  `${fence}\n${lines.map((line) => line.replaceAll('`', "'")).join('\n')}\n${fence}`
