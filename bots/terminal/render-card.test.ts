import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Card } from '../../src/notification/card.ts'
import { displayWidth } from './display-width.ts'
import { renderCard, renderFollowUp } from './render-card.ts'

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom('\u001b]0;title\u0007', '\u202eUSDT', '\u200b', 'a\r\nb', '币安人生', '🚀🚀'),
)
const row = fc.array(hostile, { maxLength: 6 })
const anyCard: fc.Arbitrary<Card> = fc.record({
  title: hostile,
  tone: fc.constantFrom('good', 'bad', 'neutral', 'warning'),
  badges: fc.array(hostile, { maxLength: 3 }),
  text: hostile,
  fields: fc.array(fc.record({ name: hostile, value: hostile, short: fc.boolean() }), {
    maxLength: 4,
  }),
  tables: fc.array(fc.record({ columns: row, rows: fc.array(row, { maxLength: 4 }) }), {
    maxLength: 2,
  }),
  actions: fc.array(
    fc.record({
      label: hostile,
      command: hostile,
      args: fc.dictionary(fc.string(), hostile, { maxKeys: 2 }),
      style: fc.constantFrom('primary', 'danger', 'plain'),
    }),
    { maxLength: 3 },
  ),
  json: fc.constant({}),
})
const widths = fc.integer({ min: 20, max: 160 })

test('nothing is ever wider than the terminal', () => {
  fc.assert(
    fc.property(anyCard, widths, (card, width) => {
      for (const render of [renderCard, renderFollowUp])
        for (const line of render(card, { width, color: false }, '12:00:00').split('\n'))
          expect(displayWidth(line)).toBeLessThanOrEqual(width)
    }),
    { numRuns: 500 },
  )
})

test('no control, direction or invisible character passes', () => {
  fc.assert(
    fc.property(anyCard, widths, (card, width) => {
      for (const render of [renderCard, renderFollowUp])
        expect(render(card, { width, color: false }).replaceAll('\n', '')).not.toMatch(
          /[\p{Cc}\p{Cf}\p{DI}\p{Cs}\p{Zl}\p{Zp}]/u,
        )
    }),
    { numRuns: 500 },
  )
})

test('colour adds nothing but colour', () => {
  fc.assert(
    fc.property(anyCard, widths, (card, width) => {
      const colored = renderCard(card, { width, color: true })
      expect(stripVTControlCharacters(colored)).toBe(renderCard(card, { width, color: false }))
    }),
  )
})

test('no digit of a number is lost, however narrow the terminal is', () => {
  const digits = (text: string) => text.replaceAll(/\D/g, '')
  const table = {
    columns: ['venue', 'price'],
    rows: [['kucoin', '81,000.123456789012345678 USDT']],
  }
  const card: Card = { title: '', tone: 'good', badges: [], tables: [table], json: {} }
  for (let width = 20; width < 60; width++)
    expect(digits(renderCard(card, { width, color: false }))).toBe('81000123456789012345678')
})
