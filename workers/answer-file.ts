// Venues' answers that the database has not heard of: a file in the desk's folder, a line each, on the disk
// before anything else is done. The next drive of a trade begins with what stands there.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Log } from '../src/log.ts'
import type { Answered, AnswerSpool } from '../src/trade/engine/answer-spool.ts'

const text = z.string().max(2_000)
const line = z.object({
  at: z.iso.datetime(),
  execution: text,
  leg: text,
  submission: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('accepted'), orderId: text }),
    z.object({ outcome: z.literal('rejected'), code: text, reason: text }),
    z.object({ outcome: z.enum(['duplicate', 'void', 'unknown']), reason: text }),
  ]),
})
type Line = z.output<typeof line>

/** Trades are long over by then, whoever ended them. */
const keptMsMax = 7 * 24 * 3_600_000

/** A line that was cut off in the middle, or that nobody can read, is none. */
export function readAnswers(content: string, now: Date): readonly Line[] {
  return content.split('\n').flatMap((row) => {
    try {
      const read = line.safeParse(JSON.parse(row))
      const isYoung = read.success && now.getTime() - Date.parse(read.data.at) < keptMsMax
      return isYoung ? [read.data] : []
    } catch {
      return []
    }
  })
}

function writeThrough(file: string, flags: 'a' | 'w', content: string): void {
  const handle = openSync(file, flags, 0o600)
  try {
    writeSync(handle, content)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const rowOf = (one: Line): string => `${JSON.stringify(one)}\n`
const cut = (words: string): string => words.slice(0, 2_000)

/** One process at a time has the folder. */
export function openAnswerFile(home: string, log: Pick<Log, 'warn' | 'error'>): AnswerSpool {
  const file = join(home, 'answers.jsonl')
  let kept: readonly Line[] = []
  try {
    kept = readAnswers(readFileSync(file, 'utf8'), new Date())
  } catch {
    // Usually there is none.
  }
  if (kept.length > 0) log.warn(`${kept.length} answers of venues came while the database was away`)
  return {
    keep(execution, { leg, submission }) {
      const said =
        'reason' in submission ? { ...submission, reason: cut(submission.reason) } : submission
      const one: Line = { at: new Date().toISOString(), execution, leg, submission: said }
      kept = [...kept, one]
      try {
        // A line that was cut off before must not swallow this one.
        writeThrough(file, 'a', `\n${rowOf(one)}`)
      } catch (error) {
        log.error('what a venue answered is in memory alone', { error, leg })
      }
    },
    of: (execution) =>
      kept
        .filter((one) => one.execution === execution)
        .map(({ leg, submission }): Answered => ({ type: 'submission', leg, submission })),
    forget(execution) {
      const left = kept.filter((one) => one.execution !== execution)
      if (left.length === kept.length) return
      kept = left
      try {
        writeThrough(`${file}.new`, 'w', left.map(rowOf).join(''))
        renameSync(`${file}.new`, file)
      } catch (error) {
        // Said again, it changes nothing.
        log.warn('answers that are in the database stay in the file', { error })
      }
    },
  }
}
