import { expect, test } from 'vitest'
import { listOperators, mayTrade, peopleAmong, type Operator } from './operator.ts'

const ann: Operator = { surface: 'discord', id: '1', name: 'ann', role: 'admin' }
const annToo: Operator = { surface: 'telegram', id: '1', name: 'ann', role: 'admin' }
const bob: Operator = { surface: 'discord', id: '2', name: 'bob', role: 'trader' }

test('S6 nobody is configured, so nobody may act', () => {
  expect(listOperators([], [])).toEqual([])
})

test('a change from chat wins over the configuration, and can take authority away', () => {
  const listed = listOperators([ann, bob], [{ ...bob, role: undefined }])
  expect(listed).toEqual([{ ...ann, from: 'configuration' }])
  const promoted = listOperators([bob], [{ ...bob, role: 'operator' }])
  expect(promoted).toEqual([{ ...bob, role: 'operator', from: 'chat' }])
})

test('the same number on two platforms is two accounts', () => {
  expect(listOperators([ann, annToo], [{ ...ann, role: undefined }])).toEqual([
    { ...annToo, from: 'configuration' },
  ])
})

test('a person with two accounts is one person', () => {
  expect(peopleAmong([ann, annToo])).toBe(1)
  expect(peopleAmong([ann, bob])).toBe(2)
})

test('a person may trade by any account that is a trader at least; the terminal always may', () => {
  const carl: Operator = { surface: 'discord', id: '3', name: 'carl', role: 'viewer' }
  const all = [carl, bob, ann]
  expect(mayTrade(all, 'bob', 'discord:bob')).toBe(true)
  expect(mayTrade(all, 'ann', 'discord:ann')).toBe(true)
  expect(mayTrade(all, 'carl', 'discord:carl')).toBe(false)
  expect(mayTrade([...all, { ...carl, id: '4', role: 'trader' }], 'carl', 'discord:carl')).toBe(
    true,
  )
  expect(mayTrade(all, 'dora', 'discord:dora')).toBe(false)
  expect(mayTrade([], 'dora', 'terminal:dora')).toBe(true)
  expect(mayTrade([], 'dora', 'discord:terminal:')).toBe(false)
})
