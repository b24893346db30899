// A desk in a process group of its own, as a shell starts it, with roles that do nothing.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandOf, isAlive } from '../src/database/server-process.ts'
import { readDeskFile } from '../workers/supervisor/desk-file.ts'

export type Note = { role: string; pid: number; what: string; run: Record<string, unknown> }

export type StartedDesk = {
  readonly home: string
  readonly process: ChildProcess
  readonly output: () => string
  readonly errors: () => string
  /** What the roles wrote down. */
  readonly notes: () => Note[]
  /** The exit code, or the signal it ended with. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** Ctrl-C: every process of the group gets it. */
  readonly interrupt: () => void
}

/** In the open, so that PostgreSQL keeps its data there also when root runs the tests. */
export function makeHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'arbdesk-desk-'))
  chmodSync(home, 0o755)
  return home
}

export type StartOptions = {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export function startDesk(home: string, { args = [], env = {} }: StartOptions = {}): StartedDesk {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'desk-fixture.ts'), ...args], {
    env: {
      PATH: process.env['PATH'],
      // Compiled once a test run, not once a process.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ARBDESK_HOME: home,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const file = join(home, 'notes.jsonl')
  return {
    home,
    process: child,
    output: () => output,
    errors: () => errors,
    notes: () =>
      existsSync(file)
        ? readFileSync(file, 'utf8')
            .split('\n')
            // The last one may be half written.
            .slice(0, -1)
            .map((line) => JSON.parse(line) as Note)
        : [],
    ended: once(child, 'close').then(([code, signal]) => (code ?? signal) as number),
    interrupt: () => process.kill(-(child.pid as number), 'SIGINT'),
  }
}

/** Polls until the condition holds; its limit is the test's own. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(25)
}

/**
 * What is left of the desks of this home: their roles, and every process whose command line names it,
 * as the servers' do.
 */
export function leftovers(home: string): string[] {
  const file = join(home, 'notes.jsonl')
  const noted = existsSync(file)
    ? [...readFileSync(file, 'utf8').matchAll(/"pid":(\d+)/g)].map((match) => Number(match[1]))
    : []
  const servers = (readDeskFile(home)?.servers ?? []).map(({ pid }) => pid)
  const all = existsSync('/proc/self') ? readdirSync('/proc').map(Number).filter(Boolean) : []
  const known = new Set([...noted, ...servers])
  return [...new Set([...known, ...all])].flatMap((pid) => {
    const command = isAlive(pid) ? commandOf(pid) : ''
    return command !== '' && (known.has(pid) || command.includes(home)) ? [`${pid} ${command}`] : []
  })
}
