// The running PostgreSQL server of one data folder, known by the postmaster.pid that it keeps there.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { commandOf, isAlive, isServer, stopServer } from './server-process.ts'

/** `ready`: it takes connections; `busy`: it starts, recovers after a crash or shuts down. */
export type Postmaster = { pid: number; port: number; state: 'ready' | 'busy' }

/**
 * The live server of this data folder. A file left by a server that was killed answers undefined,
 * also when another program has the pid by now; such a file is removed, for PostgreSQL itself would
 * take that program for a server of its own and refuse to start.
 */
export function runningPostmaster(dataFolder: string): Postmaster | undefined {
  const file = join(dataFolder, 'postmaster.pid')
  const lines = linesOf(file)
  const pid = Number(lines[0])
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
  if (!isServer(pid, dataFolder)) {
    if (!isAlive(pid) || commandOf(pid) !== '') rmSync(file, { force: true })
    return undefined
  }
  const ready = lines[7]?.trim() === 'ready'
  return { pid, port: Number(lines[3]), state: ready ? 'ready' : 'busy' }
}

/** A server that ends takes its file away, at any moment. */
function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/**
 * Stops the server within about three seconds: first the fast shutdown, which breaks connections and
 * writes a checkpoint, then the immediate one, after which the next start recovers from the log.
 */
export async function stopPostmaster(pid: number, dataFolder: string): Promise<void> {
  await stopServer(pid, dataFolder, [
    ['SIGINT', 3_000],
    ['SIGQUIT', 2_000],
    ['SIGKILL', 2_000],
  ])
}
