// Finds out for a whole desk that its Redis went away and that it is back.
import { Redis } from 'ioredis'
import type { Outage } from '../outage-log.ts'
import { withDeadline } from './deadline.ts'
import { watchOutages } from './outage.ts'
import { addressOf, impatient } from './redis-transport.ts'
import { probeMsMax } from './transport.ts'

const lookEveryMs = 1_000

/** Watches until the returned function is called; from then on nothing is said. */
export function watchRedis(redisUrl: string, outage: Outage): () => void {
  const client = new Redis(addressOf(redisUrl), { ...impatient, connectionName: 'arbdesk watch' })
  const probe = async () => {
    await withDeadline(client.ping(), probeMsMax, 'no answer within a second')
  }
  // Whoever works with Redis says what else goes wrong there.
  const watch = watchOutages('Redis', probe, () => undefined, outage)
  client.on('error', (error: Error) => watch.report(error))
  const timer = setInterval(() => {
    probe().catch((error: unknown) => error instanceof Error && watch.report(error))
  }, lookEveryMs)
  return () => {
    clearInterval(timer)
    watch.close()
    client.disconnect()
  }
}
