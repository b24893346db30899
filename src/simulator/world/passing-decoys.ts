// The decoys that come and go on coins which are otherwise in order. A new kind is one more entry.
import type { Random } from './random.ts'
import type { Seed } from './sites.ts'
import { seconds } from './world.ts'

export type PassingDecoy = {
  /** Seconds between two of the kind, least and most. */
  readonly every: readonly [least: number, most: number]
  /** 'funded': coins that also carry true gaps; 'unfunded': coins that nobody holds. */
  readonly where: 'funded' | 'unfunded'
  readonly seed: (random: Random) => Seed
}

export const passingDecoys: readonly PassingDecoy[] = [
  {
    // Positive before fees, negative after them, and clearly so.
    every: [5, 9],
    where: 'funded',
    seed: (random) => ({
      decoy: 'smaller than fees',
      net: -random.between(0.0012, 0.0014),
      ticks: random.whole(seconds(5), seconds(15)),
    }),
  },
  {
    every: [5, 9],
    where: 'funded',
    seed: (random) => ({
      decoy: 'no depth',
      net: random.between(0.01, 0.024),
      ticks: random.whole(seconds(5), seconds(15)),
      topOnlyUsdt: random.between(3, 12),
    }),
  },
  {
    every: [4, 8],
    where: 'funded',
    seed: (random) => ({
      decoy: 'too short',
      net: random.between(0.0078, 0.0242),
      ticks: random.whole(2, 7),
    }),
  },
  {
    every: [12, 20],
    where: 'unfunded',
    seed: (random) => ({
      decoy: 'unfunded',
      net: random.between(0.0078, 0.0242),
      ticks: random.whole(seconds(15), seconds(30)),
    }),
  },
  {
    // A bad tick: too good to be a price.
    every: [8, 14],
    where: 'unfunded',
    seed: (random) => ({
      decoy: 'abnormal profit',
      net: random.between(0.06, 0.25),
      ticks: random.whole(seconds(1), seconds(4)),
    }),
  },
]
