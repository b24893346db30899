import { expect, test } from 'vitest'
import { environmentOfRoles } from './role-environment.ts'

test('roles say only what is wrong where somebody types, unless a level was asked for', () => {
  const shell = { PATH: '/bin', ARBDESK_LOG_LEVEL: ' ' }
  expect(environmentOfRoles(shell, true)).toEqual({ PATH: '/bin', ARBDESK_LOG_LEVEL: 'warn' })
  expect(environmentOfRoles(shell, false)).toBe(shell)
  const asked = { ARBDESK_LOG_LEVEL: 'debug' }
  expect(environmentOfRoles(asked, true)).toBe(asked)
})
