// What was planted, told to whoever checks the desk: one JSON line for every gap and every decoy.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import type { Route } from '../../market/route.ts'
import { capacityOf, netAtTop, type Gap } from './gap.ts'

export type TruthLine = {
  readonly id: string
  readonly kind: Route['kind']
  /** As src/market/route.ts names it. */
  readonly route: string
  readonly venues: readonly string[]
  /** ISO 8601; a decoy that never ends has the last instant of the year 9999. */
  readonly from: string
  readonly to: string
  /** After taker fees of all legs, a share: 0.012 is 1.2 %. */
  readonly net_at_top: number
  /** USDT. */
  readonly capacity: number
  /** Null for a true gap, else why it is none. */
  readonly decoy: string | null
}

export const never = '9999-12-31T23:59:59.999Z'

const rounded = (value: number, digits: number) => Number(value.toFixed(digits))

/** Describes a gap as it stands now. */
export const truthOf = (
  gap: Gap,
  { id, from, to, decoy }: Pick<TruthLine, 'id' | 'from' | 'to' | 'decoy'>,
): TruthLine => ({
  id,
  kind: gap.kind,
  route: gap.route,
  venues: gap.venues,
  from,
  to,
  net_at_top: rounded(netAtTop(gap), 6),
  capacity: rounded(capacityOf(gap), 2),
  decoy,
})

/** Ends what a world that died had planted: nothing of it stands any more at `now`. */
function endedLines(file: string, now: string): readonly string[] {
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    // It died before it planted anything.
  }
  // What follows the last line break is a line that was cut short.
  return text
    .split('\n')
    .slice(0, -1)
    .map((written) => {
      const line = JSON.parse(written) as TruthLine
      return JSON.stringify(line.to > now ? { ...line, to: now } : line)
    })
}

/**
 * Returns how to add a line; every line is on disk when the call returns. The file is emptied first,
 * unless a world that died is followed by another: then its lines stay, as far as they came true by
 * `diedBy`, and the numbers go on.
 */
export function openTruthFile(file: string, diedBy?: Date): (line: TruthLine) => void {
  const past = diedBy === undefined ? [] : endedLines(file, diedBy.toISOString())
  writeFileSync(file, past.map((line) => `${line}\n`).join(''))
  let count = past.length
  return (line) =>
    appendFileSync(
      file,
      `${JSON.stringify({ ...line, id: `gap-${++count}` } satisfies TruthLine)}\n`,
    )
}
