import { assert, array, boolean, constantFrom, integer, property, record, string } from 'fast-check'
import { expect, test } from 'vitest'
import { parseHtml } from '../../test/doubles/telegram/html-mode.ts'
import { foundEntities } from '../../test/doubles/telegram/formatted-text.ts'
import type { FormattedText } from '../../test/doubles/telegram/objects.ts'
import {
  blankLine,
  cutLines,
  fixedLine,
  htmlOf,
  lineOf,
  plainText,
  spansOf,
  type Line,
} from './rich-text.ts'

const nasty = constantFrom(
  '<b>',
  '</pre>',
  '&amp;',
  '&',
  '"><a href="https://evil.example">',
  '👩‍👩‍👧‍👦',
  '🇩🇪🇫🇷',
  'e\u0301',
  'trading.net_percent_min',
  '@admin',
  '/kill',
  '$BTC',
  '#now',
  'https://evil.example/x?y=1',
)
const words = array(
  record({ a: string({ unit: 'grapheme', maxLength: 30 }), b: nasty }).map(({ a, b }) => a + b),
  { maxLength: 6 },
).map((parts) => parts.join(' ').replaceAll(/[\n\r]/g, ' '))
const look = constantFrom('plain', 'bold', 'italic', 'code')
const line = record({ words, look, isFixed: boolean() }).map(
  ({ words: text, look: of, isFixed }): Line =>
    isFixed ? fixedLine(text) : lineOf(...spansOf(text, of as 'plain')),
)
const lines = array(line, { minLength: 1, maxLength: 30 })

function read(html: string): FormattedText {
  const parsed = parseHtml(html)
  if (typeof parsed === 'string') throw new Error(parsed)
  return parsed
}

test('S22 whatever is written, Telegram reads the same words back, and no tag but ours', () => {
  assert(
    property(lines, (given) => {
      expect(read(htmlOf(given)).text).toBe(plainText(given))
    }),
    { numRuns: 1000 },
  )
})

test('E15 pieces fit, parse alone, and together hold every character once', () => {
  assert(
    property(lines, integer({ min: 12, max: 200 }), (given, max) => {
      const pieces = cutLines(given, max)
      for (const piece of pieces) {
        const { text } = read(htmlOf(piece))
        expect(text.length).toBeLessThanOrEqual(max)
        expect(text.isWellFormed()).toBe(true)
      }
      const joined = pieces.map((piece) => plainText(piece)).join('\n')
      expect(joined.replaceAll('\n', '')).toBe(plainText(given).replaceAll('\n', ''))
    }),
    { numRuns: 1000 },
  )
})

test('E15 what people see as one character is not cut in two', () => {
  const family = '👩‍👩‍👧‍👦'
  const pieces = cutLines([lineOf(...spansOf(family.repeat(9), 'bold'))], 30)
  const shown = pieces.flatMap((piece) => plainText(piece).split('\n'))
  expect(shown.map((text) => text.length / family.length)).toEqual([2, 2, 2, 2, 1])
})

test('S22 nothing in a text can be clicked: addresses, mentions, commands and tags are only words', () => {
  const text =
    'see https://evil.example, evil.com or t.me/x; ask @admin, (/kill) /approve@bot $BTC #now trading.net a@b.io'
  const { text: shown, entities } = read(htmlOf([lineOf(...spansOf(text, 'bold'))]))
  expect(shown).toBe(text)
  const codes = entities.filter(({ type }) => type === 'code')
  const inCode = (at: number) =>
    codes.some((code) => at >= code.offset && at < code.offset + code.length)
  const clickable = foundEntities(text)
  expect(clickable.length).toBeGreaterThan(7)
  expect(clickable.filter(({ offset }) => !inCode(offset))).toEqual([])
})

test('amounts, routes and times are no addresses', () => {
  const text =
    '+0.42 USDT (0.10 %) buy BTC/USDT on kucoin at 81,000.12, 12:00:03. Denied by telegram:ann.'
  expect(spansOf(text, 'plain')).toEqual([{ text, look: 'plain' }])
})

test('neighbouring table lines are one block', () => {
  const html = htmlOf([
    lineOf(...spansOf('a', 'plain')),
    fixedLine('b  c'),
    fixedLine('d  e'),
    blankLine,
  ])
  expect(html).toBe('a\n<pre>b  c\nd  e</pre>\n')
})
