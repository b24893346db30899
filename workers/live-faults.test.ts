// What ARBDESK_MODE=live asks for before anything is started.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig, type Environment } from '../src/config.ts'
import { sealKeys } from '../src/exchanges/key-file.ts'
import { secret } from '../src/secret.ts'
import { keyPowerFaults, liveFaults } from './live-faults.ts'

const keysOf = (venue: string, key: string) => ({
  [`${venue}_API_KEY`]: key,
  [`${venue}_API_SECRET`]: 'hush-secret',
})
const whole = {
  ARBDESK_MODE: 'live',
  ARBDESK_MARKET: 'live',
  ARBDESK_VENUES: 'kucoin,binance',
  ARBDESK_OPERATORS: 'ann@telegram:1=operator',
  ...keysOf('KUCOIN', 'hush-1'),
  ...keysOf('BINANCE', 'hush-2'),
}
const faultsOf = (changes: Environment) => liveFaults(readConfig({ ...whole, ...changes }))

test('a whole environment has no fault, and a paper desk is not asked', () => {
  expect(faultsOf({})).toEqual([])
  expect(faultsOf({ ARBDESK_MARKET: 'venues:http://127.0.0.1:1' })).toEqual([])
  expect(liveFaults(readConfig({}))).toEqual([])
})

test('G10: everything that live lacks is named at once, and what to do about it', () => {
  const faults = liveFaults(readConfig({ ARBDESK_MODE: 'live' }))
  expect(faults.map((fault) => fault.split(' ').slice(0, 2).join(' '))).toEqual([
    'ARBDESK_MARKET is',
    'ARBDESK_OPERATORS names',
    'ARBDESK_VENUES is',
  ])
  for (const fault of faults) expect(fault).not.toContain('\n')
})

test.each([
  [{ ARBDESK_MARKET: 'replay:day' }, /^ARBDESK_MARKET is replay:.*venues:<url>/],
  [{ ARBDESK_OPERATORS: 'ann@telegram:1=trader' }, /^ARBDESK_OPERATORS names nobody .*admin/],
  [{ ARBDESK_VENUES: 'kucoin,mexc', ...keysOf('MEXC', 'k') }, /^ARBDESK_VENUES names mexc, where/],
  [{ BINANCE_API_KEY: '', BINANCE_API_SECRET: '' }, /^binance has no whole key .* not withdraw/],
  [{ KUCOIN_READ_API_KEY: 'hush-1', KUCOIN_READ_API_SECRET: 'x' }, /^KUCOIN_READ_API_KEY is/],
])('%j is one fault', (changes: Record<string, string>, line) => {
  const faults = faultsOf(changes)
  expect(faults).toHaveLength(1)
  expect(faults[0]).toMatch(line)
  expect(faults[0]).not.toContain('hush')
})

test('A16: a key that reads or transfers may not be the key that trades', () => {
  const [fault] = faultsOf({ KUCOIN_READ_API_KEY: 'hush-1', KUCOIN_READ_API_SECRET: 'x' })
  expect(fault).toMatch(/two processes may not share one/)
  const moves = { KUCOIN_TRANSFER_API_KEY: 'hush-1', KUCOIN_TRANSFER_API_SECRET: 'x' }
  expect(faultsOf(moves)).toEqual([
    expect.stringMatching(/^KUCOIN_TRANSFER_API_KEY is the key that trades/),
  ])
  expect(faultsOf({ KUCOIN_READ_API_KEY: 'hush-3', KUCOIN_READ_API_SECRET: 'x' })).toEqual([])
})

test('a process that signs nothing needs no keys', () => {
  const none = { KUCOIN_API_KEY: '', KUCOIN_API_SECRET: '', ...keysOf('BINANCE', '') }
  const keyless = { ...none, BINANCE_API_SECRET: '' }
  expect(faultsOf(keyless)).toHaveLength(2)
  expect(faultsOf({ ...keyless, ARBDESK_ROLES: 'bots' })).toEqual([])
})

test('a key file that cannot be opened is a fault, and one that can stands for its keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'arbdesk-live-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'keys.sealed')
  const passphrase = 'correct horse battery staple'
  const keys = { apiKey: secret('hush-1'), secret: secret('hush-2') }
  writeFileSync(path, sealKeys([{ venue: 'kucoin', purpose: 'trade', keys }], secret(passphrase)), {
    mode: 0o600,
  })
  const sealed = {
    ARBDESK_KEYS_FILE: path,
    ARBDESK_KEYS_PASSPHRASE: passphrase,
    KUCOIN_API_KEY: '',
    KUCOIN_API_SECRET: '',
  }
  expect(faultsOf(sealed)).toEqual([])
  expect(faultsOf({ ...sealed, ARBDESK_KEYS_PASSPHRASE: 'wrong horse battery staple' })).toEqual([
    'ARBDESK_KEYS_FILE: ARBDESK_KEYS_PASSPHRASE is not the passphrase of this key file.',
  ])
  expect(faultsOf({ ...sealed, ARBDESK_KEYS_FILE: join(folder, 'none') })[0]).toMatch(
    /^ARBDESK_KEYS_FILE: .*cannot be read/,
  )
})

test('S1 a key that can withdraw is one line that says what to change at its venue, and without another venue nothing starts', () => {
  const powers = { binance: 'can-withdraw', okx: 'trade-only', bybit: 'silent' } as const
  expect(keyPowerFaults(powers)).toEqual({
    faults: [
      'binance is not traded on: its key can withdraw: at binance, clear "Enable Withdrawals" under API Management, or make a key that may only read and trade',
    ],
    isNoneLeft: false,
  })
  expect(keyPowerFaults({ binance: 'can-withdraw', okx: 'no-trade' })).toEqual({
    faults: [
      expect.stringMatching(/^binance is not traded on/),
      expect.stringMatching(/^okx is not traded on: its key may not trade/),
      'no venue is left to trade on, so nothing starts',
    ],
    isNoneLeft: true,
  })
  expect(keyPowerFaults({ okx: 'unknown' }).faults).toEqual([])
  expect(keyPowerFaults({}).isNoneLeft).toBe(false)
})
