// Which books move in which tick: groups of markets that always move together, each at its own pace.
import type { Random } from './random.ts'
import type { Fair, SimMarket } from './sim-market.ts'

export type Group = {
  readonly markets: readonly SimMarket[]
  /** Walks when the group moves; undefined where the price walks every tick. */
  readonly fair: Fair | undefined
  readonly walkBp: number
  /** Ticks between two moves, least and most. */
  readonly ticks: readonly [number, number]
}

export type Calendar = {
  /** Sets the group's next move, counted from `tick`. */
  plan(group: Group, tick: number): void
  /** The groups that move in `tick`; each tick is asked for once, in order. */
  due(tick: number): readonly Group[]
}

// Longer than the slowest pace, so that a page is read before it is written again.
const pageCount = 128

export function createCalendar(random: Random): Calendar {
  const pages: Group[][] = Array.from({ length: pageCount }, () => [])
  return {
    plan(group, tick) {
      pages[(tick + random.whole(...group.ticks)) % pageCount]?.push(group)
    },
    due(tick) {
      const page = pages[tick % pageCount] ?? []
      pages[tick % pageCount] = []
      return page
    },
  }
}
