// The servers of a chaos run, in a folder of its own: PostgreSQL behind a cutter, Redis where the machine
// has it, and the venues. Each can be taken away and brought back.
import { fork, type ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.ts'
import { migrate } from '../../src/database/migrate.ts'
import { isServer } from '../../src/database/server-process.ts'
import { startPrivateRedis } from '../../src/queues/private-redis.ts'
import { openCutter, type Cutter } from '../connection-cutter.ts'

/** 'asked': it says goodbye. 'killed': it recovers from its log. 'emptied': it has forgotten everything. */
export type PostgresEnd = 'asked' | 'killed'
export type RedisEnd = 'asked' | 'killed' | 'emptied'

export type Stack = {
  /** By way of the cutter, and the same for the whole run. */
  readonly databaseUrl: string
  /** Undefined: jobs run on the database. */
  readonly redisUrl: string | undefined
  readonly venuesUrl: string
  readonly cutter: Cutter
  restartPostgres(how: PostgresEnd): Promise<void>
  restartRedis(how: RedisEnd): Promise<void>
  /** Everything is gone after it, whatever was under way. */
  close(): Promise<void>
}

const goneMsMax = 5_000

async function endNow(pid: number, mark: string, signal: NodeJS.Signals): Promise<void> {
  if (isServer(pid, mark)) process.kill(pid, signal)
  const until = performance.now() + goneMsMax
  while (isServer(pid, mark) && performance.now() < until) await sleep(20)
}

/** Resolves with the child and where it listens. */
async function startVenues(seed: number): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(join(import.meta.dirname, 'venue-process.ts'), [String(seed)], {
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { url: string }) => resolve(message.url))
    child.once('exit', () => reject(new Error('the venues did not start')))
  })
  return { child, url }
}

type Closing = (() => Promise<unknown>)[]

async function openPostgres(home: string, closing: Closing) {
  let postgres = await startEmbeddedPostgres({ home })
  closing.push(() => postgres.stop())
  await migrate({ databaseUrl: postgres.url })
  const cutter = await openCutter(postgres.url)
  closing.push(() => cutter.close())
  return {
    cutter,
    async restart(how: PostgresEnd) {
      if (how === 'asked') await postgres.stop()
      else await endNow(postgres.pid, postgres.mark, 'SIGQUIT')
      postgres = await startEmbeddedPostgres({ home })
      cutter.aim(postgres.url)
    },
  }
}

async function openRedis(home: string, closing: Closing) {
  const options = { home, path: process.env['PATH'] ?? '' }
  let redis = await startPrivateRedis(options)
  closing.push(async () => redis?.stop())
  return {
    url: redis?.socketPath,
    async restart(how: RedisEnd) {
      if (redis === undefined) return
      if (how === 'killed') await endNow(redis.pid, redis.mark, 'SIGKILL')
      else await redis.stop()
      if (how === 'emptied')
        await rm(join(home, 'redis', 'appendonlydir'), { recursive: true, force: true })
      redis = await startPrivateRedis(options)
    },
  }
}

export async function openStack(seed: number): Promise<Stack> {
  const closing: Closing = []
  const underWay = new Set<Promise<void>>()
  let isClosed = false
  const restarting = async (work: () => Promise<void>) => {
    if (isClosed) return
    const done = work()
    underWay.add(done)
    await done.finally(() => underWay.delete(done))
  }
  async function close() {
    if (isClosed) return
    isClosed = true
    await Promise.allSettled(underWay)
    for (const end of closing.toReversed()) await end().catch(() => undefined)
  }
  try {
    const home = await mkdtemp(join(tmpdir(), 'arbdesk-chaos-'))
    // As root the server is user postgres, who may pass only an open folder.
    await chmod(home, 0o755)
    closing.push(() => rm(home, { recursive: true, force: true }))
    const postgres = await openPostgres(home, closing)
    const redis = await openRedis(home, closing)
    const venues = await startVenues(seed)
    closing.push(async () => venues.child.kill('SIGKILL'))
    return {
      databaseUrl: postgres.cutter.url,
      redisUrl: redis.url,
      venuesUrl: venues.url,
      cutter: postgres.cutter,
      restartPostgres: (how) => restarting(() => postgres.restart(how)),
      restartRedis: (how) => restarting(() => redis.restart(how)),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
