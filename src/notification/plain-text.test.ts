import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainLine, plainLines } from './plain-text.ts'

test('escapes, direction marks and invisible characters do not pass', () => {
  expect(plainLine('\u001b[31mred\u001b[0m\u0007')).toBe('[31mred[0m')
  expect(plainLine('BTC\u202eTDSU\u202c')).toBe('BTCTDSU')
  expect(plainLine('A\u200bB\u200d\ufeffC\u00adD\u2066E\u3164F\u2800')).toBe('ABCDEF')
  expect(plainLine('half \ud83d of a pair')).toBe('half of a pair')
  expect(plainLine('tag\u{e0041}s and \u{e000}private')).toBe('tags and private')
})

test('white space of every kind becomes one space, so that nothing feigns a second line', () => {
  expect(plainLine('  a\n\r\tb\u2028c\u00a0\u3000d  ')).toBe('a b c d')
  expect(plainLines('one\ntwo\r\n\tthree')).toEqual(['one', 'two', 'three'])
})

test('letters of every script, signs and pictures stay', () => {
  for (const text of ['Ünïcode', '币安人生', 'A→B ≥ 0.1 %', '🚀 USDT', 'ÅÉ'])
    expect(plainLine(text)).toBe(text)
})

test('marks do not pile up', () => {
  expect(plainLine(`a${'\u0301'.repeat(50)}`)).toBe('a\u0301\u0301')
})

test('cleaning twice changes nothing more, and no hidden character is ever left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const plain = plainLine(text)
      expect(plainLine(plain)).toBe(plain)
      expect(plain).not.toMatch(/[\p{Cc}\p{Cf}\p{DI}\p{Cs}\p{Zl}\p{Zp}]/u)
    }),
    { numRuns: 1000 },
  )
})
