import { expect, test } from 'vitest'
import { baseAmount, price } from '../money.ts'
import { consume, remaining } from './consumed.ts'
import type { Level } from './paper-fill.ts'

const shown: readonly Level[] = [
  [price('100'), baseAmount('5')],
  [price('101'), baseAmount('3')],
]
const taken: readonly Level[] = [
  [price('100'), baseAmount('5')],
  [price('101'), baseAmount('1')],
]

test('what a fill took is gone while the venue shows the same quantity', () => {
  const consumed = consume(new Map(), shown, taken)
  expect(remaining(shown, consumed).levels).toEqual([[price('101'), baseAmount('2')]])
})

test('two fills from one level add up', () => {
  const once = consume(new Map(), shown, [[price('101'), baseAmount('1')]])
  const twice = consume(once, shown, [[price('101'), baseAmount('1.5')]])
  expect(remaining(shown, twice).levels[1]).toEqual([price('101'), baseAmount('0.5')])
})

test('a quantity the venue refreshed is whole again, and forgotten', () => {
  const consumed = consume(new Map(), shown, taken)
  const refreshed: readonly Level[] = [[price('100'), baseAmount('4')]]
  const left = remaining(refreshed, consumed)
  expect(left.levels).toEqual(refreshed)
  expect(left.consumed.size).toBe(0)
})
