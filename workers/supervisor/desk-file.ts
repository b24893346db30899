// What a running desk writes down in its home, for one-shot commands that join it and for those who
// clean up when it was killed.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { runSchema } from '../../src/config/run.ts'
import { isAlive } from '../../src/database/server-process.ts'

const schema = z.object({
  /** The supervisor's. */
  pid: z.number().int().positive(),
  /** As ARBDESK_MODE says it. */
  mode: z.enum(['paper', 'live']).default('paper'),
  /** As ARBDESK_MARKET says it, such as "simulator". */
  market: z.string(),
  /** As ARBDESK_OPERATORS says it: who else there is must not depend on the shell somebody types in. */
  operators: z.string().default(''),
  run: runSchema,
  /** Servers that the desk started, each known by its pid and a part of its command line. */
  servers: z.array(
    z.object({
      name: z.enum(['PostgreSQL', 'Redis']),
      pid: z.number().int().positive(),
      mark: z.string().min(1),
    }),
  ),
})

export type DeskFile = Readonly<z.output<typeof schema>>

const fileOf = (home: string) => join(home, 'desk.json')

/** Whole or not at all, and for nobody else to read: addresses may carry passwords. */
export function writeDeskFile(home: string, desk: DeskFile): void {
  const draft = `${fileOf(home)}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(desk, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, fileOf(home))
}

/** What the last desk of this home wrote, whether it runs or not. */
export function readDeskFile(home: string): DeskFile | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(fileOf(home), 'utf8')))
  } catch {
    return undefined
  }
}

/** The desk that runs on this home now. */
export function findRunningDesk(home: string): DeskFile | undefined {
  const desk = readDeskFile(home)
  return desk !== undefined && isAlive(desk.pid) ? desk : undefined
}

export const removeDeskFile = (home: string): void => rmSync(fileOf(home), { force: true })
