import { expect, test } from 'vitest'
import { readConfig, type Environment } from '../src/config.ts'
import { unbuiltRoles } from './unbuilt-roles.ts'

const said = (environment: Environment) =>
  unbuiltRoles(readConfig(environment), environment, (role) => role === 'terminal')

test('a role that is not built is named where it was asked for, or has its token', () => {
  expect(said({ ARBDESK_ROLES: 'bots' })).toMatch(/not started: discord, telegram, notify;/)
  expect(said({ TELEGRAM_TOKEN: 't', TELEGRAM_CHAT_ID: '1' })).toMatch(/not started: telegram;/)
  expect(said({ DISCORD_TOKEN: 't', DISCORD_CHANNEL_ID: '1', ARBDESK_ROLES: 'all' })).toMatch(
    /not started: discord;/,
  )
})

test('where nobody counts on one nothing is said', () => {
  expect(said({})).toBeUndefined()
  expect(said({ ARBDESK_ROLES: 'terminal simulator' })).toBeUndefined()
})
