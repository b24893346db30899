// Keeps the newest lines of this process's log in the database, a batch a second. A database that is
// away costs those lines and nothing else: not one of them is worth a wait, or a line of its own.
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../src/database/connect.ts'
import { openPostgresLogStore } from '../src/database/postgres-log-store.ts'
import type { LogLine, LogStore } from '../src/history/log-store.ts'

export type KeptLog = {
  readonly keep: (line: LogLine) => void
  /** From now on lines are written; those said before are not lost. Again it changes nothing. */
  readonly connect: (databaseUrl: string) => void
  /** Writes what is left, if that is possible at once; what is said later is not kept. */
  readonly close: () => Promise<void>
}

const everyMs = 1_000
const waitingMax = 1_000
const closeMsMax = 500
const statementMsMax = 5_000

/** `process` is who speaks, such as "sweep 4711". */
export function keepLog(process: string): KeptLog {
  const waiting: LogLine[] = []
  let database: ReturnType<typeof openDatabase> | undefined
  let store: Pick<LogStore, 'add'> | undefined
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let isWriting = false
  let isClosed = false

  async function write(): Promise<void> {
    if (store === undefined || waiting.length === 0) return
    isWriting = true
    try {
      await store.add(process, waiting.splice(0))
    } catch {
      // The log on standard error has them.
    } finally {
      isWriting = false
    }
  }

  return {
    keep(line) {
      if (isClosed) return
      waiting.push(line)
      if (waiting.length > waitingMax) waiting.shift()
    },
    connect(databaseUrl) {
      if (isClosed || database !== undefined) return
      database = openDatabase({ url: databaseUrl, poolMax: 1, name: 'arbdesk log', statementMsMax })
      store = openPostgresLogStore(database.db)
      timer = setInterval(() => {
        if (!isWriting) writing = write()
      }, everyMs).unref()
    },
    async close() {
      isClosed = true
      clearInterval(timer)
      const rest = writing.then(write).then(() => database?.close())
      await Promise.race([rest, sleep(closeMsMax, undefined, { ref: false })])
    },
  }
}
