import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { jobsContract } from '../../test/queues/jobs-contract.ts'
import { outageContract } from '../../test/queues/outage-contract.ts'
import { takeoverContract } from '../../test/queues/takeover-contract.ts'
import { eventually, newPrefix, testDesks } from '../../test/queues/test-desks.ts'
import type { TestServer } from '../../test/queues/test-desks.ts'
import { redisProgram, redisSkipReason } from '../../test/redis-server.ts'
import { startPrivateRedis } from './private-redis.ts'
import { openQueues } from './queues.ts'

const databaseUrl = 'postgres://nowhere.invalid/unused'

/** The given Redis, else one of its own, which is stopped under the feet of the queues. */
async function openServer(given: string | undefined): Promise<TestServer> {
  const home = await mkdtemp(join(tmpdir(), 'arbdesk-queues-'))
  const start = () => startPrivateRedis({ home, path: process.env.PATH ?? '' })
  let own = given === undefined ? await start() : undefined
  const redisUrl = given ?? own?.socketPath ?? ''
  return {
    urls: { redisUrl, databaseUrl },
    stop: own && (() => own?.stop() ?? Promise.resolve()),
    start: async () => {
      own = await start()
    },
    addRaw: (prefix, name, data) =>
      onRedis(redisUrl, async (client) => {
        const key = `${prefix}:${prefix}-${name}`
        const fields = { name, data: JSON.stringify(data), opts: '{"removeOnComplete":true}' }
        await client.hset(`${key}:raw`, { ...fields, timestamp: Date.now(), delay: 0, priority: 0 })
        await client.lpush(`${key}:wait`, 'raw')
        await client.zadd(`${key}:marker`, 0, '0')
      }),
    stealLocks: (prefix, name) =>
      onRedis(redisUrl, async (client) => {
        for (const key of await client.keys(`${prefix}:${prefix}-${name}:*:lock`))
          await client.set(key, 'thief', 'PX', 3_000)
      }),
    discard: async () => {
      await own?.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function onRedis(redisUrl: string, use: (client: Redis) => Promise<void>): Promise<void> {
  const client = new Redis(redisUrl)
  await use(client)
  client.disconnect()
}

const because = (reason: string | undefined) =>
  reason === undefined ? '' : ` (skipped: ${reason})`

describe.skipIf(redisSkipReason !== undefined)(`jobs on Redis${because(redisSkipReason)}`, () => {
  const desks = testDesks(() => openServer(process.env.TEST_REDIS_URL))
  jobsContract('redis', desks)
  takeoverContract('redis', desks)
})

// A server that others use may not be taken away, so this suite always has one of its own.
const noProgram = redisProgram === undefined ? 'no redis-server on PATH' : undefined
describe.skipIf(noProgram !== undefined)(`outages of Redis${because(noProgram)}`, () => {
  const desks = testDesks(() => openServer(undefined))
  outageContract(desks)

  test('F2: a Redis that may drop jobs is refused with one line', async (context) => {
    const { urls, stop } = desks.server()
    if (stop === undefined) return context.skip('TEST_REDIS_URL names a server that is not ours')
    const policy = (name: string) =>
      onRedis(urls.redisUrl ?? '', async (client) => {
        await client.config('SET', 'maxmemory-policy', name)
      })
    await policy('allkeys-lru')
    await expect(openQueues(urls)).rejects.toThrow(
      `Redis at ${urls.redisUrl} has maxmemory-policy allkeys-lru and may drop jobs. Set it to noeviction`,
    )
    await policy('noeviction')
  })

  test('F2: schedules that a flushed Redis forgot come back', async (context) => {
    const { urls, stop } = desks.server()
    if (stop === undefined) return context.skip('TEST_REDIS_URL names a server that is not ours')
    const queues = await desks.open(newPrefix())
    let ticks = 0
    await queues.work(
      'sweep',
      async () => {
        ticks++
      },
      { concurrency: 1 },
    )
    await queues.schedule('sweep', {}, 200)
    await eventually('it ticks', () => ticks > 1)
    await onRedis(urls.redisUrl ?? '', async (client) => {
      await client.flushall()
    })
    await sleep(500)
    const before = ticks
    await eventually('it ticks again', () => ticks > before + 2, 15_000)
    expect(await queues.isReady()).toBe(true)
  })
})

test('a Redis that cannot be reached is one clear line without its password', async () => {
  const redisUrl = 'redis://desk:secret@127.0.0.1:1'
  await expect(openQueues({ redisUrl, databaseUrl })).rejects.toThrow(
    /^Redis at 127\.0\.0\.1:1 cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:1\.$/,
  )
})
