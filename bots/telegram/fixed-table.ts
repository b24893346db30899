// A table in letters of one width: columns line up, numbers to the right. What does not fit is told in
// another way, for a phone would wrap its lines.
import type { CardTable } from '../../src/notification/card.ts'
import { displayWidth, padEnd, padStart } from '../terminal/display-width.ts'

/** Two blanks between columns read better, one is enough. */
const gaps = [2, 1] as const

const startsAsNumber = /^[+-]?\d/

/** Undefined when it is wider than that. Cells must be plain lines. */
export function fixedTable(
  { columns, rows }: CardTable,
  widthMax: number,
): readonly string[] | undefined {
  const cellsOf = (i: number) => rows.map((row) => row[i] ?? '')
  const widths = columns.map((column, i) =>
    Math.max(displayWidth(column), ...cellsOf(i).map(displayWidth)),
  )
  const isNumeric = columns.map((_, i) => {
    const cells = cellsOf(i).filter((cell) => cell !== '')
    return cells.length > 0 && cells.every((cell) => startsAsNumber.test(cell))
  })
  const sum = widths.reduce((total, width) => total + width, 0)
  const gap = gaps.find((each) => sum + each * (columns.length - 1) <= widthMax)
  if (gap === undefined) return undefined

  const line = (cells: readonly string[]): string =>
    columns
      .map((_, i) => {
        const [cell, width] = [cells[i] ?? '', widths[i] ?? 0]
        return isNumeric[i] === true ? padStart(cell, width) : padEnd(cell, width)
      })
      .join(' '.repeat(gap))
      .trimEnd()
  return [line(columns), ...rows.map(line)]
}
