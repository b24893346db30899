// The last judge of a mutant of the engine: a few seeds of the simulation. `npm test` runs more of them.
import { expect, test } from 'vitest'
import { runSeed } from '../simulation/run-seed.ts'

const seeds = 8

test.each(Array.from({ length: seeds }, (_, n) => n + 1))(
  'seed %i breaks nothing and comes to its end',
  async (seed) => {
    const { breaches, unresolved } = await runSeed(seed)
    expect(breaches).toEqual([])
    expect(unresolved).toBe(0)
  },
)
