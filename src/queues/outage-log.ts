// What people hear of a Redis that goes away.
import type { Log } from '../log.ts'
import { createOutageLog, type OutageLog } from '../outage-log.ts'
import { comesWithOutage } from './outage.ts'

/** `say` is how loud an outage's two lines are. */
export const createRedisOutageLog = (
  inner: Log,
  say: 'warn' | 'debug',
  nowMs: () => number,
): OutageLog =>
  createOutageLog(inner, {
    server: 'Redis',
    say,
    nowMs,
    hear: (_, error) => (comesWithOutage(error) ? 'heard' : 'other'),
  })
