// The table of log lines as the code sees it; migrations/0011-logs.ts makes it.
import type { Generated } from 'kysely'

export type LogTables = {
  log_lines: {
    seq: Generated<number>
    at: Date
    process: string
    level: 'debug' | 'info' | 'warn' | 'error'
    part: string
    text: string
    facts: string
  }
}
