// One desk at a time on one home. The hold is a file with a pid; it ends with the process that has
// that pid, however that process ended.
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { isServer } from '../../src/database/server-process.ts'

/**
 * `clean-up`: a child ends what a killed desk left behind. `command`: a command started the database for
 * itself. Both take a few seconds.
 */
export type HoldPurpose = 'desk' | 'clean-up' | 'command'

export type Hold =
  | { readonly outcome: 'held'; readonly release: () => void }
  | { readonly outcome: 'taken'; readonly pid: number; readonly purpose: HoldPurpose }

const schema = z.object({
  pid: z.number().int().positive(),
  /** Part of the command line, which tells the process from another that has its pid by now. */
  mark: z.string().min(1),
  purpose: z.enum(['desk', 'clean-up', 'command']),
})
type Holder = z.output<typeof schema>

const settleMs = 100
const attemptsMax = 20

/**
 * Takes the home for this process, and takes it over from one that is dead.
 *
 * @throws Error with one line when the folder cannot be made or written.
 */
export async function holdHome(home: string, purpose: HoldPurpose): Promise<Hold> {
  const file = join(home, 'desk.hold')
  const mark = basename(process.argv[1] ?? '') || 'node'
  const mine: Holder = { pid: process.pid, mark, purpose }
  const draft = `${file}.${process.pid}`
  makeFolder(home)
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 })
  try {
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      if (link(draft, file)) {
        // A rival that saw the same dead holder may be about to take our file for the dead one's.
        if (attempt > 1) await sleep(settleMs)
        if (readHolder(file)?.pid === process.pid)
          return { outcome: 'held', release: () => release(file) }
      }
      const holder = readHolder(file)
      // In a container every run may have the pid of the run before.
      const isOther = holder !== undefined && holder.pid !== process.pid
      if (isOther && isServer(holder.pid, holder.mark))
        return { outcome: 'taken', pid: holder.pid, purpose: holder.purpose }
      remove(file, `${draft}.stale`)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  throw new Error(`${file} changes hands all the time; remove it and start again.`)
}

/** Node's own recursive mkdir tries for ever where a folder says "no such file", as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Another start may have been quicker.
    if (!existsSync(folder)) throw error
  }
}

/** True when the file was not there before. */
function link(draft: string, file: string): boolean {
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  } catch {
    return undefined
  }
}

/** Of several that want to remove it one succeeds. */
function remove(file: string, aside: string): void {
  try {
    renameSync(file, aside)
    rmSync(aside)
  } catch {
    // Somebody else did.
  }
}

function release(file: string): void {
  if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true })
}
