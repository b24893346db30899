import { expect, test } from 'vitest'
import type { Environment } from '../src/config.ts'
import type { RoleName } from '../src/config/role-names.ts'
import { environmentOfRole, environmentOfRoles } from './role-environment.ts'

test('roles say only what is wrong where somebody types, unless a level was asked for', () => {
  const shell = { PATH: '/bin', ARBDESK_LOG_LEVEL: ' ' }
  expect(environmentOfRoles(shell, true)).toEqual({ PATH: '/bin', ARBDESK_LOG_LEVEL: 'warn' })
  expect(environmentOfRoles(shell, false)).toBe(shell)
  const asked = { ARBDESK_LOG_LEVEL: 'debug' }
  expect(environmentOfRoles(asked, true)).toBe(asked)
})

const shell = {
  PATH: '/bin',
  ARBDESK_MODE: 'live',
  ARBDESK_KEYS_FILE: 'keys.sealed',
  ARBDESK_KEYS_PASSPHRASE: 'passphrase',
  TELEGRAM_TOKEN: 'token',
  KUCOIN_REST_URL: 'http://127.0.0.1:1',
  KUCOIN_API_KEY: 'trades',
  KUCOIN_API_SECRET: 'trades',
  KUCOIN_API_PASSWORD: 'trades',
  KUCOIN_READ_API_KEY: 'reads',
  KUCOIN_TRANSFER_API_KEY: 'moves',
}
const keysSeenBy = (role: RoleName, environment: Environment = shell) =>
  Object.keys(environmentOfRole(role, environment)).filter((name) => /_API_|KEYS/.test(name))

test('A16: each kind of key reaches the one role that it is for', () => {
  expect(keysSeenBy('trade')).toEqual([
    'ARBDESK_KEYS_FILE',
    'ARBDESK_KEYS_PASSPHRASE',
    'KUCOIN_API_KEY',
    'KUCOIN_API_SECRET',
    'KUCOIN_API_PASSWORD',
  ])
  expect(keysSeenBy('sweep')).toEqual(['KUCOIN_READ_API_KEY'])
  expect(keysSeenBy('transfer')).toEqual(['KUCOIN_TRANSFER_API_KEY'])
  for (const role of ['discord', 'telegram', 'terminal', 'notify', 'loop', 'simulator'] as const)
    expect(keysSeenBy(role), role).toEqual([])
  expect(environmentOfRole('loop', shell)).toEqual({
    PATH: '/bin',
    ARBDESK_MODE: 'live',
    TELEGRAM_TOKEN: 'token',
    KUCOIN_REST_URL: 'http://127.0.0.1:1',
  })
})

test('G10: on a paper desk no key that moves money reaches anybody', () => {
  const { ARBDESK_MODE: _live, ...paper } = shell
  expect(keysSeenBy('trade', paper)).toEqual([])
  expect(keysSeenBy('transfer', paper)).toEqual([])
  expect(keysSeenBy('sweep', paper)).toEqual(['KUCOIN_READ_API_KEY'])
})
