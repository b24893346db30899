import fc from 'fast-check'
import { expect, test } from 'vitest'
import { displayWidth, flow, padEnd, padStart, wrap } from './display-width.ts'

test('wide letters and pictures take two columns, marks none', () => {
  expect(displayWidth('abc')).toBe(3)
  expect(displayWidth('币安')).toBe(4)
  expect(displayWidth('🚀')).toBe(2)
  expect(displayWidth('e\u0301')).toBe(1)
})

test('a line is broken at its spaces, and inside a word only if it must be', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
  expect(wrap('abcdefgh', 3)).toEqual(['abc', 'def', 'gh'])
  expect(wrap('', 10)).toEqual([''])
})

test('wrapping keeps every word and every width', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z币 ]{0,60}$/),
      fc.integer({ min: 2, max: 30 }),
      (text, width) => {
        const lines = wrap(text, width)
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      },
    ),
  )
})

test('pieces stay whole where they fit', () => {
  expect(flow(['fee 0.1 USDT', 'took 3 s', 'x'], 24)).toEqual(['fee 0.1 USDT | took 3 s', 'x'])
})

test('padding counts columns, not characters', () => {
  expect([padEnd('币', 4), padStart('币', 4)]).toEqual(['币  ', '  币'])
})
