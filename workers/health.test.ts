import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestStores, type TestStores } from '../test/stores.ts'
import { createLog } from '../src/log.ts'
import { openChecks, reasonsOf, statusOf, type Looked } from './health.ts'
import type { KeptStatus } from './supervisor/keep-running.ts'

const now = new Date('2025-11-20T12:00:00.000Z')
const ago = (ms: number) => new Date(now.getTime() - ms)
const ready: KeptStatus = { state: 'ready', restarts: 0, pid: 7, facts: {} }
const well: Looked = {
  roles: { sweep: ready, loop: ready, trade: ready },
  database: true,
  queue: true,
  work: { lastSweepAt: ago(1000), unowned: [] },
  now,
  isSettled: true,
}
const reasons = (changes: Partial<Looked>) => reasonsOf({ ...well, ...changes })

test('a desk that works is well', () => {
  expect(reasons({})).toEqual([])
  expect(statusOf(well.roles, [], true)).toBe('ok')
})

test('a loop that froze is found out by the shards it no longer holds', () => {
  const work = { lastSweepAt: ago(1000), unowned: ['cross:0', 'kucoin'] }
  const found = reasons({ work })
  expect(found).toEqual(['no living worker runs cross:0, kucoin'])
  expect(statusOf(well.roles, found, true)).toBe('degraded')
})

test('sweeps that ended too long ago, by their own period, are named with their age', () => {
  const sweptAgo = (ms: number) => ({ lastSweepAt: ago(ms), unowned: [] })
  expect(reasons({ work: sweptAgo(15_000) })).toEqual([])
  expect(reasons({ work: sweptAgo(40_000) })).toEqual(['the last sweep was 40 s ago'])
  const slow = { ...well.roles, sweep: { ...ready, facts: { sweepPeriodMs: 60_000 } } }
  expect(reasons({ roles: slow, work: sweptAgo(299_000) })).toEqual([])
  expect(reasons({ roles: slow, work: sweptAgo(301_000) })).toEqual([
    'the last sweep was 5 min ago',
  ])
  const never = { lastSweepAt: undefined, unowned: [] }
  expect(reasons({ work: never })).toEqual(['no sweep has ended yet'])
})

test('a market without a venue that answers is no market', () => {
  const roles = { sweep: { ...ready, state: 'starting', facts: { venuesUp: 0 } } } as const
  expect(reasons({ roles })).toEqual(['no venue answers'])
  expect(reasons({ roles, isSettled: false })).toEqual([])
})

test('a desk that has just begun is given time, and one without these roles has no such duty', () => {
  const work = { lastSweepAt: undefined, unowned: ['cross:0'] }
  expect(reasons({ work, isSettled: false })).toEqual([])
  expect(reasons({ work, roles: { terminal: ready } })).toEqual([])
})

test('servers that do not answer and parts that crash are named', () => {
  const roles = {
    sweep: { ...ready, state: 'waiting' },
    loop: { ...ready, state: 'given-up' },
  } as const
  expect(reasons({ roles, database: false, queue: false, work: undefined })).toEqual([
    'sweep crashed and is started again',
    'loop stays down after too many crashes',
    'the database does not answer',
    'the queue does not answer',
  ])
})

test('a desk is starting until everything has been started and is ready', () => {
  expect(statusOf(well.roles, [], false)).toBe('starting')
  expect(statusOf({ sweep: { ...ready, state: 'starting' } }, [], true)).toBe('starting')
})

let stores: TestStores
beforeAll(async () => {
  stores = await openTestStores()
})
afterAll(() => stores.close())

test('the work is read from the database, whoever does it, and not at all when it is away', async () => {
  const checks = await openChecks(stores.url, undefined, createLog({ level: 'silent' }))
  expect(await checks.work()).toEqual({ lastSweepAt: undefined, unowned: [] })
  const venue = { venue: 'kucoin', state: 'up', reason: '', markets: 1, sweepMs: 1 } as const
  await stores.markets.saveStatuses([{ ...venue, sweptAt: undefined }])
  await stores.shards.declare(['cross:0', 'kucoin', 'okx'])
  await stores.shards.claim('kucoin', 'worker-7', 60_000)
  await stores.shards.claim('okx', 'worker-8', 1)
  await sleep(50)
  const work = await checks.work()
  expect(work).toEqual({ lastSweepAt: expect.any(Date), unowned: ['cross:0', 'okx'] })
  await checks.close()
  expect(await checks.work()).toBeUndefined()
})
