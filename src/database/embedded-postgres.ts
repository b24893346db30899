// A real PostgreSQL in the desk's own folder, for a desk that was given no DATABASE_URL.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDatabase } from './create-database.ts'
import { findPostgresPlace } from './postgres-place.ts'
import type { PostgresPlace } from './postgres-place.ts'
import { adviceOn, runProgram } from './postgres-program.ts'
import { runningPostmaster, stopPostmaster } from './postmaster.ts'
import { isAlive } from './server-process.ts'

export type EmbeddedPostgres = {
  /** Reaches the asked database as the server's superuser, from this machine only. */
  url: string
  pid: number
  /** Stands in the server's command line, which tells it from a program that has its pid by now. */
  mark: string
  /** Shuts the server down within about three seconds. Calling it again changes nothing. */
  stop(): Promise<void>
}

export type EmbeddedPostgresOptions = {
  /** The desk's folder (ARBDESK_HOME). */
  home: string
  /** Created when it is new. One home keeps apart what should not mix, such as two markets. */
  database?: string
  log?: (line: string) => void
  /** Ends a start that is under way, with nothing left running; the call then rejects. */
  signal?: AbortSignal
  /** False gives up what protects data against a crash of the machine. Tests only. */
  durable?: boolean
}

const superuser = 'arbdesk'
/** Recovery after a crash reads the log of at most `max_wal_size`; this is far above it. */
const readyMsMax = 60_000
const pollMs = 20
const startsMax = 6
const logBytesMax = 5_000_000

/** One desk on one machine: many short queries, a few dozen connections, no replica. */
const flags = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '512MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  timezone: 'UTC',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
}
const undurable = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/**
 * Starts the database of one home, or takes over the one that a killed desk left running there. The
 * server has a session of its own: the terminal's Ctrl-C does not reach it before `stop` does.
 *
 * @throws Error whose message is one line that says what to do.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const place = await findPostgresPlace(resolve(options.home), options.log ?? (() => {}))
  const dataFolder = join(place.folder, 'data')
  options.signal?.throwIfAborted()
  if (!existsSync(join(dataFolder, 'PG_VERSION')))
    await initialise(place, dataFolder, options.signal)

  const settings = options.durable === false ? { ...flags, ...undurable } : flags
  const { database = 'arbdesk' } = options
  const { pid, port } = await startOrTakeOver(place, dataFolder, settings, options.signal)
  const server = `postgres://${superuser}@127.0.0.1:${port}`
  await createDatabase(`${server}/postgres`, database)
  const stop = () => stopPostmaster(pid, dataFolder)
  return { url: `${server}/${database}`, pid, mark: dataFolder, stop }
}

async function startOrTakeOver(
  place: PostgresPlace,
  dataFolder: string,
  settings: typeof flags,
  signal: AbortSignal | undefined,
) {
  const portFile = join(place.folder, 'port')
  // The last port is kept when it is free, so that those who were connected find the way back.
  let port = await freePort(Number(await readFile(portFile, 'utf8').catch(() => '0')))
  const until = performance.now() + readyMsMax
  for (let starts = 1; ;) {
    const running = runningPostmaster(dataFolder)
    if (signal?.aborted) {
      if (running !== undefined) await stopPostmaster(running.pid, dataFolder)
      throw signal.reason
    }
    if (running?.state === 'ready') {
      await writeFile(portFile, `${running.port}\n`)
      return running
    }
    if (performance.now() > until)
      throw new Error(`PostgreSQL in ${place.folder} did not get ready in ${readyMsMax / 1000} s.`)
    if (running !== undefined) {
      await sleep(pollMs)
      continue
    }
    const isOver = () => signal?.aborted === true || performance.now() > until
    const complaint = await launch(place, dataFolder, port, settings, isOver)
    if (complaint === undefined) continue
    if (starts++ >= startsMax || !isPassing(complaint))
      throw new Error(adviceOn(complaint, place.folder))
    // What a killed server left behind needs a moment to notice and let go.
    await sleep(starts * 150)
    port = await freePort()
  }
}

const isPassing = (complaint: string) =>
  /could not bind|shared memory block|lock file .* already exists/.test(complaint)

/** Resolves with undefined once a server is ready or the wait is over, else with why ours ended. */
async function launch(
  place: PostgresPlace,
  dataFolder: string,
  port: number,
  settings: typeof flags,
  isOver: () => boolean,
): Promise<string | undefined> {
  const values = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return logging(place, async (output) => {
    const args = ['-D', dataFolder, '-p', `${port}`, ...values]
    const server = runProgram(place, 'postgres', args, output)
    for (;;) {
      const complaint = await Promise.race([server.ended, sleep(pollMs)])
      if (complaint !== undefined) return complaint
      // One that dies while it recovers, as on a full disk, has taken the folder already.
      if (runningPostmaster(dataFolder)?.state === 'ready' || isOver()) break
    }
    server.letGo()
    return undefined
  })
}

/** Made beside its final place and renamed, so that one cut short is never taken for a database. */
async function initialise(
  place: PostgresPlace,
  dataFolder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const prefix = 'initialising-'
  for (const name of await readdir(place.folder))
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length).split('-', 1)[0])))
      await rm(join(place.folder, name), { recursive: true, force: true })

  const made = join(place.folder, `${prefix}${process.pid}-${randomUUID()}`)
  await mkdir(made, { mode: 0o700, recursive: true })
  if (place.user !== undefined) await chown(made, place.user.uid, place.user.gid)
  const complaint = await logging(place, async (output) => {
    const encoding = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const args = ['-D', made, `--username=${superuser}`, '--auth=trust', '--no-sync', ...encoding]
    const program = runProgram(place, 'initdb', args, output)
    signal?.addEventListener('abort', program.kill, { once: true })
    const ended = await program.ended
    signal?.removeEventListener('abort', program.kill)
    return ended || undefined
  })
  if (complaint !== undefined) {
    await rm(made, { recursive: true, force: true })
    signal?.throwIfAborted()
    throw new Error(adviceOn(complaint, place.folder))
  }
  await rename(made, dataFolder).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    await rm(made, { recursive: true, force: true })
  })
}

/** Gives a program the log to write to; a complaint comes back with what it wrote there. */
async function logging(
  place: PostgresPlace,
  use: (output: number) => Promise<string | undefined>,
): Promise<string | undefined> {
  const file = join(place.folder, 'server.log')
  const log = await open(file, 'a', 0o600)
  try {
    const { size } = await log.stat()
    if (size > logBytesMax) await log.truncate()
    const from = size > logBytesMax ? 0 : size
    const complaint = await use(log.fd)
    if (complaint === undefined) return undefined
    const written = (await readFile(file)).subarray(from).toString('utf8')
    return `${written}\n${complaint}`
  } finally {
    await log.close()
  }
}

/** The wished port if it is free, else one the system picks. */
async function freePort(wished = 0): Promise<number> {
  const server = createServer()
  const listening = await new Promise<boolean>((done) => {
    server.once('error', () => done(false))
    server.listen(wished, '127.0.0.1', () => done(true))
  })
  if (!listening) return freePort()
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  if (address === null || typeof address === 'string') throw new Error('127.0.0.1 gives no port.')
  return address.port
}
