// Plants gaps into the simulated world and takes them away again: true ones, always a few, and decoys.
import { standingBait } from './bait.ts'
import type { Gap } from './gap.ts'
import { passingDecoys } from './passing-decoys.ts'
import { bend, sitesOf, unbend, type Seed, type Site } from './sites.ts'
import { createStaleDecoys } from './stale-decoys.ts'
import { never, truthOf, type TruthLine } from './truth.ts'
import { seconds, tickMs, type World } from './world.ts'

/** `site` is undefined where the gap is not of our bending. */
type Plant = { readonly site: Site | undefined; readonly line: TruthLine; readonly endTick: number }

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
// A coin rests between two plants, so that no two of them can be taken for one.
const restTicks = seconds(6)
// One true gap always has at least so long to go, so that a person can act on it.
const longestMin = seconds(20)

export function createPlanter(world: World, tell: (line: TruthLine) => void): Planter {
  const { random } = world
  const duos = sitesOf(world, 'duo')
  const solos = sitesOf(world, 'solo')
  const places = { funded: [...duos, ...solos], unfunded: sitesOf(world, 'unfunded') }
  const stale = createStaleDecoys(world)
  const nextAt = passingDecoys.map(() => firstTick)
  let plants: Plant[] = []
  let count = 0
  let wanted = 3
  let crossNext = true

  const offer = (site: Site | undefined, gap: Gap, ticks: number, decoy: string | null) => {
    const at = (ms: number) => (Number.isFinite(ms) ? new Date(ms).toISOString() : never)
    const from = at(world.timeMs)
    const to = at(world.timeMs + ticks * tickMs)
    const line = truthOf(gap, { id: `gap-${++count}`, from, to, decoy })
    plants.push({ site, line, endTick: world.tick + ticks })
    tell(line)
  }

  /** False when every site rests. */
  const plant = (sites: readonly Site[], seed: Seed): boolean => {
    const free = sites.filter(({ freeAtTick }) => freeAtTick <= world.tick)
    if (free.length === 0) return false
    const site = random.pick(free)
    const gap = site.gaps[site.turn]
    site.turn = site.turn === 0 ? 1 : 0
    site.freeAtTick = world.tick + seed.ticks + restTicks
    bend(site, gap, seed)
    world.moveNow(site.markets)
    offer(site, gap, seed.ticks, seed.decoy)
    return true
  }

  const plantTrue = (ticks: number) => {
    const seed: Seed = { net: random.between(0.0078, 0.0242), ticks, decoy: null }
    const [first, second] = crossNext ? [duos, solos] : [solos, duos]
    crossNext = !crossNext
    if (!plant(first, seed)) plant(second, seed)
  }

  /** Three to five at any time, mostly of 20 to 45 s, some of 8 to 12 s. */
  const keepTrueGaps = () => {
    if (world.tick % seconds(10) === 0) wanted = random.whole(3, 4)
    const ends = plants.filter(({ line }) => line.decoy === null).map(({ endTick }) => endTick)
    if (Math.max(...ends, 0) - world.tick < longestMin) {
      plantTrue(random.whole(seconds(36), seconds(45)))
      ends.push(world.tick)
    }
    for (let alive = ends.length; alive < wanted; alive++)
      plantTrue(
        random.next() < 0.3
          ? random.whole(seconds(8), seconds(12))
          : random.whole(seconds(20), seconds(45)),
      )
  }

  const plantDecoys = () => {
    for (const [i, { every, where, seed }] of passingDecoys.entries()) {
      if (world.tick < (nextAt[i] as number)) continue
      plant(places[where], seed(random))
      nextAt[i] = world.tick + random.whole(seconds(every[0]), seconds(every[1]))
    }
    for (const { gap, ticks } of stale.step()) offer(undefined, gap, ticks, 'stale quote')
  }

  const end = ({ site }: Plant) => {
    if (site === undefined) return
    unbend(site)
    world.moveNow(site.markets)
  }

  for (const { gap, reason } of standingBait(world.markets, world.find))
    offer(undefined, gap, Infinity, reason)

  return {
    step() {
      for (const one of plants) if (one.endTick <= world.tick) end(one)
      plants = plants.filter(({ endTick }) => endTick > world.tick)
      if (world.tick < firstTick) return
      keepTrueGaps()
      plantDecoys()
    },
    alive: () => plants.map(({ line }) => line),
    clear() {
      const passing = plants.filter(({ endTick }) => Number.isFinite(endTick))
      plants = plants.filter(({ endTick }) => !Number.isFinite(endTick))
      for (const one of passing) end(one)
      stale.clear()
    },
  }
}
