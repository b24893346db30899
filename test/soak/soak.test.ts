// The parts of a soak that need no desk: what it is asked, what it counts, what it makes of it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { createTally } from '../../workers/tally.ts'
import { breachesOf, figuresOf, type Counts, type Held, type Sample } from './figures.ts'
import { liveMemoryMb } from './live-memory.ts'
import { readSoakOptions } from './soak-options.ts'
import { createToldCounts } from './told-counts.ts'

const minuteMs = 60_000
const none: Counts = { opportunities: 0, trades_settled: 0, exposures: 0, leases_lost: 0 }

/** A look at a desk that has taken so many messages, each within `ms`. */
function lookAt(minute: number, messages: number, ms: number, mb: number): Sample {
  const tally = createTally()
  tally.note(ms, messages)
  const told = tally.text()
  const atMs = minute * minuteMs
  const loop = { at: new Date(atMs).toISOString(), messages, decisions: told, sinceVenue: told }
  const rssMb = new Map([['loop', mb]])
  return { atMs, rssMb, restarts: 0, noise: told, loop: { ...loop, looks: told, lag: told } }
}

/** Resident memory says little, so it may do what it likes. */
const held = (before: number, after: number): Held => ({
  before: new Map([['loop', before]]),
  after: new Map([['loop', after]]),
})

test('memory is judged by what is held, over the time it was held, and not below what nobody can tell', () => {
  const over = (minutes: number, grown: Held) =>
    breachesOf(
      figuresOf(
        [lookAt(0, 0, 4, 100), lookAt(minutes, minutes * 120_000, 4, 700)],
        grown,
        none,
        {},
      ),
      { messagesPerSecond: 2000 },
    )
  expect(over(5, held(100, 101.9))).toEqual([])
  expect(over(5, held(100, 102.1))).toEqual(['growth_mb loop'])
  expect(over(60, held(100, 105.9))).toEqual([])
  expect(over(60, held(100, 106.1))).toEqual(['growth_mb loop'])
  expect(over(60, held(100, 90))).toEqual([])
  expect(over(60, { before: new Map(), after: new Map([['loop', 1]]) })).toEqual(['growth_mb loop'])
})

const isTaken = await fetch('http://127.0.0.1:9229').then(
  () => true,
  () => false,
)
const skipped = isTaken ? ' (skipped: a process on this machine is being debugged)' : ''
test.skipIf(isTaken)(
  `what a process holds is read from it, garbage not counted${skipped}`,
  async () => {
    const holds = 'globalThis.held = Buffer.alloc(50 * 2 ** 20)'
    const wastes = 'for (let i = 0; i < 50; i++) Buffer.alloc(2 ** 20)'
    const measured = async (code: string) => {
      const lives = `${code}; setInterval(() => {}, 1e6); console.log('up')`
      const child = spawn(process.execPath, ['-e', lives])
      onTestFinished(() => void child.kill('SIGKILL'))
      // A process that is still starting ends by the signal.
      await once(child.stdout, 'data')
      return liveMemoryMb(child.pid ?? 0)
    }
    expect(await measured(wastes)).toBeLessThan(30)
    expect(await measured(holds)).toBeGreaterThan(50)
    expect(await measured(holds)).toBeLessThan(80)
  },
)

test('what came before the first look counts for nothing', () => {
  const slowStart = lookAt(0, 100, 900, 100)
  const tally = createTally()
  tally.note(900, 100)
  tally.note(4, 120_000)
  const later = lookAt(1, 120_100, 4, 100)
  const loop = { ...later.loop, sinceVenue: tally.text() }
  const figures = figuresOf(
    [slowStart, { ...later, loop }],
    held(100, 100),
    { ...none, opportunities: 50 },
    {},
  )
  expect(figures).toMatchObject({ messages_per_s: 2000, decisions: 120_000 })
  expect(figures.opportunities_per_min).toBe(50)
  expect(figures.decision_p99_ms).toBeGreaterThan(3.6)
  expect(figures.decision_p99_ms).toBeLessThan(4.4)
})

test('each limit that is broken is named, and what could not be measured is broken', () => {
  const wanted = { messagesPerSecond: 2000 }
  const chats = { discord: { delivered: 9, duplicated: 0 } }
  const same = held(100, 100)
  const good = figuresOf([lookAt(0, 0, 4, 100), lookAt(10, 1_200_000, 4, 100)], same, none, chats)
  expect(breachesOf(good, wanted)).toEqual([])
  const slow = figuresOf(
    [lookAt(0, 0, 80, 100), lookAt(10, 900_000, 80, 100)],
    held(100, 103),
    { ...none, leases_lost: 1 },
    { discord: { delivered: 9, duplicated: 1 } },
  )
  expect(breachesOf({ ...slow, restarts: 1 }, wanted)).toEqual([
    'messages_per_s',
    'decision_p99_ms',
    'loop_lag_p99_ms',
    'growth_mb loop',
    'leases_lost',
    'restarts',
    'duplicated discord',
  ])
  const silent = figuresOf([lookAt(0, 0, 4, 100), lookAt(10, 0, 4, 100)], same, none, chats)
  expect(breachesOf(silent, wanted)).toEqual([
    'messages_per_s',
    'decision_p99_ms',
    'loop_lag_p99_ms',
  ])
})

test('options are read in both ways of writing them, and the first that is wrong is named', () => {
  const usual = { minutes: 5, messagesPerSecond: 2000, gapsPerMinute: 50 }
  expect(readSoakOptions(['--json'])).toEqual({ outcome: 'ok', options: usual })
  expect(readSoakOptions(['--minutes=60', '--messages', '5000', '--gaps=0'])).toEqual({
    outcome: 'ok',
    options: { minutes: 60, messagesPerSecond: 5000, gapsPerMinute: 0 },
  })
  expect(readSoakOptions(['--minutes', '0', '--help'])).toMatchObject({ outcome: 'bad-usage' })
  expect(readSoakOptions(['--help'])).toEqual({ outcome: 'help' })
  for (const argv of [
    ['--minutes'],
    ['--minutes', '-1'],
    ['--minutes=1.5'],
    ['--messages', '1e9'],
    ['--json', '--json'],
    ['--minuets', '5'],
    ['5'],
  ]) {
    const read = readSoakOptions(argv)
    expect(read, argv.join(' ')).toMatchObject({ outcome: 'bad-usage' })
    if (read.outcome === 'bad-usage') expect(read.fault).toMatch(/^[^\n]+; npm run -s soak -- \[/)
  }
})

test('what a desk prints is counted once each, also when it comes in pieces', () => {
  const counts = createToldCounts()
  const told = [
    { kind: 'opportunity', id: 'a' },
    { kind: 'trade', id: 't', state: 'executing' },
    { kind: 'trade', id: 't', state: 'settled' },
    { kind: 'trade', id: 't', state: 'settled' },
    { kind: 'trade', id: 'u', state: 'exposed' },
  ]
  const text = told.map((line) => `${JSON.stringify(line)}\n`).join('')
  counts.out(text.slice(0, 30))
  counts.out(text.slice(30))
  const why = 'its lock could not be prolonged for 5000 ms'
  counts.err(
    [
      { level: 'info', msg: 'the desk runs' },
      { level: 'warn', msg: 'shards were lost: the database was away', shards: ['a', 'b'] },
      { level: 'warn', msg: `sweep kucoin is stopped here: ${why}` },
    ]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  )
  expect(counts.now()).toEqual({
    opportunities: 1,
    trades_settled: 1,
    exposures: 1,
    leases_lost: 3,
  })
  expect(counts.complaints().size).toBe(2)
})
