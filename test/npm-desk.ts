// The desk as a person starts it: the real `npm start` and `npm run arbdesk`, each in a process group of
// its own, with an environment in which nothing else is set.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandOf, isAlive } from '../src/database/server-process.ts'
import { readTold, type Told } from './told.ts'

export const root = join(import.meta.dirname, '..')

export type Surroundings = {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Bash commands before npm, such as "ulimit -f 1000". */
  readonly before?: string
}

export type NpmDesk = {
  readonly home: string
  readonly process: ChildProcess
  readonly startedAtMs: number
  readonly output: () => string
  readonly errors: () => string
  /** What was told so far; throws where standard output is not what it should be. */
  readonly told: () => readonly Told[]
  /** The exit code, or the signal it ended with. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** Ctrl-C: every process of the group gets it. */
  readonly interrupt: () => void
}

export type Ran = {
  readonly code: number | NodeJS.Signals
  readonly output: string
  readonly errors: string
}

/** As `mktemp -d` makes it: nobody else may enter. */
export const makeClosedHome = (): string => mkdtempSync(join(tmpdir(), 'arbdesk-npm-'))

function runNpm(home: string, words: readonly string[], { env = {}, before }: Surroundings) {
  const shell = ['-c', `${before ?? 'true'} && exec npm "$@"`, 'npm']
  const child = spawn('bash', [...shell, ...words], {
    cwd: root,
    env: { PATH: process.env['PATH'], ARBDESK_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  return {
    child,
    output: () => output,
    errors: () => errors,
    ended: once(child, 'close').then(([code, signal]) => (code ?? signal) as Ran['code']),
  }
}

/** `npm start -- …args`, running when this returns. */
export function npmStart(home: string, around: Surroundings = {}): NpmDesk {
  const { args = [] } = around
  const startedAtMs = Date.now()
  const { child, ...run } = runNpm(home, ['start', '--', ...args], around)
  return {
    ...run,
    home,
    process: child,
    startedAtMs,
    told: () => readTold(run.output()),
    interrupt: () => process.kill(-(child.pid as number), 'SIGINT'),
  }
}

/** `npm run -s arbdesk -- …words`, from its start to its end. */
export async function arbdesk(
  home: string,
  words: readonly string[],
  around: Surroundings = {},
): Promise<Ran> {
  const run = runNpm(home, ['run', '-s', 'arbdesk', '--', ...words], around)
  const code = await run.ended
  return { code, output: run.output(), errors: run.errors() }
}

/** The document that a command printed with --json; its failure is the test's. */
export async function askDesk(home: string, words: readonly string[], around?: Surroundings) {
  const { code, output, errors } = await arbdesk(home, [...words, '--json'], around)
  if (code !== 0) throw new Error(`arbdesk ${words.join(' ')} ended with ${code}: ${errors}`)
  return JSON.parse(output) as unknown
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Where the database is when it could not be in the home. */
const outsideOf = (home: string): string => read(join(home, 'postgres-folder')).trim()

/** Every process that knows this home by its environment or its command line, the servers included. */
export function processesOf(home: string): string[] {
  const outside = outsideOf(home)
  const pids = existsSync('/proc/self') ? readdirSync('/proc').map(Number).filter(Boolean) : []
  return pids.flatMap((pid) => {
    const command = isAlive(pid) && pid !== process.pid ? commandOf(pid) : ''
    const isIts =
      command.includes(home) ||
      (outside !== '' && command.includes(outside)) ||
      read(`/proc/${pid}/environ`).split('\0').includes(`ARBDESK_HOME=${home}`)
    return command !== '' && isIts ? [`${pid} ${command}`] : []
  })
}

/** Ends what a failed test left behind, and takes the home away with its database. */
export async function discardHome(home: string): Promise<void> {
  for (const line of processesOf(home)) {
    try {
      process.kill(Number(line.split(' ')[0]), 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  while (processesOf(home).length > 0) await sleep(25)
  const outside = outsideOf(home)
  if (outside !== '') rmSync(outside, { recursive: true, force: true })
  rmSync(home, { recursive: true, force: true })
}
