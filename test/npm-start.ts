// The desk as a person starts it, in a home of its own: `npm start -- …`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type StartedByNpm = {
  readonly pid: number
  readonly output: () => string
  readonly errors: () => string
  /** The lines of standard output so far that are whole. */
  readonly lines: () => readonly string[]
  /** Of everything npm started: the exit code, or the signal. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** To every process of the run. */
  readonly signal: (signal: NodeJS.Signals) => void
}

const root = join(import.meta.dirname, '..')

/** Variables of the test run itself are not passed on, apart from those a shell always has. */
export function npmStart(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): StartedByNpm {
  const { PATH, HOME } = process.env
  const child = spawn('npm', ['start', '--', ...args], {
    cwd: root,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const pid = child.pid as number
  return {
    pid,
    output: () => output,
    errors: () => errors,
    lines: () => output.split('\n').slice(0, -1),
    ended: once(child, 'close').then(([code, signal]) => (code ?? signal) as number),
    signal(signal) {
      try {
        process.kill(-pid, signal)
      } catch {
        // Nobody is left to hear it.
      }
    },
  }
}
