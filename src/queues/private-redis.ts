// A Redis of the desk's own, on a unix socket in its folder, when the machine has the program.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { chmod, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { isAlive, isServer, stopServer } from '../database/server-process.ts'
import { withDeadline } from './deadline.ts'

export type PrivateRedis = {
  /** Goes to `openQueues` as its `redisUrl`. */
  socketPath: string
  pid: number
  /** Stands in the server's command line, which tells it from a program that has its pid by now. */
  mark: string
  /** Saves and ends the server within about three seconds. Calling it again changes nothing. */
  stop(): Promise<void>
}

export type PrivateRedisOptions = {
  /** The desk's folder (ARBDESK_HOME). */
  home: string
  /** Where to look for the program: the PATH of this process. */
  path: string
}

const programs = ['redis-server', 'valkey-server']
/** The system's limit is 107 on Linux and 103 on macOS. */
const socketPathBytesMax = 100
/** Loading a large append-only file takes a second or two. */
const readyMsMax = 30_000
const stopSignals = [
  ['SIGTERM', 3_000],
  ['SIGKILL', 2_000],
] as const
const pollMs = 20
const pingMsMax = 1_000

/**
 * Starts the Redis of one home, or takes over the one that a killed desk left running there.
 *
 * @returns undefined when neither redis-server nor valkey-server is on the path.
 * @throws Error with one line when the program is there and does not start.
 */
export async function startPrivateRedis(
  options: PrivateRedisOptions,
): Promise<PrivateRedis | undefined> {
  const program = redisProgramOn(options.path)
  if (program === undefined) return undefined
  const folder = join(resolve(options.home), 'redis')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const socketPath = await socketPathFor(folder)

  const pid = await startOrTakeOver(program, folder, socketPath)
  // Redis shows its socket in its title, which tells it from a program that has its pid by now.
  return { socketPath, pid, mark: socketPath, stop: () => stopServer(pid, socketPath, stopSignals) }
}

/** The first redis-server or valkey-server on the path. */
export function redisProgramOn(path: string): string | undefined {
  for (const name of programs)
    for (const folder of path.split(delimiter).filter((part) => part !== '')) {
      try {
        accessSync(join(folder, name), constants.X_OK)
        return join(folder, name)
      } catch {
        // Not here.
      }
    }
  return undefined
}

async function socketPathFor(folder: string): Promise<string> {
  const path = join(folder, 'redis.sock')
  if (Buffer.byteLength(path) <= socketPathBytesMax) return path
  const name = `arbdesk-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`
  const short = join(tmpdir(), name)
  await mkdir(short, { recursive: true, mode: 0o700 })
  // Anyone may make a folder of this name in a shared place; a socket is taken from our own only.
  if (statSync(short).uid !== process.getuid?.())
    throw new Error(
      `${short} belongs to another user. Remove it, or choose a shorter ARBDESK_HOME.`,
    )
  await chmod(short, 0o700)
  return join(short, 'redis.sock')
}

/** Two servers on one folder would write the same file, so only one process at a time may launch. */
async function startOrTakeOver(program: string, folder: string, socketPath: string) {
  const until = performance.now() + readyMsMax
  const lock = join(folder, 'launching')
  while (performance.now() < until) {
    const pid = await pidOf(socketPath)
    if (pid !== undefined) return pid
    if (!isRunning(folder, socketPath) && (await takeLock(lock))) {
      try {
        return await launch(program, folder, socketPath)
      } finally {
        await rm(lock, { force: true })
      }
    }
    await sleep(pollMs)
  }
  throw new Error(`${program} in ${folder} did not get ready in ${readyMsMax / 1000} s.`)
}

function isRunning(folder: string, socketPath: string): boolean {
  const file = join(folder, 'redis.pid')
  return existsSync(file) && isServer(Number(readFileSync(file, 'utf8')), socketPath)
}

/** A lock whose owner is dead is taken away, so that the next try gets it. */
async function takeLock(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    const owner = Number(await readFile(lock, 'utf8').catch(() => ''))
    if (owner > 0 && !isAlive(owner)) await rm(lock, { force: true })
    return false
  }
}

async function launch(program: string, folder: string, socketPath: string): Promise<number> {
  const logFile = join(folder, 'server.log')
  const log = await open(logFile, 'w', 0o600)
  const settings = {
    port: '0',
    unixsocket: socketPath,
    unixsocketperm: '700',
    dir: folder,
    pidfile: join(folder, 'redis.pid'),
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    'maxmemory-policy': 'noeviction',
  }
  const server = spawn(
    program,
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    // Its own session keeps the terminal's Ctrl-C away; its own environment the venues' keys.
    { detached: true, env: {}, cwd: folder, stdio: ['ignore', log.fd, log.fd] },
  )
  const ended = new Promise<string>((done) => {
    server.once('error', (error) => done(error.message))
    server.once('exit', (code, signal) => done(`it ended with ${signal ?? `code ${code}`}`))
  })
  await log.close()
  const until = performance.now() + readyMsMax
  for (;;) {
    const failure = await Promise.race([ended, sleep(pollMs)])
    if (failure !== undefined) {
      const said = (await readFile(logFile, 'utf8')).trim().split('\n').at(-1)?.trim()
      throw new Error(`${program} in ${folder} did not start: ${said || failure}.`)
    }
    if ((await pidOf(socketPath)) === server.pid && server.pid !== undefined) {
      server.unref()
      return server.pid
    }
    if (performance.now() > until) server.kill('SIGKILL')
  }
}

/** The server that answers on this socket and has loaded its data. */
async function pidOf(socketPath: string): Promise<number | undefined> {
  if (!existsSync(socketPath)) return undefined
  const client = new Redis({
    path: socketPath,
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  })
  client.on('error', () => {})
  try {
    await withDeadline(client.connect(), pingMsMax, 'no answer')
    const info = await withDeadline(client.info('server'), pingMsMax, 'no answer')
    const pid = Number(/^process_id:(\d+)/m.exec(info)?.[1])
    return Number.isSafeInteger(pid) ? pid : undefined
  } catch {
    return undefined
  } finally {
    client.disconnect()
  }
}
