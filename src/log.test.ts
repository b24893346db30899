import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { LogLevel } from './config.ts'
import type { LogLine } from './history/log-store.ts'
import { createLog, type Log } from './log.ts'
import { secret } from './secret.ts'

function capture(canaries: readonly string[] = [], readable = false, level: LogLevel = 'debug') {
  const lines: string[] = []
  const kept: LogLine[] = []
  const log = createLog({
    level,
    secrets: canaries.map(secret),
    readable,
    write: (line) => void lines.push(line),
    keep: (line) => void kept.push(line),
  })
  return { log, lines, kept, read: () => lines.map((line) => JSON.parse(line) as unknown) }
}

test('a line is one JSON object with its time, level, part, text and facts', () => {
  const { log, lines, read } = capture()
  log.named('sweep').info('six venues read', { ms: 12, net: 12n })
  expect(lines[0]).toMatch(/^\{.*\}\n$/)
  expect(read()[0]).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    part: 'sweep',
    msg: 'six venues read',
    ms: 12,
    net: '12',
  })
})

test('a line below the level is neither written nor kept', () => {
  const { log, lines, kept } = capture([], false, 'warn')
  log.info('quiet')
  log.warn('loud')
  expect(lines).toHaveLength(1)
  expect(kept).toHaveLength(1)
})

test('a line is kept as a person reads it, and never longer than that takes', () => {
  const { log, kept } = capture()
  log.named('feed').warn('odd', { ms: 12, error: new Error('too bad') })
  log.info('x'.repeat(10_000), { long: 'y'.repeat(10_000) })
  expect(kept[0]).toEqual({
    at: expect.any(Date) as Date,
    level: 'warn',
    part: 'feed',
    text: 'odd',
    facts: 'ms=12  error="too bad"',
  })
  expect(kept[1]?.text).toHaveLength(2_000)
  expect(kept[1]?.facts).toHaveLength(2_000)
})

test('for a person a line is short, plain and one line whatever a venue sends', () => {
  const { log, lines } = capture([], true)
  log.named('loop').warn('odd\nname', { symbol: '\u001b[2JX\u009b1m', error: new Error('too bad') })
  const plain = stripVTControlCharacters(lines[0] ?? '')
  expect(plain).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} warn {2}loop: odd name {2}symbol=.*error="too bad"\n$/,
  )
  expect(lines[0]).not.toContain('\u001b[2J')
  expect(lines[0]?.trimEnd()).not.toContain('\n')
})

const canary = 'cnry-1/+"ü\\x=&7f3a'
const say: readonly [string, (log: Log, value: string) => void][] = [
  ['as a text', (log, value) => log.info(`the key is ${value}!`)],
  ['as a fact', (log, value) => log.info('x', { value })],
  ['as the name of a fact', (log, value) => log.info('x', { [value]: 1 })],
  ['deep inside a fact', (log, value) => log.info('x', { a: [{ b: { c: value } }] })],
  ['in an error', (log, value) => log.error('x', { error: new Error(`no ${value}`) })],
  [
    'in the cause of an error',
    (log, value) => log.error('x', { error: new Error('a', { cause: new Error(value) }) }),
  ],
  [
    'in a field of an error',
    (log, value) => log.error('x', { error: Object.assign(new Error('a'), { body: value }) }),
  ],
  ['in the part', (log, value) => log.named(value).info('x')],
  ['in an address', (log, value) => log.info(`https://h/p?k=${encodeURIComponent(value)}`)],
  ['as hex', (log, value) => log.info(Buffer.from(value).toString('hex'))],
  ...['', 'a', 'ab', 'abc'].map((before): [string, (log: Log, value: string) => void] => [
    `as base64 after "${before}"`,
    (log, value) => log.info(`Basic ${Buffer.from(`${before}${value}zz`).toString('base64')}`),
  ]),
  ['as base64url', (log, value) => log.info(Buffer.from(`u:${value}`).toString('base64url'))],
]

test.each(say)('a known secret %s is blotted out', (_, speak) => {
  for (const readable of [false, true]) {
    const { log, lines, kept } = capture([canary], readable)
    speak(log, canary)
    expect(JSON.stringify(kept)).not.toMatch(/cnry-1|7f3a/)
    const text = lines.join('')
    // A person is not shown the causes of an error.
    if (!readable) expect(text).toContain('[secret]')
    const decoded = [...text.matchAll(/[\w+/-]{8,}/g)].flatMap(([word]) =>
      [0, 1, 2, 3].map((skip) => Buffer.from(word.slice(skip), 'base64').toString()),
    )
    expect(
      [text, decodeURIComponent(text.replaceAll('%', '%25')), ...decoded].join(' '),
    ).not.toMatch(/cnry-1|7f3a/)
    expect(text.toLowerCase()).not.toContain(Buffer.from('cnry').toString('hex'))
  }
})

test('a secret that is not known is hidden by the name it stands under, at any depth', () => {
  const { log, lines } = capture()
  log.info('x', {
    apiKey: 'canary',
    headers: { 'KC-API-SIGN': 'canary', Authorization: 'canary', 'X-MBX-APIKEY': 'canary' },
    venues: [{ api_secret: 'canary', password: 'canary', Token: 'canary' }],
    error: Object.assign(new Error('x'), { options: { secret: 'canary' } }),
    own: secret('canary'),
  })
  log.info('GET https://u:canary@h/x?timestamp=1&signature=canary&apiKey=canary')
  expect(lines.join('')).not.toContain('canary')
  expect(lines.join('')).toContain('timestamp=1')
})

test('the password inside a database address is hidden where it stands alone, too', () => {
  const { log, lines } = capture(['postgres://u:can%20ary@h/d'])
  log.info('password "can ary" refused, can%20ary')
  expect(lines.join('')).not.toMatch(/can.*ary/)
})

test('an endless value ends', () => {
  const { log, lines } = capture()
  const loop: Record<string, unknown> = {}
  loop['again'] = loop
  log.info('x', { loop, many: Array.from({ length: 10_000 }, () => 'x') })
  expect(lines[0]?.length).toBeLessThan(2_000)
})
