// The running PostgreSQL server of one data folder, known by the postmaster.pid that it keeps there.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** `ready`: it takes connections; `busy`: it starts, recovers after a crash or shuts down. */
export type Postmaster = { pid: number; port: number; state: 'ready' | 'busy' }

const pollMs = 20
const fastStopMsMax = 3_000
const hardStopMsMax = 2_000
const collectMsMax = 200

/**
 * The live server of this data folder. A file left by a server that was killed answers undefined,
 * also when another program has the pid by now; such a file is removed, for PostgreSQL itself would
 * take that program for a server of its own and refuse to start.
 */
export function runningPostmaster(dataFolder: string): Postmaster | undefined {
  const file = join(dataFolder, 'postmaster.pid')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  const pid = Number(lines[0])
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
  if (!isServerOf(pid, dataFolder)) {
    if (!isAlive(pid) || commandOf(pid) !== '') rmSync(file, { force: true })
    return undefined
  }
  const ready = lines[7]?.trim() === 'ready'
  return { pid, port: Number(lines[3]), state: ready ? 'ready' : 'busy' }
}

/**
 * Stops the server within about three seconds: first the fast shutdown, which breaks connections and
 * writes a checkpoint, then the immediate one, after which the next start recovers from the log.
 */
export async function stopPostmaster(pid: number, dataFolder: string): Promise<void> {
  await endServer(pid, dataFolder)
  // Our own child is gone only once this process has collected it, which takes a turn of its loop.
  for (const until = performance.now() + collectMsMax; performance.now() < until;) {
    if (!isAlive(pid)) return
    await sleep(pollMs)
  }
}

async function endServer(pid: number, dataFolder: string): Promise<void> {
  for (const [signal, msMax] of [
    ['SIGINT', fastStopMsMax],
    ['SIGQUIT', hardStopMsMax],
    ['SIGKILL', hardStopMsMax],
  ] as const) {
    if (!isServerOf(pid, dataFolder)) return
    process.kill(pid, signal)
    const until = performance.now() + msMax
    while (performance.now() < until) {
      if (!isServerOf(pid, dataFolder)) return
      await sleep(pollMs)
    }
  }
}

/** True while the process is a PostgreSQL server that was started on this data folder. */
export function isServerOf(pid: number, dataFolder: string): boolean {
  return isAlive(pid) && commandOf(pid).includes(dataFolder)
}

/** True while any process has this pid. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The command line, empty for a process that has ended and waits to be collected. */
function commandOf(pid: number): string {
  try {
    if (existsSync('/proc/self/cmdline'))
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}
