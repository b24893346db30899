import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { openTestStores, type TestStores } from '../test/stores.ts'
import { eventually, newPrefix } from '../test/queues/test-desks.ts'
import { openQueues } from '../src/queues/queues.ts'
import { openFairShare } from './fair-share.ts'
import { createShardHost } from './shard-host.ts'

const names = Array.from({ length: 8 }, (_, k) => `cross:${k}`)

let stores: TestStores
beforeAll(async () => {
  stores = await openTestStores()
})
afterAll(() => stores.close())
beforeEach(async () => {
  await stores.empty()
  await stores.shards.declare(names)
})

type Host = { readonly working: Set<string>; readonly stop: () => Promise<void> }

/** What a loop worker does, with work that only notes who runs what. */
async function openHost(owner: string, prefix: string): Promise<Host> {
  const queues = await openQueues({ databaseUrl: stores.url, prefix })
  const share = await openFairShare(queues, owner, () => undefined)
  const working = new Set<string>()
  const host = createShardHost({
    shards: stores.shards,
    owner,
    share,
    async work({ shard }, signal) {
      working.add(shard)
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve()
        signal.addEventListener('abort', () => resolve())
      })
      working.delete(shard)
    },
    wake: (shard) => queues.enqueue('shard', { shard }, { id: shard }),
    say: () => undefined,
    warn: () => undefined,
  })
  const timer = setInterval(() => void host.rebalance(), 1000)
  await queues.work('shard', ({ shard }, { signal }) => host.run(shard, signal), {
    concurrency: 64,
    endless: true,
  })
  let stopped: Promise<void> | undefined
  const stop = () =>
    (stopped ??= (async () => {
      clearInterval(timer)
      await share.close()
      await queues.close()
    })())
  onTestFinished(stop)
  return { working, stop }
}

/** Wakes every shard as the sweep does. */
async function wakeAll(prefix: string): Promise<void> {
  const queues = await openQueues({ databaseUrl: stores.url, prefix })
  for (const shard of names) await queues.enqueue('shard', { shard }, { id: shard })
  await queues.close()
}

test('eight shards over two hosts end up four and four, and all with the one that stays', async () => {
  const prefix = newPrefix()
  const one = await openHost('one', prefix)
  await wakeAll(prefix)
  await eventually('the first runs all', () => one.working.size === 8)
  const two = await openHost('two', prefix)
  await eventually('four and four', () => one.working.size === 4 && two.working.size === 4)
  expect(new Set([...one.working, ...two.working])).toEqual(new Set(names))
  await two.stop()
  await eventually('all on the first again', () => one.working.size === 8)
})
