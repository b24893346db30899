// A card as a message on a phone: what is not real first, then what it is about, then the details.
import type { Card, CardField, CardTable, Tone } from '../../src/notification/card.ts'
import { plainLine, plainLines } from '../../src/notification/plain-text.ts'
import { displayWidth } from '../terminal/display-width.ts'
import { fixedTable } from './fixed-table.ts'
import { blankLine, fixedLine, lineOf, spansOf, type Line, type Span } from './rich-text.ts'

/** What a narrow phone shows of letters that are all equally wide, without wrapping them. */
const columnsMax = 34
/** The same of usual letters, roughly. */
const lineMax = 38
const between = ' · '
/** The coloured square, and the blanks around it. */
const badgeMarkWidth = 5
const sentenceMin = 24

/** Colours say what words say, for those who only glance: real money is red. */
function badgeMark(badge: string): string {
  if (badge === 'LIVE') return '🟥'
  if (badge.startsWith('P0')) return '🚨'
  if (badge.startsWith('P1')) return '🟧'
  if (badge.startsWith('P2')) return '⬜'
  return badge === 'PAPER' ? '🟦' : '🟪'
}

function toneMark(tone: Tone): string {
  switch (tone) {
    case 'good':
      return '🟢'
    case 'bad':
      return '🔴'
    case 'warning':
      return '🟡'
    case 'neutral':
      return '⚪'
  }
}

const plain = (text: string): Span => ({ text, look: 'plain' })

/** Badges that wrap would look like words of a title. */
function badgeLines(badges: readonly string[]): readonly Line[] {
  const lines: Span[][] = []
  let width = Infinity
  for (const badge of badges) {
    const text = plainLine(badge)
    const own = displayWidth(text) + badgeMarkWidth
    const isFirst = width + own > columnsMax
    if (isFirst) lines.push([])
    const spans = [plain(`${isFirst ? '' : '  '}${badgeMark(badge)} `), ...spansOf(text, 'bold')]
    lines.at(-1)?.push(...spans)
    width = isFirst ? own : width + own
  }
  return lines.map((spans) => lineOf(...spans))
}

/** Words that belong together, and whether they want a line of their own. */
type Piece = { readonly spans: readonly Span[]; readonly isAlone: boolean }

const widthOf = ({ spans }: Piece): number =>
  spans.reduce((width, { text }) => width + displayWidth(text), 0)

/** Pieces share a line as long as it does not wrap. */
function flow(pieces: readonly Piece[]): readonly Line[] {
  const lines: Span[][] = []
  let left = -Infinity
  for (const piece of pieces) {
    const own = widthOf(piece)
    const joins = !piece.isAlone && own + between.length <= left
    if (joins) lines.at(-1)?.push(plain(between), ...piece.spans)
    else lines.push([...piece.spans])
    if (piece.isAlone) left = -Infinity
    else left = joins ? left - own - between.length : lineMax - own
  }
  return lines.map((spans) => lineOf(...spans))
}

const fieldPiece = ({ name, value, short }: CardField): Piece => ({
  spans: [...spansOf(`${plainLine(name)}:`, 'italic'), ...spansOf(` ${plainLine(value)}`, 'plain')],
  isAlone: short !== true,
})

const plainTable = ({ columns, rows }: CardTable): CardTable => ({
  columns: columns.map(plainLine),
  rows: rows.map((row) => row.map(plainLine)),
})

const isSentence = (cell: string): boolean =>
  displayWidth(cell) > sentenceMin || /^\D* \D+ \D+$/.test(cell)

/** Numbers and single words need to be told what they are; a sentence says it itself. */
const cellPiece = (name: string, cell: string): Piece => ({
  spans:
    name === '' || isSentence(cell)
      ? spansOf(cell, 'plain')
      : [...spansOf(name, 'italic'), ...spansOf(` ${cell}`, 'plain')],
  isAlone: false,
})

/** A row as its first cell, then what the others are called and say. */
function rowLines(columns: readonly string[], row: readonly string[]): readonly Line[] {
  const [first = '', ...others] = row
  const head = lineOf(...spansOf(first, 'bold'))
  const pieces = others.flatMap((cell, i) =>
    cell === '' ? [] : [cellPiece(columns[i + 1] ?? '', cell)],
  )
  const lines = flow(pieces)
  const [only] = lines
  if (first === '' || only === undefined) return first === '' ? lines : [head]
  const isShort =
    lines.length === 1 && widthOf({ ...only, isAlone: true }) + displayWidth(first) < lineMax
  return isShort ? [lineOf(...head.spans, plain('  '), ...only.spans)] : [head, ...lines]
}

/** Columns that line up where they fit; otherwise every row is a little paragraph. */
function tableLines(given: CardTable): readonly Line[] {
  const table = plainTable(given)
  if (table.columns.length === 0) return []
  const fixed = fixedTable(table, columnsMax)
  if (fixed !== undefined) return fixed.map(fixedLine)
  const [first = ''] = table.columns
  // It may say what all rows have in common, such as their venue.
  const heading = first === '' ? [] : [lineOf(...spansOf(first, 'italic'))]
  return [...heading, ...table.rows.flatMap((row) => rowLines(table.columns, row))]
}

/** Never empty; sections are apart by a blank line. */
export function renderCard(card: Card, menuQuestions: readonly string[] = []): readonly Line[] {
  const title = plainLine(card.title)
  const head = [
    ...badgeLines(card.badges),
    lineOf(plain(`${toneMark(card.tone)} `), ...spansOf(title, 'bold')),
  ]
  const text = plainLines(card.text ?? '').map((line) => lineOf(...spansOf(line, 'plain')))
  const sections = [
    card.text === undefined ? [] : text,
    flow((card.fields ?? []).map(fieldPiece)),
    ...(card.tables ?? []).map(tableLines),
    menuQuestions.map((question) => lineOf(...spansOf(plainLine(question), 'italic'))),
  ]
  return [
    ...head,
    ...sections.flatMap((lines) => (lines.length === 0 ? [] : [blankLine, ...lines])),
  ]
}
