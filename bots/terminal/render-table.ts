// A card's table as lines: columns that line up, numbers to the right. What does not fit is wrapped
// inside its cell, and below that every row becomes a short list. Nothing is cut off: it may be a price.
import type { CardTable } from '../../src/notification/card.ts'
import { displayWidth, flow, padEnd, padStart, wrap } from './display-width.ts'

export type Style = (text: string) => string

const gap = 2
// A column of words narrower than this reads worse than a list; a word longer than that may be broken.
const wordsWidthMin = 14
const wordWidthMax = 32

/** "1,234.5", "-0.42 %", "98.5 USDT", "0.1 USDT (0.10 %)". */
const numeric = /^[+-]?\d[\d,]*(\.\d+)?( %| [A-Z0-9]{1,12})?( \([\d.]+ %\))?$/

const widest = (cells: readonly string[]): number =>
  cells.reduce((most, cell) => Math.max(most, displayWidth(cell)), 0)

/** How narrow a column may become without breaking its words. */
const narrowest = (cells: readonly string[]): number =>
  Math.min(wordWidthMax, Math.max(wordsWidthMin, widest(cells.flatMap((cell) => cell.split(' ')))))

/** Column widths that fit together, or undefined when words would be cut into slivers. */
function fit(
  natural: readonly number[],
  minima: readonly number[],
  width: number,
): readonly number[] | undefined {
  const widths = [...natural]
  const total = () => widths.reduce((sum, each) => sum + each, 0) + gap * (widths.length - 1)
  while (total() > width) {
    const shrinkable = widths
      .map((each, i) => ({ each, i }))
      .filter(({ each, i }) => each > (minima[i] as number))
      .toSorted((a, b) => b.each - a.each)[0]
    if (shrinkable === undefined) return undefined
    const over = total() - width
    widths[shrinkable.i] = Math.max(
      minima[shrinkable.i] as number,
      shrinkable.each - Math.ceil(over / 2),
    )
  }
  return widths
}

/** Every row as its first cell, then "name value" pieces under it. */
const asList = ({ columns, rows }: CardTable, width: number, heading: Style): readonly string[] =>
  rows.flatMap((row) => {
    const pieces = row
      .map((cell, i) => `${columns[i] ?? ''} ${cell}`.trim())
      .filter((_, i) => i > 0 && row[i] !== '')
    return [
      ...wrap(row[0] ?? '', width).map(heading),
      ...flow(pieces, width - gap).map((line) => ' '.repeat(gap) + line),
    ]
  })

/** Cells must be plain lines. */
export function renderTable(table: CardTable, width: number, heading: Style): readonly string[] {
  const { columns, rows } = table
  if (columns.length === 0) return []
  const cellsOf = (i: number) => rows.map((row) => row[i] ?? '')
  const isNumeric = columns.map((_, i) => {
    const cells = cellsOf(i).filter((cell) => cell !== '')
    return cells.length > 0 && cells.every((cell) => numeric.test(cell))
  })
  const natural = columns.map((column, i) => Math.max(displayWidth(column), widest(cellsOf(i))))
  const minima = natural.map((each, i) =>
    isNumeric[i] === true ? each : Math.min(each, narrowest([columns[i] ?? '', ...cellsOf(i)])),
  )
  const widths = fit(natural, minima, width)
  if (widths === undefined) return asList(table, width, heading)

  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const columnWidth = widths[i] as number
        return isNumeric[i] === true ? padStart(cell, columnWidth) : padEnd(cell, columnWidth)
      })
      .join(' '.repeat(gap))
      .trimEnd()
  const body = rows.flatMap((row) => {
    const wrapped = columns.map((_, i) => wrap(row[i] ?? '', widths[i] as number))
    const height = Math.max(...wrapped.map((lines) => lines.length))
    return Array.from({ length: height }, (_, k) => line(wrapped.map((lines) => lines[k] ?? '')))
  })
  return [heading(line(columns)), ...body]
}
