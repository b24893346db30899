import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCsv } from '../../test/read-csv.ts'
import type { Cell, Column } from '../history/export-store.ts'
import { csvHead, csvLine } from './csv.ts'

const textColumn: Column = { name: 'text', type: 'text' }
const numberColumn: Column = { name: 'number', type: 'number' }
const timeColumn: Column = { name: 'time', type: 'time' }
const columns = [textColumn, numberColumn, timeColumn]
const one = (cell: Cell, column: Column) => csvLine([cell], [column]).slice(0, -2)

/** What OWASP names as the beginnings of formulas, and their wide forms. */
const dangerous = /^[=+\-@\t\r\n\0＝＋－＠]/

test.each([
  ['=1+1', `'=1+1`],
  ['+491511', `'+491511`],
  ['-100123', `'-100123`],
  ['@SUM(A1)', `'@SUM(A1)`],
  [' =1+1', `' =1+1`],
  ['\t=1', `'\t=1`],
  ['\r\n=1', `"'\r\n=1"`],
  ['\0=1', `'\0=1`],
  ['＝1+1', `'＝1+1`],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['cross BTC/USDT kucoin>binance', 'cross BTC/USDT kucoin>binance'],
  ['a,b', '"a,b"'],
  ['', ''],
])('S24 the text %j is written as %j', (text, written) => {
  expect(one(text, textColumn)).toBe(written)
})

test.each([
  ['-1.500000000000000000', '-1.5'],
  ['0.000000000000000001', '0.000000000000000001'],
  ['-0.000', '0'],
  ['1200', '1200'],
  [1e-7, '0.0000001'],
  [-12.5, '-12.5'],
  [Number.NaN, ''],
  [null, ''],
  ['=1+1', `'=1+1`],
  ['1e5', '1e5'],
  ['-1e5', `'-1e5`],
])('S24 the number %j is written as %j', (number, written) => {
  expect(one(number, numberColumn)).toBe(written)
})

test('a time is written as ISO text', () => {
  expect(one(new Date(0), timeColumn)).toBe('1970-01-01T00:00:00.000Z')
})

test('S24 whatever is in a field, it is read back as it was, and no text begins a formula', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .tuple(
        fc.constantFrom(...Array.from('=+-@\t\r\n\0＝＋－＠ ",;\'|')),
        fc.string({ unit: 'binary' }),
      )
      .map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(anyText, fc.double(), anyText), { maxLength: 20 }), (rows) => {
      const written = [
        csvHead(columns),
        ...rows.map(([text, number]) => csvLine([text, number, new Date(0)], columns)),
        ...rows.map(([, , text]) => csvLine([null, text, null], columns)),
      ].join('')
      const [head, ...read] = readCsv(written)
      expect(head).toEqual(['text', 'number', 'time'])
      expect(read).toHaveLength(rows.length * 2)
      for (const [i, [text, number, other]] of rows.entries()) {
        const [field = '', figure = ''] = read[i] ?? []
        expect(field).not.toMatch(dangerous)
        expect([text, `'${text}`]).toContain(field)
        if (Number.isFinite(number) && Math.abs(number) < 1e21)
          expect(Math.abs(Number(figure) - number)).toBeLessThanOrEqual(1e-15)
        // Text where a number should be is text, unless it is a plain number indeed.
        const [, claimed = ''] = read[rows.length + i] ?? []
        if (!/^-?\d+(\.\d+)?$/.test(claimed)) expect(claimed).not.toMatch(dangerous)
        else expect(Number(claimed)).toBe(Number(other))
      }
    }),
    { numRuns: 2000 },
  )
})
