// The two commands that stand before live trading, as a person runs them.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readKeyFile } from '../src/exchanges/key-file.ts'
import { secret } from '../src/secret.ts'

const workers = join(import.meta.dirname, '..', 'workers')
const passphrase = 'correct horse battery staple'

function run(worker: string, cwd: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(workers, worker)], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'arbdesk-keys-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

const keysOf = (venue: string, key: string) => ({
  [`${venue}_API_KEY`]: key,
  [`${venue}_API_SECRET`]: 'hush-secret',
})

test('keys are sealed one by one, and those that were sealed before stay', () => {
  const cwd = folder()
  const place = { ARBDESK_KEYS_FILE: 'keys.sealed', ARBDESK_KEYS_PASSPHRASE: passphrase }
  const path = join(cwd, 'keys.sealed')
  for (const keys of [
    keysOf('KUCOIN', 'hush-1'),
    keysOf('OKX', 'hush-2'),
    keysOf('OKX', 'hush-3'),
  ]) {
    const { status, stdout, stderr } = run('seal-keys.ts', cwd, { ...place, ...keys })
    expect(status, stderr).toBe(0)
    expect(stdout + stderr).not.toContain('hush')
  }
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const read = readKeyFile(path, secret(passphrase))
  if (read.outcome === 'failed') throw new Error(read.reason)
  expect(read.entries.map(({ venue, keys }) => `${venue} ${keys.apiKey.reveal()}`)).toEqual([
    'kucoin hush-1',
    'okx hush-3',
  ])
})

test('what is missing or wrong is one line, and the old file stays as it was', () => {
  const cwd = folder()
  const place = { ARBDESK_KEYS_FILE: 'keys.sealed', ARBDESK_KEYS_PASSPHRASE: passphrase }
  expect(run('seal-keys.ts', cwd)).toMatchObject({
    status: 2,
    stderr: 'arbdesk: ARBDESK_KEYS_FILE is not set; it names the file to write\n',
  })
  expect(run('seal-keys.ts', cwd, place)).toMatchObject({
    status: 1,
    stderr: 'arbdesk: no <VENUE>_API_KEY is set, so there is nothing to seal\n',
  })
  run('seal-keys.ts', cwd, { ...place, ...keysOf('KUCOIN', 'hush') })
  const other = { ...place, ...keysOf('OKX', 'hush'), ARBDESK_KEYS_PASSPHRASE: 'x'.repeat(16) }
  expect(run('seal-keys.ts', cwd, other)).toMatchObject({
    status: 1,
    stderr: 'arbdesk: ARBDESK_KEYS_PASSPHRASE is not the passphrase of this key file.\n',
  })
  expect(readKeyFile(join(cwd, 'keys.sealed'), secret(passphrase)).outcome).toBe('ok')
})

test('the check of order requests names every venue, and ends with 0 while nothing moved', () => {
  const { status, stdout, stderr } = run('check-order-cards.ts', folder())
  expect(status, stderr).toBe(0)
  expect(stdout.split('\n').map((line) => line.replace(/ +/, ' '))).toEqual([
    'kucoin may trade',
    'binance may trade',
    'okx may trade',
    'bybit may trade',
    'bitget may trade',
    'mexc watched only',
    'gate watched only',
    '',
  ])
})
