import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allCommands } from '../src/commands/all-commands.ts'
import { newId } from '../src/id.ts'
import { settingHelp, settingKeys } from '../src/settings/settings.ts'
import { newSecret } from './chat/buttons.ts'
import { looksLikeKey } from './burned-key.ts'

const bytes = (count: number) => fc.uint8Array({ minLength: count, maxLength: count })
const hex = (count: number) => bytes(count).map((each) => Buffer.from(each).toString('hex'))
const base64 = (count: number) => bytes(count).map((each) => Buffer.from(each).toString('base64'))
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'.split('')
const alphanumeric = (count: number) =>
  fc
    .array(fc.constantFrom(...letters), { minLength: count, maxLength: count })
    .map((chosen) => chosen.join(''))

test('S5 keys of the shapes that venues and platforms give are known', () => {
  const keys = fc.oneof(
    hex(12).filter((key) => /[a-f]/.test(key) && /\d/.test(key)),
    hex(16).filter((key) => /[a-f]/.test(key) && /\d/.test(key)),
    hex(32),
    fc.uuid(),
    base64(42).map((key) => (key.endsWith('=') ? key : `${key}=`)),
    base64(64),
    alphanumeric(64),
    hex(16).map((key) => `bg_${key}`),
    fc.constant('110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawX'),
    fc.constant('MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs7aBcD'),
    fc.constant('-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE'),
  )
  const around = fc.constantFrom(
    (key: string) => key,
    (key: string) => `my key is ${key} please set it`,
    (key: string) => `/settings set kucoin.key ${key}`,
    (key: string) => `KUCOIN_API_KEY="${key}"`,
  )
  fc.assert(
    fc.property(keys, around, (key, said) => {
      expect(looksLikeKey(said(key))).toBe(true)
    }),
    { numRuns: 500, seed: 5 },
  )
})

test('S5 words that name a secret give it away whatever its shape', () => {
  for (const said of [
    'api key: abcd1234',
    'passphrase=correct-horse',
    'my password is hunter2hunter2',
    'secret_key = aaaaaaaa',
  ])
    expect(looksLikeKey(said), said).toBe(true)
})

test('what people really type to the desk is no key', () => {
  const typed = [
    ...allCommands.flatMap(({ examples, help, summary }) => [...examples, help, summary]),
    ...settingKeys.flatMap((key) => [`settings set ${key} 0.2`, settingHelp(key)]),
    'why cross BTC/USDT kucoin>binance',
    'why cycle kucoin USDT>ETH>BTC',
    'settings set paper.balances {"kucoin":{"USDT":"1000.000000000000000001","BTC":"0.5"}}',
    'operators set discord:123456789012345678 trader ann',
    'prices 1000SHIB/USDT',
    'what is a key?',
    'The secret of success is patience',
    'https://www.kucoin.com/trade/BTC-USDT',
    '2025-11-20T12:04:05.123Z',
  ]
  for (const line of typed) expect(looksLikeKey(line), line).toBe(false)
})

test('ids and buttons of our own are no keys', () => {
  for (let i = 0; i < 2000; i++) {
    expect(looksLikeKey(`approve ${newId(Date.now())}`)).toBe(false)
    expect(looksLikeKey(newSecret())).toBe(false)
  }
})

test('S21 a text of any kind and length is judged at once', () => {
  const hostile = [
    'a'.repeat(100_000),
    '='.repeat(100_000),
    'secret'.repeat(20_000),
    'passphrase is '.repeat(5000),
    '-----BEGIN '.repeat(10_000),
    randomBytes(60_000).toString('base64'),
    Array.from({ length: 3000 }, () => randomUUID()).join('.'),
  ]
  for (const text of hostile) {
    const startMs = performance.now()
    looksLikeKey(text)
    expect(performance.now() - startMs).toBeLessThan(1000)
  }
})
