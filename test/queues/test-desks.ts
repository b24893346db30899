// The desks of a queue suite and the server under them, which a test may take away and bring back.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { openQueues } from '../../src/queues/queues.ts'
import type { Queues } from '../../src/queues/queues.ts'

export type TestServer = {
  urls: { redisUrl?: string; databaseUrl: string }
  /** Undefined for a server that is not ours to stop. */
  stop: (() => Promise<void>) | undefined
  start: () => Promise<void>
  /** Puts a job into the queue that no version of `jobs.ts` ever allowed. */
  addRaw: (prefix: string, name: string, data: object) => Promise<void>
  /** Makes the lock of every running job of that name somebody else's. */
  stealLocks: (prefix: string, name: string) => Promise<void>
  discard: () => Promise<void>
}

export type TestDesks = {
  server: () => TestServer
  /** One process of a desk, as far as the queue can tell; the same prefix shares its jobs. */
  open: (prefix: string, lines?: string[]) => Promise<Queues>
  /** Run after each test, the last one first. */
  cleanups: (() => Promise<unknown>)[]
}

/** Called inside a `describe`: the server lives as long as its tests. */
export function testDesks(openServer: () => Promise<TestServer>): TestDesks {
  let running: TestServer | undefined
  const cleanups: (() => Promise<unknown>)[] = []
  const server = () => {
    if (running === undefined) throw new Error('The server of this suite does not run.')
    return running
  }
  beforeAll(async () => {
    running = await openServer()
  })
  afterAll(() => running?.discard())
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
  })
  return {
    server,
    cleanups,
    async open(prefix, lines = []) {
      const log = (line: string) => lines.push(line)
      const queues = await openQueues({ ...server().urls, prefix, log })
      cleanups.push(() => queues.close())
      return queues
    },
  }
}

export const newPrefix = () => `t${randomUUID().slice(0, 8)}`

/** Resolves with how long it took. */
export async function eventually(
  what: string,
  isTrue: () => boolean,
  msMax = 10_000,
): Promise<number> {
  const from = performance.now()
  while (!isTrue()) {
    if (performance.now() - from > msMax) throw new Error(`${what}: not within ${msMax} ms`)
    await sleep(5)
  }
  return performance.now() - from
}

export const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })
