// The supervisor with real processes, a real PostgreSQL and, where there is one, a real Redis.
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { findPostgresPlace } from '../src/database/postgres-place.ts'
import { isAlive } from '../src/database/server-process.ts'
import { startVenueServers } from '../src/simulator/venue-servers.ts'
import { findRunningDesk } from '../workers/supervisor/desk-file.ts'
import { freshDatabase } from './fresh-database.ts'
import { createScriptedSource, scriptedMarket } from './scripted-source.ts'
import {
  leftovers,
  makeHome,
  startDesk,
  until,
  type StartedDesk,
  type StartOptions,
} from './started-desk.ts'
import { freePort } from './free-port.ts'

// Whole desks start and stop here, beside other tests on the same cores.
vi.setConfig({ testTimeout: 90_000 })

let home: string
beforeEach(() => {
  home = makeHome()
})
afterEach(async () => {
  // A failed test must not leave processes to the next.
  for (const line of leftovers(home)) process.kill(Number(line.split(' ')[0]), 'SIGKILL')
  await until(() => leftovers(home).length === 0)
  rmSync(home, { recursive: true, force: true })
})

const roles = ['simulator', 'sweep', 'loop', 'trade']
const startsOf = (desk: StartedDesk, role: string) =>
  desk.notes().filter((note) => note.role === role && note.what === 'started')
const isUp = (desk: StartedDesk) => roles.every((role) => startsOf(desk, role).length > 0)

/** On a database of the test run's server: quicker, where the embedded one is not what is tried. */
async function startOnServer({ args = [], env = {} }: StartOptions = {}): Promise<StartedDesk> {
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  return startDesk(home, { args, env: { DATABASE_URL: database.url, ...env } })
}

test('the desk runs for its time, ends with 0, leaves nothing behind and keeps standard output clean, also where nobody else may enter', async () => {
  chmodSync(home, 0o700)
  const desk = startDesk(home, { args: ['--for', '1s', '--set', 'approval.mode=auto', '--json'] })
  await until(() => isUp(desk))
  const found = findRunningDesk(home)
  expect(found).toMatchObject({ pid: desk.process.pid, market: 'simulator' })
  expect(await desk.ended, desk.errors()).toBe(0)
  expect(desk.output()).toBe('{"kind":"status","text":"terminal stopped"}\n')
  expect(leftovers(home)).toEqual([])
  expect(findRunningDesk(home)).toBeUndefined()

  const [sweep] = startsOf(desk, 'sweep')
  expect(sweep?.run).toEqual(found?.run)
  expect(sweep?.run).toMatchObject({
    supervisorPid: desk.process.pid,
    json: true,
    databaseUrl: expect.stringMatching(/^postgres:/) as string,
    venuesUrl: 'http://127.0.0.1:1',
    overrides: { 'approval.mode': 'auto' },
  })
  expect(desk.notes().filter(({ what }) => what === 'stopped')).toHaveLength(4)

  // As root the database cannot live there, and says once where it went.
  const told = desk
    .errors()
    .split('\n')
    .filter((line) => line.includes('embedded database lives'))
  expect(told).toHaveLength(process.getuid?.() === 0 ? 1 : 0)
  const { folder } = await findPostgresPlace(home, () => {})
  rmSync(folder, { recursive: true })
})

test('one desk has a home, a role that is killed is started again alone, and Ctrl-C ends all of them', async () => {
  const desk = await startOnServer()
  await until(() => isUp(desk))
  const second = startDesk(home)
  expect(await second.ended).toBe(1)
  expect(second.errors()).toBe(
    `arbdesk: a desk runs on ${home} already (process ${desk.process.pid}); stop it, or set ARBDESK_HOME to another folder\n`,
  )
  expect(second.output()).toBe('')
  expect(findRunningDesk(home)?.pid).toBe(desk.process.pid)
  expect(roles.map((role) => startsOf(desk, role).length)).toEqual([1, 1, 1, 1])

  process.kill(startsOf(desk, 'loop')[0]?.pid as number, 'SIGKILL')
  await until(() => startsOf(desk, 'loop').length === 2)
  expect(startsOf(desk, 'sweep')).toHaveLength(1)
  const from = performance.now()
  desk.interrupt()
  expect(await desk.ended, desk.errors()).toBe(0)
  expect(performance.now() - from).toBeLessThan(5_000)
  expect(leftovers(home)).toEqual([])
  expect(desk.notes().filter(({ what }) => what === 'stopped')).toHaveLength(4)
  // Every process of the group heard the stop: none of them was started again because of it.
  expect(roles.map((role) => startsOf(desk, role).length)).toEqual([1, 1, 2, 1])
  expect(desk.errors().split('starts again')).toHaveLength(2)
})

test('a role that crashes on and on stays down with an alert, and the rest goes on', async () => {
  const port = await freePort()
  const desk = await startOnServer({
    env: { TEST_BEHAVIOUR: 'sweep=crash trade=ends', ARBDESK_HTTP_PORT: `${port}` },
  })
  await until(() => desk.output().split('\n').length > 2)
  expect(desk.output()).toContain('"subject":"sweep"')
  expect(desk.output()).toContain('"subject":"trade"')
  // The first start and three more; the fixture's policy allows no more.
  expect(startsOf(desk, 'sweep')).toHaveLength(4)
  expect(startsOf(desk, 'loop')).toHaveLength(1)
  const answer = await fetch(`http://127.0.0.1:${port}/health`)
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({
    status: 'degraded',
    reasons: ['sweep', 'trade'].map((role) => `${role} stays down after too many crashes`),
    database: true,
    queue: true,
    roles: { sweep: { state: 'given-up', restarts: 3 }, loop: { state: 'ready', restarts: 0 } },
  })
  desk.interrupt()
  expect(await desk.ended).toBe(0)
})

test('/health says that all is well, on this machine only, also after servers of its own died', async () => {
  const port = await freePort()
  const desk = startDesk(home, { env: { ARBDESK_HTTP_PORT: `${port}` } })
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined)
  await until(async () => (await ask('/health'))?.status === 200)
  expect(await (await ask('/health'))?.json()).toMatchObject({
    status: 'ok',
    mode: 'paper',
    market: 'simulator',
    database: true,
    queue: true,
    reasons: [],
    lastSweepAt: null,
    roles: {
      PostgreSQL: { state: 'ready' },
      sweep: { state: 'ready', restarts: 0, facts: { venuesUp: 2 } },
    },
  })
  expect((await ask('/'))?.status).toBe(404)
  const taken = startDesk(makeHome(), { env: { ARBDESK_HTTP_PORT: `${port}` } })
  expect(await taken.ended).toBe(1)
  expect(taken.errors()).toBe(
    `arbdesk: ARBDESK_HTTP_PORT ${port} on 127.0.0.1 cannot be had (EADDRINUSE)\n`,
  )
  rmSync(taken.home, { recursive: true })

  // Servers of its own that die are started again.
  const before = findRunningDesk(home)?.servers ?? []
  for (const { pid } of before) process.kill(pid, 'SIGKILL')
  const pids = () => (findRunningDesk(home)?.servers ?? []).map(({ pid }) => pid)
  await until(() => pids().every((pid) => isAlive(pid) && before.every((old) => old.pid !== pid)))
  await until(async () => (await ask('/health'))?.status === 200)
  desk.interrupt()
  expect(await desk.ended, desk.errors()).toBe(0)
  expect(leftovers(home)).toEqual([])
})

test('kill -9 of the supervisor leaves nothing behind, and the home can be used again at once', async () => {
  const desk = startDesk(home)
  await until(() => isUp(desk))
  desk.process.kill('SIGKILL')
  await desk.ended
  const again = startDesk(home)
  await until(() => startsOf(again, 'trade').length === 2)
  again.process.kill('SIGKILL')
  await until(() => leftovers(home).length === 0)
  expect(existsSync(join(home, 'desk.json'))).toBe(false)
  expect(existsSync(join(home, 'desk.hold'))).toBe(false)
})

test.each([80, 450, 1_000])(
  'Ctrl-C %i ms after the start ends everything within five seconds',
  async (ms) => {
    const desk = startDesk(home)
    await sleep(ms)
    const from = performance.now()
    desk.interrupt()
    // Before Node runs a line of ours the signal itself is the end.
    expect([0, 'SIGINT'], desk.errors()).toContain(await desk.ended)
    expect(performance.now() - from).toBeLessThan(5_000)
    expect(leftovers(home)).toEqual([])
    expect(desk.errors()).not.toMatch(/^arbdesk:/m)
  },
)

test('roles that do not listen are ended by force, all within five seconds', async () => {
  const desk = await startOnServer({
    env: { TEST_BEHAVIOUR: 'loop=deaf sweep=deaf simulator=deaf' },
  })
  await until(() => isUp(desk))
  await sleep(200)
  const from = performance.now()
  desk.process.kill('SIGTERM')
  expect(await desk.ended, desk.errors()).toBe(0)
  expect(performance.now() - from).toBeLessThan(5_000)
  expect(leftovers(home)).toEqual([])
})

test('what cannot start says so in one line, and nothing stays behind', async () => {
  const market = startDesk(home, { env: { TEST_BEHAVIOUR: 'simulator=crash' } })
  expect(await market.ended).toBe(1)
  expect(market.errors().trim().split('\n').at(-1)).toBe(
    'arbdesk: the simulator cannot start: crashes as it was told to',
  )
  const database = startDesk(home, { env: { DATABASE_URL: 'postgres://u:hush@127.0.0.1:1/x' } })
  expect(await database.ended).toBe(1)
  expect(database.errors().trim().split('\n').at(-1)).toMatch(
    /^arbdesk: the database cannot be used: connect ECONNREFUSED 127\.0\.0\.1:1; see DATABASE_URL$/,
  )
  expect(database.errors()).not.toContain('hush')
  const place = startDesk('/dev/null/home')
  expect(await place.ended).toBe(1)
  expect(place.errors()).toBe(
    'arbdesk: /dev/null/home cannot be written (ENOTDIR): set ARBDESK_HOME to a folder of your own\n',
  )
  expect(leftovers(home)).toEqual([])
})

test('workers that come before their venue servers wait for them, and say so once', async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = { ARBDESK_ROLES: 'workers', ARBDESK_MARKET: `venues:${url}` }
  const desk = await startOnServer({ env })
  const waiting = `waiting for the venue servers at ${url}`
  await until(() => desk.errors().includes(waiting))
  expect(desk.notes()).toEqual([])
  const source = createScriptedSource({ kucoin: [scriptedMarket('SOL/USDT')] })
  const servers = await startVenueServers({ source, port })
  onTestFinished(() => servers.close())
  const workers = roles.filter((role) => role !== 'simulator')
  await until(() => workers.every((role) => startsOf(desk, role).length === 1))
  expect(desk.errors().split(waiting)).toHaveLength(2)
  desk.interrupt()
  expect(await desk.ended, desk.errors()).toBe(0)
})

test('a run that has an end does not wait for venue servers for ever, and starts nothing without', async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  const env = { ARBDESK_MARKET: `venues:${url}` }
  const desk = startDesk(home, { args: ['--for', '1s', '--json'], env })
  expect(await desk.ended).toBe(1)
  expect(desk.output()).toBe('')
  expect(desk.notes()).toEqual([])
  expect(desk.errors().match(/^arbdesk: .*$/gm)).toEqual([
    expect.stringContaining(`no venue servers answer at ${url}, waited for 1 s (connect ECONN`),
  ])
  expect(leftovers(home)).toEqual([])
})

test('a market that does not come up is never said to be up', async () => {
  const env = { TEST_BEHAVIOUR: 'sweep=crash' }
  const desk = await startOnServer({ args: ['--for', '1s', '--json'], env })
  expect(await desk.ended).toBe(1)
  expect(desk.errors()).not.toContain('the market is up')
  expect(desk.errors().trim().split('\n').at(-1)).toBe(
    'arbdesk: the market did not come up in this run: the sweep does not stay up',
  )
  const terminal = await startOnServer({
    args: ['--for', '100ms'],
    env: { ARBDESK_ROLES: 'terminal' },
  })
  expect(await terminal.ended).toBe(0)
  expect(terminal.errors()).not.toContain('the market is up')
  expect(terminal.errors()).toContain('no role of this process reads the market')
})

test('an unknown option and a broken environment end with 2 and a line for each fault', async () => {
  const option = startDesk(home, { args: ['--fro', '45s'] })
  expect(await option.ended).toBe(2)
  expect(option.errors()).toMatch(/^arbdesk: there is no option "--fro"; .*\n$/)
  const environment = startDesk(home, {
    env: { ARBDESK_MODE: 'lvie', ARBDESK_RLOES: 'x', DATABASE_URL: 'mysql://x' },
  })
  expect(await environment.ended).toBe(2)
  expect(environment.errors()).toMatch(
    /^arbdesk: ARBDESK_RLOES .*\narbdesk: ARBDESK_MODE .*\narbdesk: DATABASE_URL .*\n$/,
  )
})

test('under npm the desk stops when npm was killed', async () => {
  const fixture = join(import.meta.dirname, 'desk-fixture.ts')
  const npm = spawn('sh', ['-c', `"${process.execPath}" "${fixture}" & wait`], {
    env: { PATH: process.env['PATH'], ARBDESK_HOME: home, npm_lifecycle_event: 'start' },
    stdio: 'ignore',
  })
  await until(() => findRunningDesk(home)?.run.venuesUrl !== undefined)
  npm.kill('SIGKILL')
  await until(() => findRunningDesk(home) === undefined && leftovers(home).length === 0)
  expect(existsSync(join(home, 'desk.hold'))).toBe(false)
})
