import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { secret } from '../secret.ts'
import { openKeys, readKeyFile, sealKeys, type KeyEntry } from './key-file.ts'
import { readTradeKeys } from './venue-keys.ts'

const passphrase = secret('correct horse battery staple')
const entry = (venue: string, purpose: KeyEntry['purpose'] = 'trade'): KeyEntry => ({
  venue,
  purpose,
  keys: {
    apiKey: secret(`canary-key-${venue}-${purpose}`),
    secret: secret(`canary-secret-${venue}`),
    password: secret('canary-password'),
  },
})
const entries = [entry('kucoin'), entry('okx'), entry('okx', 'read')]
const text = sealKeys(entries, passphrase)
const reasonOf = (opened: ReturnType<typeof openKeys>) =>
  opened.outcome === 'failed' ? opened.reason : opened.outcome

type Sealed = { venue: string; purpose: string; sealed: string }
type File = { check: string; salt: string; entries: Sealed[] }
const changed = (change: (file: File) => void): string => {
  const file = JSON.parse(text) as File
  change(file)
  return JSON.stringify(file)
}

test('what was sealed is opened with the same passphrase', () => {
  const opened = openKeys(text, passphrase)
  if (opened.outcome === 'failed') throw new Error(opened.reason)
  const plain = opened.entries.map(({ venue, purpose, keys }) => [
    venue,
    purpose,
    keys.apiKey.reveal(),
    keys.secret.reveal(),
    keys.password?.reveal(),
  ])
  expect(plain).toEqual([
    ['kucoin', 'trade', 'canary-key-kucoin-trade', 'canary-secret-kucoin', 'canary-password'],
    ['okx', 'trade', 'canary-key-okx-trade', 'canary-secret-okx', 'canary-password'],
    ['okx', 'read', 'canary-key-okx-read', 'canary-secret-okx', 'canary-password'],
  ])
  expect(inspect(opened, { depth: 10, showHidden: true })).not.toContain('canary')
})

test('S3 nothing of a key can be read in the file, and no two files are alike', () => {
  const forms = [text, ...(JSON.parse(text) as File).entries.map(({ sealed }) => atob(sealed))]
  expect(forms.filter((form) => form.includes('canary'))).toEqual([])
  const again = JSON.parse(sealKeys(entries, passphrase)) as File
  expect(again.entries[0]?.sealed).not.toBe((JSON.parse(text) as File).entries[0]?.sealed)
})

test('S3 another passphrase is told in one sentence', () => {
  expect(reasonOf(openKeys(text, secret('correct horse battery stable')))).toBe(
    'ARBDESK_KEYS_PASSPHRASE is not the passphrase of this key file.',
  )
})

test('S3 a key that was moved to another venue or purpose does not open', () => {
  const moved = [
    changed((file) => void ((file.entries[0] as Sealed).venue = 'binance')),
    changed((file) => void ((file.entries[2] as Sealed).purpose = 'trade')),
    changed((file) => {
      const [first, second, ...rest] = file.entries as [Sealed, Sealed]
      file.entries = [
        { ...first, sealed: second.sealed },
        { ...second, sealed: first.sealed },
        ...rest,
      ]
    }),
  ]
  expect(moved.map((each) => reasonOf(openKeys(each, passphrase)))).toEqual([
    'the key file was changed: what stands for binance trade is not its key.',
    'the key file was changed: what stands for okx trade is not its key.',
    'the key file was changed: what stands for kucoin trade is not its key.',
  ])
})

test('a flipped bit, a cut and a stranger’s file open nothing', () => {
  const flipped = changed((file) => {
    const first = file.entries[0] as Sealed
    const bytes = Buffer.from(first.sealed, 'base64')
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    first.sealed = bytes.toString('base64')
  })
  expect(reasonOf(openKeys(flipped, passphrase))).toMatch(/^the key file was changed/)
  const cut = changed((file) => void ((file.entries[0] as Sealed).sealed = 'AAAA'))
  expect(reasonOf(openKeys(cut, passphrase))).toMatch(/^the key file was changed/)
  for (const stranger of [
    '',
    '{}',
    '[]',
    text.slice(0, -20),
    changed((file) => void (file.salt = '%')),
  ])
    expect(reasonOf(openKeys(stranger, passphrase))).toBe(
      'the key file has no form that this version writes.',
    )
})

function fileWith(content: string, mode: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'arbdesk-keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'keys.sealed')
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

test('a file that others may read is not read, and neither is one that is not there', () => {
  const open = fileWith(text, 0o644)
  expect(reasonOf(readKeyFile(open, passphrase))).toBe(
    `other users may read ${open}; "chmod 600" it.`,
  )
  expect(readKeyFile(fileWith(text, 0o600), passphrase).outcome).toBe('ok')
  expect(reasonOf(readKeyFile('/nowhere/keys', passphrase))).toMatch(/cannot be read: ENOENT/)
})

test('keys of the environment stand over those of the file, and reading keys never trade', () => {
  const path = fileWith(sealKeys([entry('kucoin'), entry('okx', 'read')], passphrase), 0o600)
  const own = { apiKey: secret('own'), secret: secret('own') }
  const read = readTradeKeys({
    keysFile: { path, passphrase },
    venueVariables: { bybit: { keys: own }, binance: { restUrl: 'http://127.0.0.1:1' } },
  })
  if (read.outcome === 'failed') throw new Error(read.reason)
  expect([...read.keys.keys()]).toEqual(['kucoin', 'bybit'])
  const over = readTradeKeys({
    keysFile: { path, passphrase },
    venueVariables: { kucoin: { keys: own } },
  })
  expect(over.outcome === 'ok' && over.keys.get('kucoin')?.apiKey.reveal()).toBe('own')
  const wrong = { path, passphrase: secret('not the passphrase') }
  expect(readTradeKeys({ keysFile: wrong, venueVariables: {} }).outcome).toBe('failed')
})
