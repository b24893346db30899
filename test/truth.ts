// What the simulator planted, held against what a desk offered.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Planted = {
  readonly id: string
  readonly kind: 'cross' | 'cycle'
  readonly route: string
  readonly venues: readonly string[]
  readonly from: string
  readonly to: string
  readonly net_at_top: number
  readonly capacity: number
  readonly decoy: string | null
}

export type Offered = {
  readonly route: string
  readonly venues: readonly string[]
  readonly at: string
}

/** The lines of one home's truth file that are whole. */
export function readTruth(home: string): readonly Planted[] {
  const file = join(home, 'simulator-truth.jsonl')
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Planted)
}

/** A card may be on its way for a moment when its gap closes. */
const onTheWayMs = 250

/** The true gap an offer is about, or undefined for a false offer. */
export const gapOf = (truth: readonly Planted[], { route, venues, at }: Offered) =>
  truth.find(
    (gap) =>
      gap.decoy === null &&
      gap.route === route &&
      gap.venues.join() === venues.join() &&
      Date.parse(at) >= Date.parse(gap.from) &&
      Date.parse(at) <= Date.parse(gap.to) + onTheWayMs,
  )

/** True gaps that were there for at least `lastMs` between two moments and pass the default settings. */
export const gapsToFind = (
  truth: readonly Planted[],
  { fromMs, toMs, lastMs }: { fromMs: number; toMs: number; lastMs: number },
): readonly Planted[] =>
  truth.filter(({ decoy, from, to, net_at_top: net, capacity }) => {
    const there = Math.min(Date.parse(to), toMs) - Math.max(Date.parse(from), fromMs)
    return decoy === null && there >= lastMs && net * 100 >= 0.5 && capacity * 0.25 >= 100
  })
