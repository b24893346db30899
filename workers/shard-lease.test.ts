import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openStores, openTestStores, type TestStores } from '../test/stores.ts'
import { holdShard, type LeaseWiring } from './shard-lease.ts'

const leaseMs = 1200
const shard = 'cross:0'

let stores: TestStores
beforeAll(async () => {
  stores = await openTestStores()
})
afterAll(() => stores.close())
beforeEach(async () => {
  await stores.empty()
  await stores.shards.declare([shard, 'cross:1'])
})

type Owner = {
  readonly lost: string[]
  readonly stop: () => void
  readonly ended: Promise<void>
  /** Resolve when its work begins, and when it is told to stop. */
  readonly begun: Promise<number>
  readonly aborted: Promise<number>
  isWorking: boolean
}

/** Works until its signal aborts. */
function own(
  owner: string,
  changes: Partial<LeaseWiring> = {},
  work: () => Promise<void> = async () => undefined,
): Owner {
  const stopping = new AbortController()
  const begun = Promise.withResolvers<number>()
  const aborted = Promise.withResolvers<number>()
  const lost: string[] = []
  const wiring: LeaseWiring = {
    shards: stores.shards,
    owner,
    wait: (ms) => sleep(ms),
    onLost: (_, why) => lost.push(why),
    leaseMs,
    ...changes,
  }
  const held = holdShard(wiring, shard, stopping.signal, async (signal) => {
    self.isWorking = true
    begun.resolve(performance.now())
    await work()
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve())
    })
    aborted.resolve(performance.now())
    self.isWorking = false
  })
  const self: Owner = {
    lost,
    stop: () => stopping.abort(),
    ended: held,
    begun: begun.promise,
    aborted: aborted.promise,
    isWorking: false,
  }
  return self
}

const ownerNow = async () =>
  (await stores.shards.list()).find((each) => each.shard === shard)?.owner

test('of two owners one works, for longer than a lease, and the other follows when it lets go', async () => {
  const one = own('one')
  await one.begun
  const two = own('two')
  for (let k = 0; k < 7; k++) {
    await sleep(leaseMs / 5)
    expect([one.isWorking, two.isWorking, await ownerNow()]).toEqual([true, false, 'one'])
  }
  one.stop()
  await Promise.all([one.ended, two.begun])
  expect([one.isWorking, two.isWorking, await ownerNow()]).toEqual([false, true, 'two'])
  two.stop()
  await two.ended
  expect([await ownerNow(), one.lost, two.lost]).toEqual([undefined, [], []])
})

test('an owner whose database is gone stops by itself before another takes the shard over', async () => {
  const away = openStores(stores.url)
  const one = own('one', { shards: away.shards })
  const begunAtMs = await one.begun
  const two = own('two')
  await away.cutOff()
  const abortedAtMs = await one.aborted
  const takenAtMs = await two.begun
  await one.ended
  expect(one.lost).toEqual(['the database did not answer in time'])
  expect(abortedAtMs - begunAtMs).toBeLessThanOrEqual(leaseMs + 300)
  expect(takenAtMs).toBeGreaterThanOrEqual(abortedAtMs - 5)
  expect(takenAtMs - begunAtMs).toBeLessThan(leaseMs * 2)
  two.stop()
  await two.ended
})

test('a database that hangs is as good as gone', async () => {
  const hanging = { ...stores.shards, renew: () => new Promise<boolean>(() => {}) }
  const one = own('one', { shards: hanging, leaseMs: 400 })
  await one.aborted
  await one.ended
  expect(one.lost).toEqual(['the database did not answer in time'])
})

test('a process that stood still for longer than its lease says so, and blames no database', async () => {
  const one = own('one', { leaseMs: 400 })
  await one.begun
  const untilMs = performance.now() + 1200
  while (performance.now() < untilMs);
  await one.aborted
  await one.ended
  expect(one.lost).toEqual([
    expect.stringMatching(/^this process stood still for \d+\.\d s or more$/),
  ])
})

test('an owner whose row went to another stops with the next renewal', async () => {
  const one = own('one')
  await one.begun
  await stores.shards.declare(['cross:1'])
  await stores.shards.declare([shard])
  const atMs = performance.now()
  expect((await one.aborted) - atMs).toBeLessThan(leaseMs)
  await one.ended
  await expect.poll(() => one.lost).toEqual(['its row is not ours any more'])
  expect(await ownerNow()).toBeUndefined()
})

test('an owner of a shard that is no more stops with the next renewal, and loses nothing', async () => {
  const one = own('one')
  await one.begun
  await stores.shards.declare(['cross:1'])
  const atMs = performance.now()
  expect((await one.aborted) - atMs).toBeLessThan(leaseMs)
  await one.ended
  // What is to be said is said a query later.
  await sleep(leaseMs / 4)
  expect(one.lost).toEqual([])
})

test('a wake-up for a shard that is no more comes to nothing', async () => {
  await stores.shards.declare(['cross:1'])
  const one = own('one')
  await one.ended
  expect([one.isWorking, one.lost]).toEqual([false, []])
})

test('whoever waits for a shard can be told to stop', async () => {
  const one = own('one')
  await one.begun
  const two = own('two')
  await sleep(50)
  two.stop()
  await two.ended
  expect([one.isWorking, two.isWorking]).toEqual([true, false])
  one.stop()
  await one.ended
})

test('work that throws lets go of the shard and tells why', async () => {
  const one = own('one', {}, async () => {
    throw new Error('a bug')
  })
  await expect(one.ended).rejects.toThrow('a bug')
  expect(await ownerNow()).toBeUndefined()
})
