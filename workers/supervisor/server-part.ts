// A PostgreSQL or a Redis of the desk's own. Such a server outlives its desk, so it is watched by
// its pid, and one that an earlier desk left running is taken over.
import { setTimeout as sleep } from 'node:timers/promises'
import { isServer } from '../../src/database/server-process.ts'
import { serverStopMsMax, type Part } from './part.ts'

export type StartedServer = {
  readonly pid: number
  /** Stands in its command line. */
  readonly mark: string
  readonly stop: () => Promise<void>
}

const lookEveryMs = 250

/** Starts it at once; `onStarted` is called when it takes connections. */
export function startServer<Server extends StartedServer>(
  start: (signal: AbortSignal) => Promise<Server>,
  onStarted: (server: Server) => void,
): Part {
  const stopping = new AbortController()
  let server: Server | undefined

  async function run(): Promise<string> {
    server = await start(stopping.signal)
    onStarted(server)
    while (isServer(server.pid, server.mark) && !stopping.signal.aborted)
      await sleep(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    if (!stopping.signal.aborted) return 'its process is gone'
    await stopInTime(server)
    return 'stopped'
  }
  const ended = run().catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  )
  return {
    get pid() {
      return server?.pid
    },
    ended,
    async stop() {
      stopping.abort()
      await ended
    },
  }
}

async function stopInTime(server: StartedServer): Promise<void> {
  const late = sleep(serverStopMsMax, 'late', { ref: false })
  if ((await Promise.race([server.stop(), late])) !== 'late') return
  // What it could not finish it recovers from its log at the next start.
  if (isServer(server.pid, server.mark)) process.kill(server.pid, 'SIGKILL')
}
