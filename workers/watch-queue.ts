// Says for a whole desk, once each, that its Redis went away and that it is back.
import type { Log } from '../src/log.ts'
import { createRedisOutageLog } from '../src/queues/outage-log.ts'
import { watchRedis } from '../src/queues/watch-redis.ts'

/** Watches until the returned function is called. Jobs on PostgreSQL need no watch of their own. */
export const watchQueue = (redisUrl: string | undefined, log: Log): (() => void) =>
  redisUrl === undefined
    ? () => undefined
    : watchRedis(
        redisUrl,
        createRedisOutageLog(log, 'warn', () => performance.now()),
      )
