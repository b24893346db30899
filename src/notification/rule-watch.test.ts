import { expect, test } from 'vitest'
import type { AlertRule } from './alert-rule.ts'
import { createRuleWatch, type SeenGap } from './rule-watch.ts'

const rule = (more: Partial<AlertRule> = {}): AlertRule => ({
  id: 'r1',
  pattern: 'cross * *>binance',
  percent: 0.5,
  standsMs: 5000,
  person: 'ann',
  by: 'discord:ann',
  to: undefined,
  madeAt: new Date(0),
  ...more,
})
const gap = (netPercent = 0.6, to = 'binance'): SeenGap => ({
  route: `cross SOL/USDT kucoin>${to}`,
  symbols: ['SOL/USDT'],
  netPercent,
})

/** What becomes due at each second: a digit for how many gaps. */
function watch(rules: readonly AlertRule[], seen: readonly (readonly SeenGap[])[]): string {
  const rulesWatch = createRuleWatch()
  return seen
    .map((gaps, second) => {
      const { due } = rulesWatch.look(rules, gaps, second * 1000)
      return [...due.values()].reduce((sum, each) => sum + each.length, 0)
    })
    .join('')
}
const seconds = (count: number, gaps: readonly SeenGap[]) =>
  Array.from({ length: count }, () => gaps)

test('a gap is due once it has stood there for the time, and only once', () => {
  expect(watch([rule()], seconds(12, [gap()]))).toBe('000001000000')
  expect(watch([rule({ standsMs: 0 })], seconds(3, [gap()]))).toBe('100')
})

test('a gap that falls below starts anew', () => {
  const seen = [...seconds(4, [gap()]), [gap(0.4)], ...seconds(7, [gap()])]
  expect(watch([rule()], seen)).toBe('000000000010')
  expect(watch([rule()], [...seconds(4, [gap()]), [], ...seconds(7, [gap()])])).toBe('000000000010')
})

test('a gap that was told and is away for a moment is the same gap; after half a minute it is another', () => {
  const quick = rule({ standsMs: 0 })
  expect(watch([quick], [[gap()], ...seconds(20, []), [gap()]])).toMatch(/^10+$/)
  expect(watch([quick], [[gap()], ...seconds(31, []), [gap()]])).toMatch(/^10+1$/)
})

test('each rule and each route has a life of its own', () => {
  const rules = [rule(), rule({ id: 'r2', pattern: 'SOL/USDT', standsMs: 0 })]
  expect(watch(rules, seconds(6, [gap(), gap(0.9, 'okx')]))).toBe('200001')
})

test('a gap tells how long it has stood, and that it goes on standing', () => {
  const rulesWatch = createRuleWatch()
  rulesWatch.look([rule()], [gap()], 0)
  const { due } = rulesWatch.look([rule()], [gap(0.7)], 6000)
  expect([...due.values()]).toEqual([[{ ...gap(0.7), standsMs: 6000 }]])
  expect(rulesWatch.look([rule()], [gap()], 7000).standing).toEqual([
    { rule: 'r1', route: gap().route },
  ])
})

test('what could not be told is due again', () => {
  const rulesWatch = createRuleWatch()
  const quick = [rule({ standsMs: 0 })]
  expect(rulesWatch.look(quick, [gap()], 0).due.size).toBe(1)
  rulesWatch.notTold('r1', [gap().route])
  expect(rulesWatch.look(quick, [gap()], 1000).due.size).toBe(1)
})
