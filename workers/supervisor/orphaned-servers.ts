// Ends the PostgreSQL and the Redis of a desk that was killed, unless another desk uses them by now.
import { stopServer } from '../../src/database/server-process.ts'
import type { Log } from '../../src/log.ts'
import { readDeskFile, removeDeskFile } from './desk-file.ts'
import { holdHome } from './home-hold.ts'

/** PostgreSQL takes SIGINT for "shut down fast, and write a checkpoint"; Redis takes it as well. */
const signals = [
  ['SIGINT', 3_000],
  ['SIGQUIT', 1_000],
  ['SIGKILL', 1_000],
] as const

/** Of several children that notice the same death, one does it. */
export async function endOrphanedServers(home: string, log: Log): Promise<void> {
  const hold = await holdHome(home, 'clean-up')
  if (hold.outcome === 'taken') return
  try {
    const desk = readDeskFile(home)
    if (desk === undefined) return
    log.warn('the desk was killed; what it had started is ended', { pid: desk.pid })
    await Promise.all(desk.servers.map(({ pid, mark }) => stopServer(pid, mark, signals)))
    removeDeskFile(home)
  } finally {
    hold.release()
  }
}
