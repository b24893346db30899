import { expect, test } from 'vitest'
import { includesRole, roles } from './role.ts'

test('a role is each role before it, itself, and none after it', () => {
  const included = roles.map((role) => roles.filter((needed) => includesRole(role, needed)))
  expect(included).toEqual([
    ['viewer'],
    ['viewer', 'trader'],
    ['viewer', 'trader', 'operator'],
    ['viewer', 'trader', 'operator', 'admin'],
  ])
})
