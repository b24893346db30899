import { assert, array, constantFrom, property, record, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseHtml } from '../../test/doubles/telegram/html-mode.ts'
import { describe as cardOf } from '../../src/notification/describe.ts'
import type { Card } from '../../src/notification/card.ts'
import { plainLine } from '../../src/notification/plain-text.ts'
import { crossOpportunity } from '../../test/opportunities.ts'
import { answerParts } from './answer-parts.ts'
import { renderCard } from './render-card.ts'
import { htmlOf, plainText } from './rich-text.ts'

const card = (changes: Partial<Card>): Card => ({
  title: 'Title',
  tone: 'neutral',
  badges: ['PAPER'],
  json: {},
  ...changes,
})
const shown = (given: Card) => plainText(renderCard(given))

test('what is not real stands first, in words and colours', () => {
  expect(
    shown(card({ badges: ['PAPER', 'SIMULATED MARKET'] }))
      .split('\n')
      .slice(0, 2),
  ).toEqual(['🟦 PAPER  🟪 SIMULATED MARKET', '⚪ Title'])
  expect(shown(card({ badges: ['LIVE'] }))).toMatch(/^🟥 LIVE\n/)
  expect(shown(card({ badges: ['PAPER', 'SIMULATED MARKET', 'P0 ACT NOW'] }))).toMatch(
    /^🟦 PAPER {2}🟪 SIMULATED MARKET\n🚨 P0 ACT NOW\n⚪ Title/u,
  )
})

test('a narrow table lines up, a wide one becomes paragraphs', () => {
  const columns = ['venue', 'BTC', 'USDT']
  const rows = [
    ['kucoin', '0.5', '1,000.00'],
    ['binance', '12.25', '98.10'],
  ]
  const narrow = htmlOf(renderCard(card({ tables: [{ columns, rows }] })))
  expect(narrow).toContain('<pre>venue      BTC      USDT\nkucoin     0.5  1,000.00')
  const wide = shown(
    card({
      tables: [
        {
          columns: [...columns, 'what else there is to say'],
          rows: [[...(rows[0] ?? []), 'nothing much']],
        },
      ],
    }),
  )
  expect(wide).toContain(
    'venue\nkucoin\nBTC 0.5 · USDT 1,000.00\nwhat else there is to say nothing much',
  )
})

test('short fields share a line, long ones have their own', () => {
  const short = (name: string, value: string) => ({ name, value, short: true })
  const fields = [
    short('Size', '98.5 USDT'),
    short('Seen for', '4 s'),
    short('Leg skew', '3 ms'),
    { name: 'Result', value: 'gross 0.62 - fees 0.20 = net +0.42 USDT' },
  ]
  expect(shown(card({ fields })).split('\n').slice(3)).toEqual([
    'Size: 98.5 USDT · Seen for: 4 s',
    'Leg skew: 3 ms',
    'Result: gross 0.62 - fees 0.20 = net +0.42 USDT',
  ])
})

const text = string({ unit: 'grapheme', maxLength: 60 }).map(
  (s) => `${s}<i>&lt;\u202E\u200B@x ${s}`,
)
const cards = record({
  title: text,
  tone: constantFrom('good', 'bad', 'neutral', 'warning'),
  badges: array(constantFrom('PAPER', 'LIVE', 'SIMULATED MARKET', 'P0 ACT NOW'), { maxLength: 3 }),
  text: array(text, { maxLength: 150 }).map((parts) => parts.join('\n')),
  fields: array(record({ name: text, value: text }), { maxLength: 30 }),
  tables: array(
    record({
      columns: array(text, { maxLength: 5 }),
      rows: array(array(text, { maxLength: 5 }), { maxLength: 40 }),
    }),
    { maxLength: 2 },
  ),
})

describe('any card', () => {
  test('E15 S22 parses back to its words, in messages and captions that fit', () => {
    assert(
      property(cards, (given) => {
        const view = {
          card: { ...given, json: {} } as Card,
          buttons: [{ label: given.title, style: 'plain' as const, data: 'x' }],
          menus: [],
        }
        const parts = answerParts(view)
        expect(parts.length).toBeGreaterThan(0)
        for (const { lines, kind } of parts) {
          const read = parseHtml(htmlOf(lines))
          if (typeof read === 'string') throw new Error(read)
          expect(read.text).toBe(plainText(lines))
          expect(read.text.length).toBeLessThanOrEqual(kind === 'text' ? 4096 : 1024)
          expect(read.text).not.toMatch(/[\u202E\u200B]/)
          if (kind === 'text') expect(read.text.trim()).not.toBe('')
        }
        expect(parts.filter(({ markup }) => markup !== undefined)).toHaveLength(1)
      }),
      { numRuns: 200 },
    )
  })

  test('E15 keeps every word of it, in messages or in the file beside them', () => {
    assert(
      property(cards, (given) => {
        const view = { card: { ...given, json: {} } as Card, buttons: [], menus: [] }
        const whole = answerParts(view)
          .map((part) => (part.kind === 'file' ? String(part.file.content) : plainText(part.lines)))
          .join('\n')
        for (const { value } of given.fields ?? [])
          expect(whole.replaceAll(/\s/g, '')).toContain(
            plainLine(value).replaceAll(/\s/g, '').slice(0, 20),
          )
      }),
      { numRuns: 100 },
    )
  })
})

test('a gap’s card reads in the order in which people ask', () => {
  const { card: gap } = {
    card: cardOf(
      {
        seq: 1,
        at: new Date(),
        key: 'k',
        notification: { kind: 'opportunity', opportunity: crossOpportunity(), blocked: undefined },
      },
      { mode: 'paper', market: 'simulator' },
    ),
  }
  const lines = shown(gap).split('\n')
  expect(lines[0]).toBe('🟦 PAPER  🟪 SIMULATED MARKET')
  expect(lines[1]).toMatch(/^🟢 Gap \+1\.2/)
  expect(lines.join('\n')).toMatch(/Result: [^]*\nleg\n1 buy\nvenue kucoin[^]*2 sell/)
})
