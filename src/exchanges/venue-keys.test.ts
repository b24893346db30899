import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createLog } from '../log.ts'
import { secret } from '../secret.ts'
import { sealKeys } from './key-file.ts'
import { readTradeKeys, secretsOfKeyFile } from './venue-keys.ts'

const passphrase = secret('correct horse battery staple')

function sealed() {
  const folder = mkdtempSync(join(tmpdir(), 'arbdesk-keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'keys.sealed')
  const keysOf = (name: string) => ({
    apiKey: secret(`${name}-key`),
    secret: secret(`${name}-sec`),
  })
  const entries = [
    { venue: 'okx', purpose: 'trade', keys: keysOf('canary-okx') },
    { venue: 'kucoin', purpose: 'trade', keys: keysOf('canary-kucoin') },
    { venue: 'okx', purpose: 'read', keys: keysOf('canary-read') },
  ] as const
  writeFileSync(path, sealKeys(entries, passphrase), { mode: 0o600 })
  return { path, passphrase }
}

test('I21: whatever a key file has is blotted out of the log, also encoded', () => {
  const secrets = secretsOfKeyFile({ keysFile: sealed() })
  expect(secrets).toHaveLength(6)
  const lines: string[] = []
  const log = createLog({
    level: 'info',
    secrets,
    readable: false,
    write: (line) => void lines.push(line),
  })
  for (const each of secrets) {
    const value = each.reveal()
    log.warn(`it said ${value}`, {
      error: new Error(`/order?x=${Buffer.from(value).toString('hex')}`),
    })
  }
  expect(lines).toHaveLength(6)
  for (const line of lines) expect(line).toContain('[secret]')
  expect(lines.join('\n')).not.toMatch(/canary|63616e617279/)
})

test('a key file that is not there or cannot be opened has no secrets', () => {
  expect(secretsOfKeyFile({ keysFile: undefined })).toEqual([])
  const { path } = sealed()
  const wrong = { path, passphrase: secret('wrong horse battery staple') }
  expect(secretsOfKeyFile({ keysFile: wrong })).toEqual([])
})

test('orders are signed with what trades, and what the environment says stands over the file', () => {
  const keys = { apiKey: secret('told'), secret: secret('told') }
  const read = readTradeKeys({ keysFile: sealed(), venueVariables: { kucoin: { keys } } })
  if (read.outcome === 'failed') throw new Error(read.reason)
  const names = Array.from(read.keys, ([venue, { apiKey }]) => `${venue} ${apiKey.reveal()}`)
  expect(names.toSorted()).toEqual(['kucoin told', 'okx canary-okx-key'])
})
