import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import { isAlive } from '../database/server-process.ts'
import { startPrivateRedis } from './private-redis.ts'
import type { PrivateRedis } from './private-redis.ts'
import { redisProgram } from '../../test/redis-server.ts'

const path = process.env.PATH ?? ''
const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function newHome(prefix = 'arbdesk-redis-'): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), prefix))
  cleanups.push(() => rm(home, { recursive: true, force: true }))
  return home
}

async function start(home: string): Promise<PrivateRedis> {
  const redis = await startPrivateRedis({ home, path })
  if (redis === undefined) throw new Error('no Redis on the path')
  cleanups.push(() => redis.stop())
  return redis
}

async function withClient<T>(socketPath: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ path: socketPath })
  try {
    return await use(client)
  } finally {
    client.disconnect()
  }
}

test('a machine without Redis gets none', async () => {
  expect(await startPrivateRedis({ home: await newHome(), path: '/nowhere' })).toBeUndefined()
})

test('a program that cannot run Redis is one clear line', async () => {
  const home = await newHome()
  const folder = await newHome()
  const program = join(folder, 'redis-server')
  await writeFile(program, '#!/bin/sh\necho no such option\nexit 1\n')
  await chmod(program, 0o755)
  await expect(startPrivateRedis({ home, path: folder })).rejects.toThrow(
    `${program} in ${join(home, 'redis')} did not start: no such option.`,
  )
})

describe.skipIf(redisProgram === undefined)(
  `on ${redisProgram ?? 'a Redis of this machine (skipped: there is none on PATH)'}`,
  () => {
    test('it keeps what it was told, drops nothing and is reached by its socket only', async () => {
      const home = await newHome()
      const first = await start(home)
      const port = await withClient(first.socketPath, async (client) => {
        await client.set('kept', '42')
        expect(await client.config('GET', 'maxmemory-policy')).toContain('noeviction')
        return client.config('GET', 'port')
      })
      expect(port).toContain('0')
      await first.stop()
      await first.stop()
      expect(isAlive(first.pid)).toBe(false)
      const second = await start(home)
      expect(await withClient(second.socketPath, (client) => client.get('kept'))).toBe('42')
    })

    test('the Redis of a killed desk is taken over', async () => {
      const home = await newHome()
      const script = `
    import { startPrivateRedis } from '${join(import.meta.dirname, 'private-redis.ts')}'
    console.log((await startPrivateRedis({ home: '${home}', path: process.env.PATH })).pid)
    setInterval(() => {}, 1000)`
      const desk = spawn(process.execPath, ['--input-type=module', '-e', script], {
        detached: true,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const pid = await new Promise<number>((done) =>
        desk.stdout.once('data', (text) => done(Number(String(text)))),
      )
      const ended = new Promise((done) => desk.once('exit', done))
      // As the terminal's Ctrl-C: to the whole group.
      process.kill(-(desk.pid as number), 'SIGINT')
      await ended
      expect((await start(home)).pid).toBe(pid)
    })

    test('two that start the same home at once share one server', async () => {
      const home = await newHome()
      const [one, other] = await Promise.all([start(home), start(home)])
      expect(one.pid).toBe(other.pid)
      expect(await readdir(join(home, 'redis'))).not.toContain('launching')
    })

    test('a home with a long name has its socket in a short place of its own', async () => {
      const home = await newHome(`arbdesk-${'x'.repeat(100)}-`)
      const redis = await start(home)
      cleanups.push(() => rm(dirname(redis.socketPath), { recursive: true, force: true }))
      expect(redis.socketPath.length).toBeLessThan(100)
      expect(await withClient(redis.socketPath, (client) => client.ping())).toBe('PONG')
    })
  },
)
