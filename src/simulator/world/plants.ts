// The gaps that stand in the world now: putting one in, taking it out when its time is over.
import type { Gap } from './gap.ts'
import { bend, unbend, type Seed, type Site } from './sites.ts'
import { never, truthOf, type TruthLine } from './truth.ts'
import { seconds, tickMs, type World } from './world.ts'

type Plant = {
  /** Undefined where the gap is not of our bending. */
  readonly site: Site | undefined
  readonly line: TruthLine
  readonly endTick: number
}

export type Plants = {
  /** Plants at one of `sites` that is free now; false when every one of them rests. */
  plant(sites: readonly Site[], seed: Seed): boolean
  /** Writes down a gap that stands already, for `ticks` (Infinity: for ever). */
  offer(gap: Gap, ticks: number, decoy: string | null): void
  /** Takes out what is over. */
  endDue(): void
  /** Takes out everything that would end one day. */
  clear(): void
  alive(): readonly TruthLine[]
  /** Ticks that each true gap has to go. */
  trueTicksLeft(): readonly number[]
}

// A coin rests between two plants, so that no two of them can be taken for one.
const restTicks = seconds(6)

export function createPlants(world: World, tell: (line: TruthLine) => void): Plants {
  let plants: Plant[] = []
  let count = 0

  const put = (site: Site | undefined, gap: Gap, ticks: number, decoy: string | null) => {
    const from = new Date(world.timeMs).toISOString()
    const endMs = world.timeMs + ticks * tickMs
    const to = Number.isFinite(endMs) ? new Date(endMs).toISOString() : never
    const line = truthOf(gap, { id: `gap-${++count}`, from, to, decoy })
    plants.push({ site, line, endTick: world.tick + ticks })
    tell(line)
  }

  const endWhere = (over: (plant: Plant) => boolean) => {
    const ended = plants.filter(over)
    plants = plants.filter((plant) => !over(plant))
    for (const { site } of ended) {
      if (site === undefined) continue
      unbend(site)
      world.moveNow(site.markets)
    }
  }

  return {
    plant(sites, seed) {
      const free = sites.filter(({ freeAtTick }) => freeAtTick <= world.tick)
      if (free.length === 0) return false
      const site = world.random.pick(free)
      const gap = site.gaps[site.turn]
      site.turn = site.turn === 0 ? 1 : 0
      site.freeAtTick = world.tick + seed.ticks + restTicks
      bend(site, gap, seed)
      world.moveNow(site.markets)
      put(site, gap, seed.ticks, seed.decoy)
      return true
    },
    offer: (gap, ticks, decoy) => put(undefined, gap, ticks, decoy),
    endDue: () => endWhere(({ endTick }) => endTick <= world.tick),
    clear: () => endWhere(({ endTick }) => Number.isFinite(endTick)),
    alive: () => plants.map(({ line }) => line),
    trueTicksLeft: () =>
      plants.filter(({ line }) => line.decoy === null).map(({ endTick }) => endTick - world.tick),
  }
}
