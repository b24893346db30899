// The command line as a shell starts it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '../../test/fresh-database.ts'
import { allCommands } from '../../src/commands/all-commands.ts'
import { migrate } from '../../src/database/migrate.ts'
import { writeDeskFile } from '../../workers/supervisor/desk-file.ts'

const file = join(import.meta.dirname, 'arbdesk.ts')

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'arbdesk-cli-'))
  await chmod(home, 0o755)
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return home
}

function run(words: readonly string[], environment: Record<string, string> = {}) {
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, [file, ...words], {
    env: { PATH, NODE_COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => (errors += String(chunk)))
  return new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    // Said where joining takes long, which a busy machine decides.
    const said = () => errors.replace('Joining the desk …\n', '')
    child.on('close', (code) => resolve({ code, output, errors: said() }))
  })
}

test('a command that needs no desk prints its document and nothing else', async () => {
  const { code, output, errors } = await run(['commands', '--json'])
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  expect(output.startsWith('[{"name":"help"')).toBe(true)
  expect(JSON.parse(output)).toHaveLength(allCommands.length)
})

test('with no desk running, its database is started for the command and stopped again', async () => {
  const ARBDESK_HOME = await newHome()
  const paused = await run(['pause', '--json'], { ARBDESK_HOME })
  expect(paused).toMatchObject({ code: 0, output: expect.stringMatching(/^\{"paused":true/) })
  // Two at once take turns, and both see what the first one left.
  const both = await Promise.all([
    run(['status', '--json'], { ARBDESK_HOME }),
    run(['status', '--json'], { ARBDESK_HOME }),
  ])
  for (const { code, output } of both) {
    expect(code).toBe(0)
    expect(JSON.parse(output)).toMatchObject({ paused: true, running: false })
  }
})

test('a running desk is joined with its servers and the settings of its run', async () => {
  const ARBDESK_HOME = await newHome()
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  await migrate({ databaseUrl: database.url })
  writeDeskFile(ARBDESK_HOME, {
    // This test is alive, and so is the desk that it says it is.
    pid: process.pid,
    mode: 'paper',
    operators: '',
    market: 'replay:/recordings',
    run: {
      startedAt: new Date().toISOString(),
      supervisorPid: process.pid,
      databaseUrl: database.url,
      json: false,
      overrides: { 'approval.mode': 'auto' },
    },
    servers: [],
  })
  const status = await run(['status', '--json'], { ARBDESK_HOME })
  expect(status).toMatchObject({ code: 0, errors: '' })
  expect(JSON.parse(status.output)).toMatchObject({ market: 'replay', approval_mode: 'auto' })
  // Stored is "ask" already, which does not hold in this run before somebody says so in it.
  expect(await run(['mode', 'ask'], { ARBDESK_HOME })).toMatchObject({ code: 0, errors: '' })
  const after = await run(['status', '--json'], { ARBDESK_HOME })
  expect(JSON.parse(after.output)).toMatchObject({ approval_mode: 'ask' })
})

test('a desk that has not come up yet is not waited for', async () => {
  const ARBDESK_HOME = await newHome()
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  const begun = {
    startedAt: new Date().toISOString(),
    supervisorPid: process.pid,
    json: false,
    overrides: {},
  }
  // Before its database is there, and before its tables are.
  for (const known of [begun, { ...begun, databaseUrl: database.url }]) {
    writeDeskFile(ARBDESK_HOME, {
      pid: process.pid,
      mode: 'paper' as const,
      operators: '',
      market: 'simulator',
      run: known,
      servers: [],
    })
    expect(await run(['status'], { ARBDESK_HOME })).toEqual({
      code: 1,
      output: '',
      errors: 'the desk is still starting; try again in a few seconds\n',
    })
  }
})

test('a command whose desk stops under it ends, and says so', async () => {
  const ARBDESK_HOME = await newHome()
  const database = await freshDatabase()
  onTestFinished(() => database.drop())
  await migrate({ databaseUrl: database.url })
  const desk = spawn('sleep', ['60'], { stdio: 'ignore' })
  onTestFinished(() => void desk.kill())
  // This Redis takes the desk along as soon as somebody comes, and then says nothing more.
  const redis = createServer(() => desk.kill()).listen(0, '127.0.0.1')
  onTestFinished(() => void redis.close())
  await once(redis, 'listening')
  const { port } = redis.address() as AddressInfo
  writeDeskFile(ARBDESK_HOME, {
    pid: desk.pid as number,
    mode: 'paper',
    operators: '',
    market: 'simulator',
    run: {
      startedAt: new Date().toISOString(),
      supervisorPid: process.pid,
      databaseUrl: database.url,
      redisUrl: `redis://127.0.0.1:${port}`,
      json: false,
      overrides: {},
    },
    servers: [],
  })
  const { code, output, errors } = await run(['pause'], { ARBDESK_HOME })
  expect({ code, output, errors: errors.split('\n').at(-2) }).toEqual({
    code: 1,
    output: '',
    errors: 'the desk stopped while it was asked; whether this was done is not known',
  })
})

test('a broken environment is exit 2 with every fault on a line of its own', async () => {
  const ARBDESK_HOME = await newHome()
  const { code, output, errors } = await run(['status', '--json'], {
    ARBDESK_HOME,
    ARBDESK_MODE: 'fast',
    ARBDESK_MARKET: 'moon',
  })
  expect({ code, output }).toEqual({ code: 2, output: '' })
  expect(errors.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^ARBDESK_MODE /),
    expect.stringMatching(/^ARBDESK_MARKET /),
  ])
})

test('a database that does not answer is one clear line without its password', async () => {
  const DATABASE_URL = 'postgres://ann:hunter2@127.0.0.1:1/arbdesk'
  const { code, output, errors } = await run(['status'], { DATABASE_URL })
  expect({ code, output }).toEqual({ code: 1, output: '' })
  expect(errors).toMatch(/^DATABASE_URL cannot be used: [^\n]+\n$/)
  expect(errors).not.toContain('hunter2')
})
