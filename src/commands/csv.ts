// Rows as CSV that opens safely in a spreadsheet: RFC 4180 quoting, numbers as numbers, and no text that
// a spreadsheet would take for a formula.
import type { Cell, Column } from '../history/export-store.ts'

/** These begin a formula, also as the wide forms that some programs read alike, or hide what does. */
const formulaStart = /^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n\0]/
const mustQuote = /[",\r\n]|^\s|\s$/
const decimal = /^-?\d+(\.\d+)?$/

const quoted = (text: string): string =>
  mustQuote.test(text) ? `"${text.replaceAll('"', '""')}"` : text

const textCell = (text: string): string => quoted(formulaStart.test(text) ? `'${text}` : text)

/** "1.500" is "1.5", and 1e-7 is "0.0000001": a spreadsheet reads either, a person only one. */
function plainNumber(given: string | number): string | undefined {
  if (typeof given === 'number' && !Number.isFinite(given)) return ''
  const text =
    typeof given === 'number' && /e/.test(String(given)) ? given.toFixed(20) : String(given)
  if (!decimal.test(text)) return undefined
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return short === '-0' ? '0' : short
}

function cellText(cell: Cell, type: Column['type']): string {
  if (cell === null) return ''
  if (cell instanceof Date) return cell.toISOString()
  // What claims to be a number and is none gets no trust.
  if (type === 'number') return plainNumber(cell) ?? textCell(String(cell))
  return textCell(String(cell))
}

export const csvHead = (columns: readonly Column[]): string =>
  `${columns.map(({ name }) => textCell(name)).join(',')}\r\n`

export const csvLine = (cells: readonly Cell[], columns: readonly Column[]): string =>
  `${columns.map(({ type }, i) => cellText(cells[i] ?? null, type)).join(',')}\r\n`
