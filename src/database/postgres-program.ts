// Runs a PostgreSQL program in a session of its own, and says in one line why it failed.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { PostgresPlace } from './postgres-place.ts'

export type Program = {
  /** Resolves when the program has ended; the text is empty after success. */
  ended: Promise<string>
  /** From now on this process may end before the program does. */
  letGo: () => void
  /** Ends it and what it started, at once. */
  kill: () => void
}

/**
 * Its own session keeps the terminal's Ctrl-C away; its own environment keeps the venues' keys away.
 *
 * @param output an open file that takes everything the program prints.
 */
export function runProgram(
  place: PostgresPlace,
  name: 'postgres' | 'initdb',
  args: readonly string[],
  output: number,
): Program {
  const child = spawn(join(place.binaries, 'bin', name), args, {
    ...place.user,
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
    detached: true,
    stdio: ['ignore', output, output],
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${name} could not be run: ${error.message}`))
    child.once('exit', (code, signal) => {
      resolve(code === 0 ? '' : `${name} ended with ${signal ?? `code ${code}`}`)
    })
  })
  const kill = () => {
    // It leads a group of its own; once it has ended there is none.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL')
  }
  return { ended, letGo: () => child.unref(), kill }
}

/** What went wrong and what to do about it, from what the program printed. */
export function adviceOn(complaint: string, folder: string): string {
  const told = causes.find(([sign]) => sign.test(complaint))?.[1]
  const fatal = /(?:FATAL|PANIC|error):\s+(.*)/.exec(complaint)?.[1]
  const seen = fatal ?? complaint.trim().split('\n', 1)[0] ?? 'it ended without a word'
  const advice = told ?? `Read ${join(folder, 'server.log')}, or set DATABASE_URL.`
  return `The embedded PostgreSQL in ${folder} did not start: ${seen}. ${advice}`
}

const causes: readonly (readonly [RegExp, string])[] = [
  [
    /no space left|file too large|disk quota/i,
    'The disk is full: free some space and start again.',
  ],
  [/Read-only file system/, 'Set ARBDESK_HOME to a folder that can be written.'],
  [/wrong ownership|Permission denied/, 'Run the desk as the user who owns that folder.'],
  [/incompatible with server|not compatible/, 'Its data was made by another PostgreSQL version.'],
  [/could not bind/, 'No port on 127.0.0.1 could be had.'],
  [/shared memory|semaphores/, 'The machine has no shared memory left for it.'],
]
