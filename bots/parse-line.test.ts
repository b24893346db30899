import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allCommands } from '../src/commands/all-commands.ts'
import type { Command } from '../src/commands/command.ts'
import { bindWords, wordsOf } from './parse-line.ts'

const commandOf = (name: string) => allCommands.find((known) => known.name === name) as Command

/** The arguments a typed line gives, or its fault. */
function read(line: string): unknown {
  const cut = wordsOf(line)
  if (cut.outcome !== 'ok') return cut.message
  const [name = '', ...words] = cut.words
  const bound = bindWords(commandOf(name), words)
  return bound.outcome === 'ok' ? Object.fromEntries(bound.given) : bound.message
}

test('arguments go by place, by name, with or without a sign', () => {
  expect(read('approve k3f9')).toEqual({ approval: 'k3f9' })
  expect(read('approve --approval k3f9')).toEqual({ approval: 'k3f9' })
  expect(read('approve --approval=k3f9')).toEqual({ approval: 'k3f9' })
  expect(read('approve approval=k3f9')).toEqual({ approval: 'k3f9' })
  expect(read('trades 5 --page 2')).toEqual({ limit: '5', page: '2' })
  expect(read('opportunities --min-percent 0.2 BTC')).toEqual({ min_percent: '0.2', symbol: 'BTC' })
})

test('a flag needs no value and takes true or false', () => {
  expect(read('scan folder --raw')).toEqual({ tickers: 'folder', raw: 'true' })
  expect(read('scan --raw folder')).toEqual({ tickers: 'folder', raw: 'true' })
  expect(read('scan --raw false folder')).toEqual({ tickers: 'folder', raw: 'false' })
  expect(read('scan --raw=no folder')).toEqual({ tickers: 'folder', raw: 'no' })
})

test('the last place takes the rest of the line', () => {
  const route = 'cross BTC/USDT kucoin>binance'
  expect(read(`why ${route}`)).toEqual({ route })
  expect(read(`why "${route}"`)).toEqual({ route })
  expect(read('settings set trading.start_assets USDT, USDC')).toEqual({
    action: 'set',
    key: 'trading.start_assets',
    value: 'USDT, USDC',
  })
})

test('a word that is no choice goes to the next place', () => {
  expect(read('settings approval')).toEqual({ key: 'approval' })
  expect(read('settings history approval.mode')).toEqual({
    action: 'history',
    key: 'approval.mode',
  })
  expect(read('mode foo')).toEqual({ mode: 'foo' })
})

test('quotes hold words together at their ends only, so JSON can be typed as it is', () => {
  expect(wordsOf(`a "b c" 'd e' "" f"g`)).toEqual({
    outcome: 'ok',
    words: ['a', 'b c', 'd e', '', 'f"g'],
  })
  expect(read('settings set paper.balances {"kucoin": {"USDT": "1"}}')).toMatchObject({
    value: '{"kucoin": {"USDT": "1"}}',
  })
  expect(wordsOf('why "cross BTC')).toMatchObject({
    outcome: 'bad-usage',
    message: expect.stringContaining('quote'),
  })
})

test('everything after two dashes is meant literally', () => {
  expect(read('settings set desk.paused -- --json')).toMatchObject({ value: '--json' })
})

test('too much, too little and twice are each one clear line', () => {
  expect(read('trades 5 6 7')).toBe('trades: "7" is one word too many')
  expect(read('trades --page')).toBe('trades: --page needs a value')
  expect(read('trades --page --limit 5')).toBe('trades: --page needs a value')
  expect(read('trades --page 1 --page 2')).toBe('trades: --page is given twice')
  expect(wordsOf('x '.repeat(301))).toMatchObject({ outcome: 'bad-usage' })
  expect(wordsOf('x'.repeat(8001))).toMatchObject({ outcome: 'bad-usage' })
})

test('words come back from a quoted line as they were', () => {
  const word = fc.stringMatching(/^[a-z0-9 =/>.-]{1,12}$/)
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (words) => {
      const line = words.map((each) => `"${each}"`).join('  ')
      expect(wordsOf(line)).toEqual({ outcome: 'ok', words })
    }),
  )
})

test('no line throws, whatever is typed', () => {
  const hostile = ['"a'.repeat(4000), '-'.repeat(8000), "' ".repeat(4000), '--a='.repeat(2000)]
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^[-"'= a-z]{0,40}$/),
    fc.constantFrom(...hostile),
  )
  fc.assert(
    fc.property(fc.constantFrom(...allCommands), line, (command, typed) => {
      const cut = wordsOf(typed)
      if (cut.outcome !== 'ok') return
      const bound = bindWords(command, cut.words)
      const end = bound.outcome === 'ok' ? command.prepare(bound.given) : bound
      expect(end.outcome).toMatch(/^(prepared|bad-usage)$/)
    }),
    { numRuns: 2000 },
  )
})
