import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesRule, readWanted, ruleText } from './alert-rule.ts'
import { matchesWildcard } from './wildcard.ts'

test('a rule is read as people write it', () => {
  const wanted = { pattern: 'cross */USDT *>binance', percent: 0.5, standsMs: 10_000 }
  for (const typed of [
    'cross */USDT *>binance above 0.5 % for 10 s',
    'cross */USDT *>binance above 0.5% for 10s',
    '  cross */USDT  *>binance ABOVE 0.5 FOR 10S ',
  ])
    expect(readWanted(typed)).toEqual(wanted)
  expect(ruleText(wanted)).toBe('cross */USDT *>binance above 0.5 % for 10 s')
  expect(readWanted('BTC/USDT above 1')).toEqual({ pattern: 'BTC/USDT', percent: 1, standsMs: 0 })
  expect(ruleText({ pattern: 'BTC/USDT', percent: 1, standsMs: 0 })).toBe('BTC/USDT above 1 %')
})

test('whatever is wrong with a rule is said in one line', () => {
  expect(readWanted('BTC/USDT')).toMatch(/^a rule reads/)
  expect(readWanted('above 1')).toMatch(/^a rule reads/)
  for (const percent of ['0', '101', '-1', '1,5', '1e3', 'x', '٣', '0.00001'])
    expect(readWanted(`BTC/USDT above ${percent}`), percent).toMatch(/^after "above"/)
  for (const time of ['10', '25h', '2d', '1.5m', '-1s'])
    expect(readWanted(`BTC/USDT above 1 for ${time}`), time).toMatch(/^after "for"/)
  expect(readWanted(`${'*'.repeat(11)} above 1`)).toMatch(/10 \* at most/)
  expect(readWanted(`${'x'.repeat(121)} above 1`)).toMatch(/120 characters/)
})

test('a rule is read back from its own text', () => {
  const wanted = fc.record({
    pattern: fc.constantFrom('BTC/USDT', '*', 'cycle kucoin *', 'x above y'),
    percent: fc.integer({ min: 1, max: 1_000_000 }).map((n) => n / 10_000),
    standsMs: fc.constantFrom(0, 1000, 5000, 90_000, 300_000, 7_200_000),
  })
  fc.assert(
    fc.property(wanted, (each) => {
      expect(readWanted(ruleText(each))).toEqual(each)
    }),
  )
})

const gap = { route: 'cross BTC/USDT kucoin>binance', symbols: ['BTC/USDT'] }
const cycle = { route: 'cycle kucoin USDT>BTC>ETH', symbols: ['BTC/USDT', 'ETH/BTC', 'ETH/USDT'] }
const matches = (pattern: string) => [gap, cycle].map((each) => matchesRule({ pattern }, each))

test('a pattern names a route, or a symbol on any of its legs', () => {
  expect(matches('cross */USDT *>binance')).toEqual([true, false])
  expect(matches('cross * kucoin>*')).toEqual([true, false])
  expect(matches('*>binance')).toEqual([true, false])
  expect(matches('cycle KUCOIN *')).toEqual([false, true])
  expect(matches('BTC/USDT')).toEqual([true, true])
  expect(matches('eth/*')).toEqual([false, true])
  expect(matches('*')).toEqual([true, true])
  expect(matches('BTC')).toEqual([false, false])
})

test('a * stands for anything, as an expression would have it', () => {
  const letters = (max: number) =>
    fc.array(fc.constantFrom('a', 'b', '.'), { maxLength: max }).map((all) => all.join(''))
  const pattern = fc.array(letters(3), { minLength: 1, maxLength: 5 }).map((all) => all.join('*'))
  fc.assert(
    fc.property(pattern, letters(12), (typed, text) => {
      const expression = typed.split('*').map((part) => part.replaceAll('.', String.raw`\.`))
      expect(matchesWildcard(typed, text)).toBe(new RegExp(`^${expression.join('.*')}$`).test(text))
    }),
    { numRuns: 2000 },
  )
})

test('S21 a pattern made to take for ever takes no longer than another', () => {
  const text = `${'a'.repeat(200)}b`
  const evil = `${'a*'.repeat(10)}c`
  const startedMs = performance.now()
  for (let i = 0; i < 10_000; i++) expect(matchesWildcard(evil, text)).toBe(false)
  // An expression with as many stars would not end in our lifetime; this is a bound for any machine.
  expect(performance.now() - startedMs).toBeLessThan(10_000)
})
