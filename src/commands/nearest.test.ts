import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const names = ['approve', 'deny', 'trades', 'trade', 'status', 'settings', 'scan']

test('a slip of the fingers is understood', () => {
  expect(nearest('aprove', names)).toBe('approve')
  expect(nearest('stauts', names)).toBe('status')
  expect(nearest('APPROVE', names)).toBe('approve')
  expect(nearest('sett', names)).toBe('settings')
})

test('a wild guess is not made', () => {
  for (const typed of ['withdraw', '', 'x', '🚀'.repeat(1000)])
    expect(nearest(typed, names)).toBeUndefined()
})
