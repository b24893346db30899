// Jobs and messages on Redis, or on anything that speaks its protocol, such as Valkey.
import { createRedisBackend } from 'bullmq'
import { Redis } from 'ioredis'
import type { CommonRedisOptions } from 'ioredis'
import { withDeadline } from './deadline.ts'
import { openRedisMessages } from './redis-messages.ts'
import { assertMessageFits, probeMsMax } from './transport.ts'
import type { Transport } from './transport.ts'
import { placeOf, unreachable } from './unreachable.ts'

const connectMsMax = 5_000
const retryMsMax = 500

export const addressOf = (redisUrl: string): string =>
  redisUrl.startsWith('/') ? redisUrl : redisUrl.replace(/^unix:\/\//, '')

type Manners = Pick<
  CommonRedisOptions,
  | 'retryStrategy'
  | 'enableOfflineQueue'
  | 'maxRetriesPerRequest'
  | 'commandTimeout'
  | 'autoResubscribe'
>

const retryStrategy = (times: number) => Math.min(25 * 2 ** Math.min(times, 10), retryMsMax)
/** A command that cannot be sent at once fails at once, so that nobody waits for a Redis that is gone. */
export const impatient: Manners = {
  retryStrategy,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 2_000,
}
/** Workers and subscribers outlive an outage: what they had to say is said when Redis is back. */
const patient: Manners = {
  retryStrategy,
  maxRetriesPerRequest: null,
  autoResubscribe: false,
}

/**
 * @param redisUrl `redis://`, `rediss://`, or the path of a unix socket.
 * @throws Error when Redis cannot be reached within five seconds, or may drop jobs when it is full.
 */
export async function openRedisTransport(
  redisUrl: string,
  prefix: string,
  report: (error: Error) => void,
): Promise<Transport> {
  const address = addressOf(redisUrl)
  const clients: Redis[] = []
  const open = async (options: Manners) => {
    const client = new Redis(address, { ...options, lazyConnect: true, connectionName: prefix })
    clients.push(client)
    let last: Error | undefined
    const onError = (error: Error) => (last = error)
    client.on('error', onError)
    await withDeadline(client.connect(), connectMsMax, 'no answer').catch((error: Error) => {
      for (const each of clients) each.disconnect()
      throw unreachable('Redis', redisUrl, last ?? error)
    })
    client.on('error', report)
    client.off('error', onError)
    return client
  }
  const producer = await open(impatient)
  await assertKeepsJobs(producer, redisUrl).catch((error: unknown) => {
    producer.disconnect()
    throw error
  })
  const worker = await open(patient)
  const messages = openRedisMessages(await open(patient))

  return {
    backend: 'redis',
    factory: (name, options, more) =>
      createRedisBackend(
        name,
        { ...options, connection: more?.withBlockingConnection ? worker : producer },
        more,
      ),
    async probe() {
      await withDeadline(producer.ping(), probeMsMax, 'no answer within a second')
    },
    async publish(channel, text) {
      assertMessageFits(channel, text)
      await producer.publish(`${prefix}:${channel}`, text)
    },
    subscribe: (channel, listener, missed) =>
      messages.subscribe(`${prefix}:${channel}`, listener, missed),
    async close() {
      messages.close()
      for (const client of clients) client.disconnect()
    },
  }
}

/** A Redis that drops keys when it is full drops jobs, and tells nobody. */
async function assertKeepsJobs(client: Redis, redisUrl: string): Promise<void> {
  const policy = /^maxmemory_policy:(\S+)/m.exec(await client.info('memory'))?.[1]
  if (policy !== 'noeviction')
    throw new Error(
      `Redis at ${placeOf(redisUrl)} has maxmemory-policy ${policy ?? 'unknown'} and may drop jobs. ` +
        'Set it to noeviction (CONFIG SET maxmemory-policy noeviction, and in redis.conf).',
    )
}
