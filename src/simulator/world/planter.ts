// Decides what is planted when: always a few true gaps, and decoys of every kind among them.
import { standingBait } from './bait.ts'
import { passingDecoys } from './passing-decoys.ts'
import { createPlants, type Plants } from './plants.ts'
import type { Random } from './random.ts'
import { sitesOf, type Site } from './sites.ts'
import { createStaleDecoys } from './stale-decoys.ts'
import type { TruthLine } from './truth.ts'
import { seconds, tickMs, type World } from './world.ts'

export type Planter = {
  /** Call once after each tick of the world. */
  step(): void
  /** Everything that is offered now, true or decoy. */
  alive(): readonly TruthLine[]
  /** Ends every passing gap at once, as after the machine slept. */
  clear(): void
}

// The world moves a moment before anything is offered in it.
const firstTick = seconds(2)
// Whoever has just come must find its way first: what is planted by then is not short.
const settledTick = seconds(20)
// One true gap always has at least so long to go, so that a person can act on it.
const longestMin = seconds(20)

/**
 * Keeps three to five true gaps, crosses and cycles in turn; most last 20 to 45 s, some 8 to 12 s. More
 * short ones come besides where somebody wants a lively market.
 */
function createTrueGaps({
  random,
  plants,
  duos,
  solos,
  morePerMinute,
}: {
  random: Random
  plants: Plants
  duos: readonly Site[]
  solos: readonly Site[]
  morePerMinute: number
}): (tick: number) => void {
  let wanted = 3
  let more = 0
  let crossNext = true
  const plant = (ticks: number) => {
    const seed = { net: random.between(0.0078, 0.0242), ticks, decoy: null }
    const [first, second] = crossNext ? [duos, solos] : [solos, duos]
    crossNext = !crossNext
    if (!plants.plant(first, seed)) plants.plant(second, seed)
  }
  const short = () => random.whole(seconds(8), seconds(12))
  return (tick) => {
    if (tick % seconds(10) === 0) wanted = random.whole(3, 4)
    if (Math.max(0, ...plants.trueTicksLeft()) < longestMin)
      plant(random.whole(seconds(36), seconds(45)))
    for (let alive = plants.trueTicksLeft().length; alive < wanted; alive++) {
      const isShort = random.next() < 0.3 && tick >= settledTick
      plant(isShort ? short() : random.whole(seconds(20), seconds(45)))
    }
    for (more += (morePerMinute * tickMs) / 60_000; more >= 1; more--) plant(short())
  }
}

export function createPlanter(
  world: World,
  tell: (line: TruthLine) => void,
  moreGapsPerMinute = 0,
): Planter {
  const { random } = world
  const plants = createPlants(world, tell)
  const duos = sitesOf(world, 'duo')
  const solos = sitesOf(world, 'solo')
  const places = { funded: [...duos, ...solos], unfunded: sitesOf(world, 'unfunded') }
  const keepTrueGaps = createTrueGaps({
    random,
    plants,
    duos,
    solos,
    morePerMinute: moreGapsPerMinute,
  })
  const stale = createStaleDecoys(world)
  const nextTicks = passingDecoys.map(() => firstTick)

  for (const { gap, reason } of standingBait(world.markets, world.find))
    plants.offer(gap, Infinity, reason)

  const plantDecoys = () => {
    for (const [i, { every, where, seed }] of passingDecoys.entries()) {
      if (world.tick < (nextTicks[i] as number)) continue
      plants.plant(places[where], seed(random))
      nextTicks[i] = world.tick + random.whole(seconds(every[0]), seconds(every[1]))
    }
    for (const { gap, ticks } of stale.step()) plants.offer(gap, ticks, 'stale quote')
  }

  return {
    step() {
      plants.endDue()
      if (world.tick < firstTick) return
      keepTrueGaps(world.tick)
      plantDecoys()
    },
    alive: () => plants.alive(),
    clear() {
      plants.clear()
      stale.clear()
    },
  }
}
