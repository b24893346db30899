import { expect, test } from 'vitest'
import { allowsRole } from './control.ts'
import { clientOrderIdOf, prefixOf } from './client-order-id.ts'
import { executionTransitions, legTransitions, mayExecutionGo, mayLegGo } from './transitions.ts'

test('no pair of states stands twice, and none leads to itself', () => {
  for (const rows of [legTransitions, executionTransitions]) {
    expect(new Set(rows.map(String)).size).toBe(rows.length)
    expect(rows.filter(([from, to]) => from === to)).toEqual([])
  }
})

test('an order that may have arrived is never simply rejected or void', () => {
  expect(mayLegGo('unknown', 'rejected')).toBe(false)
  expect(mayLegGo('unknown', 'void')).toBe(false)
  expect(mayLegGo('acked', 'never-accepted')).toBe(false)
})

test('no leg is ever sent again, and no state leads back to an intent', () => {
  expect(legTransitions.filter(([, to]) => to === 'sending')).toEqual([['intent', 'sending']])
  expect(legTransitions.filter(([, to]) => to === 'intent')).toEqual([])
})

test('a late fill opens again what was over, and nothing else does', () => {
  for (const over of ['done', 'settled-with-diff', 'aborted'] as const) {
    expect(mayExecutionGo(over, 'imbalanced')).toBe(true)
    expect(mayExecutionGo(over, 'legs')).toBe(false)
    expect(mayExecutionGo(over, 'preflight')).toBe(false)
  }
})

test('paused and killed let a position be brought home, frozen lets nothing leave', () => {
  expect(allowsRole('running', 'primary')).toBe(true)
  for (const mode of ['paused', 'killed'] as const) {
    expect(allowsRole(mode, 'primary')).toBe(false)
    expect(allowsRole(mode, 'hedge')).toBe(true)
    expect(allowsRole(mode, 'unwind')).toBe(true)
  }
  expect(allowsRole('frozen', 'unwind')).toBe(false)
})

test('a client order id is the same for the same intent, short enough, and says whether it is paper', () => {
  const intent = { mode: 'paper', execution: '01hv3m2kq7ez', role: 'primary', step: 1, attempt: 1 }
  const id = clientOrderIdOf(intent as Parameters<typeof clientOrderIdOf>[0])
  expect(id).toBe('ap01hv3m2kq7ezx0101')
  expect(id.length).toBeLessThanOrEqual(27)
  expect(prefixOf('live')).not.toBe(prefixOf('paper'))
})

test('an id that would have to be cut short is refused', () => {
  const execution = 'an-execution-with-a-long-name'
  expect(() =>
    clientOrderIdOf({ mode: 'live', execution, role: 'hedge', step: 0, attempt: 1 }),
  ).toThrow('is no client order id')
})
