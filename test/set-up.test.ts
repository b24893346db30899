// The set-up script against the real npm, on a project so small that it needs no registry.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'

const script = join(import.meta.dirname, '..', '.setup', 'install.mjs')
let project: string

const write = (path: string, value: unknown) =>
  writeFileSync(join(project, path), JSON.stringify(value))
const here = (path: string) => existsSync(join(project, path))

/** Two local packages with install scripts: one allowed, one refused. */
function writeProject(allowedScript: string, version = '1.0.0') {
  const dependencies = { allowed: 'file:packages/allowed', refused: 'file:packages/refused' }
  write('package.json', {
    name: 'p',
    dependencies,
    allowScripts: { allowed: true, refused: false },
  })
  for (const [name, postinstall] of [
    ['allowed', allowedScript],
    ['refused', `node -e "fs.writeFileSync('ran', '')"`],
  ] as const) {
    mkdirSync(join(project, 'packages', name), { recursive: true })
    write(`packages/${name}/package.json`, { name, version, scripts: { postinstall } })
  }
  const links = Object.keys(dependencies).map((name) => [
    [`node_modules/${name}`, { resolved: `packages/${name}`, link: true }],
    [`packages/${name}`, { version, hasInstallScript: true }],
  ])
  write('package-lock.json', {
    name: 'p',
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name: 'p', dependencies }, ...Object.fromEntries(links.flat()) },
  })
}

const marks = `node -e "fs.appendFileSync('ran', 'x')"`

function start(): ChildProcess & { output: Promise<string>; errors: Promise<string> } {
  const child = spawn(process.execPath, [join(project, '.setup', 'install.mjs')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return Object.assign(child, { output: text(child.stdout), errors: text(child.stderr) })
}

async function setUp() {
  const child = start()
  const [code] = await once(child, 'close')
  return { code: code as number | null, output: await child.output, errors: await child.errors }
}

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'arbdesk-set-up-'))
  cpSync(script, join(project, '.setup', 'install.mjs'), { recursive: true })
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

test('it installs what is locked, runs the allowed scripts only, and keeps standard output clean', async () => {
  writeProject(marks)
  const { code, output, errors } = await setUp()
  expect(code, errors).toBe(0)
  expect(output).toBe('')
  expect(here('packages/allowed/ran')).toBe(true)
  expect(here('packages/refused/ran')).toBe(false)
})

test('it says and does nothing when the lock is met, and installs again when the lock changes', async () => {
  writeProject(marks)
  await setUp()
  expect(await setUp()).toEqual({ code: 0, output: '', errors: '' })
  writeProject(marks, '1.0.1')
  expect((await setUp()).errors).toContain('dependencies installed')
  expect(readFileSync(join(project, 'packages/allowed/ran'), 'utf8')).toBe('xx')
})

test('a failed install ends with one line of our own and not zero, and the next run starts over', async () => {
  writeProject('exit 7')
  const { code, output, errors } = await setUp()
  expect(code).toBe(1)
  expect(output).toBe('')
  expect(errors.trimEnd().split('\n').at(-1)).toMatch(/^arbdesk: set-up failed: npm rebuild/)
  writeProject(marks)
  expect((await setUp()).code).toBe(0)
})

test.each(['SIGINT', 'SIGHUP'] as const)(
  '%s ends everything it started, and the next run starts over',
  async (signal) => {
    writeProject(
      `node -e "fs.writeFileSync('pid', String(process.pid)); setTimeout(() => {}, 60000)"`,
    )
    const child = start()
    while (!here('packages/allowed/pid')) await sleep(50)
    await sleep(50)
    const grandchild = Number(readFileSync(join(project, 'packages/allowed/pid'), 'utf8'))
    child.kill(signal)
    const [code] = await once(child, 'close')
    expect(code).toBe(signal === 'SIGINT' ? 130 : 143)
    expect(() => process.kill(grandchild, 0)).toThrow('ESRCH')
    expect(await child.errors).toContain('arbdesk: set-up interrupted')
    writeProject(marks)
    expect((await setUp()).errors).toContain('dependencies installed')
  },
)

test('a second set-up waits for the first instead of deleting under it', async () => {
  writeProject(`node -e "fs.appendFileSync('ran', 'x'); setTimeout(() => {}, 1000)"`)
  const first = setUp()
  while (!here('.setup/installing')) await sleep(20)
  const second = await setUp()
  expect(second.code).toBe(0)
  expect(second.errors).toContain('waiting for the set-up of process')
  expect((await first).code).toBe(0)
  expect(readFileSync(join(project, 'packages/allowed/ran'), 'utf8')).toBe('x')
})
