// A card as Discord shows it: what is not real and what it is about as the message's own words, which a
// phone's notification shows as well; the details in an embed with the card's colour.
import type { Card, CardField, CardTable, Tone } from '../../src/notification/card.ts'
import { plainLine, plainLines } from '../../src/notification/plain-text.ts'
import { displayWidth } from '../terminal/display-width.ts'
import { renderTable } from '../terminal/render-table.ts'
import { bold, codeBlock, escaped } from './markdown.ts'

export type RenderedCard = {
  /** At most 2,000 characters. */
  readonly content: string
  /** At most 4,096 characters; empty where there is nothing more to tell. */
  readonly description: string
  readonly color: number
  /** Everything the card tells is in it. */
  readonly isWhole: boolean
}

const descriptionLengthMax = 4096
/** Of one title, line, name, value or cell. With the badges a title stays below 2,000. */
const pieceLengthMax = 1000
const badgesMax = 8
/** The coloured square, and the blanks around it. */
const badgeMarkWidth = 5
/** What an embed on a narrow phone shows of letters that are all equally wide, without wrapping them. */
const columnsMax = 36
/** The same of usual letters, roughly. */
const lineMax = 40
const cellGap = 2
const sentenceMin = 24
const between = ' · '

/** Colours say what words say, for those who only glance: real money is red. */
function badgeMark(badge: string): string {
  if (badge === 'LIVE') return '🟥'
  if (badge.startsWith('P0')) return '🚨'
  if (badge.startsWith('P1')) return '🟧'
  if (badge.startsWith('P2')) return '⬜'
  return badge === 'PAPER' ? '🟦' : '🟪'
}

/** Badges that wrap would look like words of a title. */
function badgeLines(badges: readonly string[]): readonly string[] {
  const lines: string[] = []
  let left = 0
  for (const badge of badges) {
    const text = `${badgeMark(badge)} ${bold(badge, 60)}`
    const width = displayWidth(plainLine(badge)) + badgeMarkWidth
    lines.push(width <= left ? `${lines.pop()}  ${text}` : text)
    left = (width <= left ? left : lineMax) - width
  }
  return lines
}

function colorOf(tone: Tone): number {
  switch (tone) {
    case 'good':
      return 0x2ecc71
    case 'bad':
      return 0xe74c3c
    case 'warning':
      return 0xf1c40f
    case 'neutral':
      return 0x5d6d7e
  }
}

/** Letters of a `code` row are all equally wide; neighbours make one block. */
type Row = { readonly kind: 'words' | 'code'; readonly text: string }
const words = (text: string): Row => ({ kind: 'words', text })

/** Words that belong together: as wide as they look, and with their markdown. */
type Piece = { readonly width: number; readonly text: string; readonly isAlone: boolean }

/** Pieces share a row as long as it does not wrap. */
function flow(pieces: readonly Piece[]): readonly Row[] {
  const rows: string[] = []
  let left = -Infinity
  for (const { text, width, isAlone } of pieces) {
    const joins = !isAlone && width + between.length <= left
    if (joins) rows.push(`${rows.pop()}${between}${text}`)
    else rows.push(text)
    if (isAlone) left = -Infinity
    else left = joins ? left - width - between.length : lineMax - width
  }
  return rows.map(words)
}

const fieldPiece = ({ name, value, short }: CardField): Piece => ({
  text: `${escaped(name, pieceLengthMax)}: ${bold(value, pieceLengthMax)}`,
  width: displayWidth(plainLine(`${name}: ${value}`)),
  isAlone: short !== true,
})

const isSentence = (cell: string): boolean =>
  displayWidth(cell) > sentenceMin || /^\D* \D+ \D+$/.test(cell)

/** Numbers and short words need to be told what they are; a sentence says it itself. */
function cellPiece(name: string, cell: string): Piece {
  const isNamed = name !== '' && !isSentence(cell)
  const text = isNamed ? `${name} ${cell}` : cell
  return { text: escaped(text, pieceLengthMax), width: displayWidth(text), isAlone: false }
}

/** A name or a state, which belongs to what the row is about. */
const isWord = (cell: string): boolean => /^\p{L}[\p{L}_-]{0,20}$/u.test(cell)

/** A row as its first cells, then what the others are called and say. */
function rowRows(columns: readonly string[], row: readonly string[]): readonly Row[] {
  const [first = '', second = '', ...others] = row
  const joins = first !== '' && isWord(second)
  const told = joins ? others : [second, ...others]
  const names = columns.slice(joins ? 2 : 1)
  const rows = flow(
    told.flatMap((cell, i) => (cell === '' ? [] : [cellPiece(names[i] ?? '', cell)])),
  )
  const title = bold(first, pieceLengthMax)
  if (title === '') return rows
  const head = joins ? `${title} ${escaped(second, pieceLengthMax)}` : title
  const [only] = rows
  const isShort =
    only !== undefined && rows.length === 1 && displayWidth(head + only.text) < lineMax
  return isShort ? [words(`${head}  ${only.text}`)] : [words(head), ...rows]
}

function naturalWidth({ columns, rows }: CardTable): number {
  const widths = columns.map((column, i) =>
    rows.reduce((most, row) => Math.max(most, displayWidth(row[i] ?? '')), displayWidth(column)),
  )
  return widths.reduce((sum, width) => sum + width, 0) + cellGap * (columns.length - 1)
}

/** Of several tables, each says what its rows have in common, such as their venue. */
function headingRows([first = '']: readonly string[], isAlone: boolean): readonly Row[] {
  const text = escaped(first, pieceLengthMax)
  return isAlone || text === '' ? [] : [words(`_${text}_`)]
}

/** Columns that line up where they fit; otherwise every row is a little paragraph. */
function tableRows({ columns, rows }: CardTable, isAlone: boolean): readonly Row[] {
  if (columns.length === 0) return []
  const plain = { columns: columns.map(plainLine), rows: rows.map((row) => row.map(plainLine)) }
  if (naturalWidth(plain) > columnsMax)
    return [
      ...headingRows(plain.columns, isAlone),
      ...plain.rows.flatMap((row) => rowRows(plain.columns, row)),
    ]
  const lines = renderTable(plain, columnsMax, (heading) => heading)
  return lines.map((text): Row => ({ kind: 'code', text }))
}

/** As many rows as fit, in order. Sections are apart by a blank line. */
function packed(sections: readonly (readonly Row[])[], max: number) {
  const parts: string[] = []
  let code: readonly string[] = []
  const shown = (lines: readonly string[]) =>
    [...parts, ...(lines.length === 0 ? [] : [codeBlock(lines)])].join('\n')
  const end = () => {
    if (code.length > 0) parts.push(codeBlock(code))
    code = []
  }
  for (const [i, section] of sections.filter((rows) => rows.length > 0).entries()) {
    end()
    // A block stands apart by itself.
    const stoodApart = section[0]?.kind === 'code' || parts.at(-1)?.startsWith('```') === true
    if (i > 0 && !stoodApart) parts.push('')
    for (const { kind, text } of section) {
      if (kind === 'words') end()
      const next = kind === 'code' ? [...code, text] : []
      const length = kind === 'code' ? shown(next).length : shown([]).length + text.length + 1
      if (length > max) {
        end()
        return { text: parts.join('\n').trimEnd(), isWhole: false }
      }
      if (kind === 'code') code = next
      else parts.push(text)
    }
  }
  end()
  return { text: parts.join('\n').trimEnd(), isWhole: true }
}

/** Whether some single piece is too long to be shown in full. */
const isCut = ({ title, text = '', fields = [], tables = [] }: Card): boolean =>
  [
    title,
    ...plainLines(text),
    ...fields.flatMap(({ name, value }) => [name, value]),
    ...tables.flatMap(({ columns, rows }) => [...columns, ...rows.flat()]),
  ].some((piece) => piece.length > pieceLengthMax / 2 && escaped(piece).length > pieceLengthMax - 4)

export function renderCard(card: Card): RenderedCard {
  const { badges, title, text, fields = [], tables = [], tone } = card
  const heading = bold(title, pieceLengthMax) || '…'
  const lines = text === undefined ? [] : plainLines(text)
  const { text: description, isWhole } = packed(
    [
      lines.map((line) => words(escaped(line, pieceLengthMax))),
      flow(fields.map(fieldPiece)),
      ...tables.map((table) => tableRows(table, tables.length === 1)),
    ],
    descriptionLengthMax,
  )
  return {
    content: [...badgeLines(badges.slice(0, badgesMax)), heading].join('\n'),
    description,
    color: colorOf(tone),
    isWhole: isWhole && badges.length <= badgesMax && !isCut(card),
  }
}
