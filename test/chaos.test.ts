// The real stack while everything is taken away from it, as `npm run -s chaos` does it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, type TestContext } from 'vitest'
import { discardHome, processesOf, root } from './npm-desk.ts'
import { redisProgram } from './redis-server.ts'

const executions = 20
/** A quiet machine of two cores needs half a minute; a loaded one gets its time. */
const runMsMax = 240_000

function openHome({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): string {
  const home = mkdtempSync(join(tmpdir(), 'arbdesk-test-chaos-'))
  // As root the database's server is user postgres, who may pass only an open folder.
  chmodSync(home, 0o755)
  onTestFinished(() => discardHome(home))
  return home
}

function chaos(home: string, ...words: string[]) {
  const child = spawn('npm', ['run', '-s', 'chaos', '--', ...words], {
    cwd: root,
    // Whatever it starts knows the folder, so that what stays behind is found.
    env: { PATH: process.env['PATH'], TMPDIR: home, ARBDESK_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  return {
    output: () => output,
    errors: () => errors,
    ended: once(child, 'close').then(([code]) => code as number | null),
    interrupt: () => process.kill(-(child.pid as number), 'SIGINT'),
  }
}

async function nothingIsLeft(home: string): Promise<void> {
  for (let tries = 0; tries < 40 && processesOf(home).length > 0; tries++) await sleep(50)
  expect(processesOf(home)).toEqual([])
  expect(readdirSync(home).filter((name) => name.startsWith('arbdesk-chaos-'))).toEqual([])
}

// Both wait more than they work, so they run side by side.
test.concurrent(
  'A4 F1 F2 F3 F8 F13 executions come through killed workers, restarted servers and lying venues with true books',
  async (context) => {
    const home = openHome(context)
    const run = chaos(home, '--executions', String(executions), '--seed', '4', '--json')
    const code = await run.ended
    const [last = ''] = run.output().trim().split('\n').slice(-1)
    expect(last, run.errors()).not.toBe('')
    const line = JSON.parse(last) as Record<string, number>
    expect(line, run.errors()).toEqual({
      executions,
      kills: expect.any(Number),
      pg_restarts: expect.any(Number),
      redis_restarts: expect.any(Number),
      breaches: 0,
      double_submits: 0,
      orphans: 0,
      unreported_exposure: 0,
    })
    expect(line['kills']).toBeGreaterThan(0)
    expect(line['pg_restarts']).toBeGreaterThan(0)
    if (redisProgram !== undefined) expect(line['redis_restarts']).toBeGreaterThan(0)
    expect(run.errors()).toMatch(
      /agree to the last digit: 20 executions, [1-9]\d* of them with fills, \d+ orders, .* at 5 venues$/m,
    )
    expect(code, run.errors()).toBe(0)
    await nothingIsLeft(home)
  },
  runMsMax,
)

test.concurrent('Ctrl-C in the middle of it leaves nothing behind', async (context) => {
  const home = openHome(context)
  const run = chaos(home, '--executions', '50', '--seed', '5')
  while (!run.errors().includes('jobs wait on')) await sleep(50)
  await sleep(3_000)
  run.interrupt()
  expect(await run.ended, run.errors()).toBe(130)
  expect(run.output()).toBe('')
  await nothingIsLeft(home)
}, 60_000)

test('a wrong option is one clear line', async (context) => {
  const run = chaos(openHome(context), '--executions', 'many')
  expect(await run.ended).toBe(2)
  expect(run.output()).toBe('')
  expect(run.errors()).toBe(
    '--executions takes a whole number from 1 to 100000, not "many"; ' +
      'npm run -s chaos -- [--executions <number>] [--seed <number>] [--json]\n',
  )
})
