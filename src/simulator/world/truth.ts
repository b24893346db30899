// What was planted, told to whoever checks the desk: one JSON line for every gap and every decoy.
import { appendFileSync, writeFileSync } from 'node:fs'
import { capacityOf, netAtTop, type Gap } from './gap.ts'

export type TruthLine = {
  readonly id: string
  readonly kind: 'cross' | 'cycle'
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

/** Empties the file and returns how to add a line; every line is on disk when the call returns. */
export function openTruthFile(file: string): (line: TruthLine) => void {
  writeFileSync(file, '')
  return (line) => appendFileSync(file, `${JSON.stringify(line)}\n`)
}
