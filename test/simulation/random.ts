// Chance that comes out the same on every run: one stream for each part, all from one seed.
import { seededRandom } from '../../src/opportunity/sample-market.ts'

export type Random = {
  /** In [0, 1). */
  next(): number
  chance(share: number): boolean
  /** A whole number in [least, most]. */
  whole(least: number, most: number): number
  pick<T>(from: readonly T[]): T
}

const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let n = 0; n < text.length; n++)
    hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193) >>> 0
  return hash
}

/** `part` keeps streams apart, so that one more draw in one part changes no other. */
export function createRandom(seed: number, part: string): Random {
  const draw = seededRandom((Math.imul(seed, 0x9e3779b1) ^ hashOf(part)) >>> 0)
  // Neighbouring seeds begin alike; a few draws part them.
  for (let n = 0; n < 4; n++) draw()
  const whole = (least: number, most: number) => least + Math.floor(draw() * (most - least + 1))
  return {
    next: draw,
    chance: (share) => draw() < share,
    whole,
    pick: (from) => from[whole(0, from.length - 1)] as (typeof from)[number],
  }
}
