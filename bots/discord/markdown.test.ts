import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainLine } from '../../src/notification/plain-text.ts'
import { bold, codeBlock, escaped, fitted } from './markdown.ts'

/**
 * Discord's own rules, as its clients have them: each begins where the text goes on, the first that
 * fits takes its match. What no rule takes is read letter by letter.
 */
const rules: readonly { readonly name: string; readonly rule: RegExp; readonly first?: boolean }[] =
  [
    { name: 'heading', rule: /^#{1,3} +\S/, first: true },
    { name: 'small print', rule: /^-# +\S/, first: true },
    { name: 'quote', rule: /^>(?:>>)? /, first: true },
    { name: 'list', rule: /^(?:[*-]|\d+\.) /, first: true },
    { name: 'code block', rule: /^```[\s\S]+?```/ },
    { name: 'code', rule: /^(`+)[\s\S]*?[^`]\1(?!`)/ },
    { name: 'address', rule: /^(?:https?|steam|discord):\/\/[^\s<]+/i },
    { name: 'invitation', rule: /^discord(?:app)?\.(?:gg|com|new)\/\S+/i },
    { name: 'link', rule: /^\[[^\]]*\]\(\s*\S+/ },
    { name: 'auto link', rule: /^<[^: >]+:\/?[^ >]+>/ },
    { name: 'mention', rule: /^<(?:@[!&]?|#|\/[^:>]+:|id:)\w*>|^@(?:everyone|here)/ },
    { name: 'time', rule: /^<t:-?\d+(?::\w)?>/ },
    { name: 'emoji', rule: /^<a?:\w+:\d+>/ },
    { name: 'strong', rule: /^\*\*[\s\S]+?\*\*(?!\*)/ },
    { name: 'underline', rule: /^__[\s\S]+?__(?!_)/ },
    { name: 'emphasis', rule: /^_[^_]+_|^\*[^\s*][^*]*\*/ },
    { name: 'strike', rule: /^~~[\s\S]+?~~/ },
    { name: 'spoiler', rule: /^\|\|[\s\S]+?\|\|/ },
  ]

/** What a person reads; throws where Discord would see more in it than words. */
function read(markdown: string): string {
  let words = ''
  for (let at = 0; at < markdown.length;) {
    const rest = markdown.slice(at)
    const escape = /^\\([^0-9A-Za-z\s])/u.exec(rest)
    if (escape !== null) {
      words += escape[1] ?? ''
      at += escape[0].length
      continue
    }
    const found = rules.find(({ rule, first }) => (first !== true || at === 0) && rule.test(rest))
    if (found !== undefined) throw new Error(`${found.name} in ${markdown}`)
    words += rest[0]
    at++
  }
  return words
}

const hostile = [
  ['**bold**', '__u__', '_i_', '~~s~~', '||x||', '`c`', '```js', '[a](https://b.c)', '<@1>'],
  ['@everyone', '@here', '<#1>', '</kill:1>', '<t:1:R>', '<:a:1>', 'https://evil.example/x'],
  ['# big', '-# small', '> quote', '>>> all', '- item', '1. item', 'discord.gg/abc', '\\', '/'],
  ['\u202e', '\u200b', '\u2066', '\n', '\t', '👩‍👩‍👧', 'é', 'e\u0301', '*', '_', '|', '`', ' '],
].flat()
const nasty = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const text = fc.array(nasty, { maxLength: 12 }).map((parts) => parts.join(''))

test('S22 whatever it holds, a text is read as its own words and nothing else', () => {
  fc.assert(
    fc.property(text, (given) => {
      expect(read(escaped(given))).toBe(plainLine(given))
      const strong = bold(given)
      expect(read(strong.slice(2, -2))).toBe(plainLine(given))
    }),
    { numRuns: 3000 },
  )
})

test('E15 cut anywhere, it is still a beginning of its own words', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 60 }), (given, max) => {
      const cut = escaped(given, max)
      expect(cut.length).toBeLessThanOrEqual(max)
      expect(cut.isWellFormed()).toBe(plainLine(given).isWellFormed())
      const words = read(cut)
      const whole = plainLine(given)
      if (words !== whole) expect(whole.startsWith(words.slice(0, -1))).toBe(true)
      if (words !== whole) expect(words.endsWith('…')).toBe(true)
      expect(fitted(given, max).length).toBeLessThanOrEqual(max)
      expect(bold(given, max + 4).length).toBeLessThanOrEqual(max + 4)
    }),
    { numRuns: 3000 },
  )
})

test('S22 nothing in a block of code ends it', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (lines) => {
      const block = codeBlock(lines.map(plainLine))
      expect(block.slice(3, -3)).not.toContain('`')
    }),
  )
})

test('ordinary words stay as they are', () => {
  const line = 'Approve k3f9? +4.19 USDT (0.42 %) BTC/USDT: buy kucoin, sell binance'
  expect(escaped(line)).toBe(line)
  expect(escaped('-0.42 % #3 ann: 12:00:05 UTC')).toBe('-0.42 % #3 ann: 12:00:05 UTC')
  expect(escaped('filter.leg_skew_ms_max')).toBe('filter.leg\\_skew\\_ms\\_max')
})
