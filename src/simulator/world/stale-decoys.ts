// Stale quotes: one venue stops updating a coin, stream and REST row alike, and while its old price
// still stands the rest of the world moves on. What looks like a gap is an old number.
import { crossGap, netAtTop, type Gap } from './gap.ts'
import type { SimMarket } from './sim-market.ts'
import { seconds, type World } from './world.ts'

/** A gap that only seems to be one, for as long as the row stays old. */
export type StaleGap = { readonly gap: Gap; readonly ticks: number }

type Pair = {
  readonly live: SimMarket
  readonly stale: SimMarket
  phase: 'moving' | 'frozen' | 'apart'
  /** When the present phase ends. */
  untilTick: number
}

// The row must look old at once when the gap opens, by any sensible limit.
const frozenBefore = seconds(8)

/** Returns the step to call once a tick; it gives back the gaps that open in this tick. */
export function createStaleDecoys(world: World): { step(): readonly StaleGap[]; clear(): void } {
  const { random } = world
  const pairs = world.coins.flatMap((coin): Pair[] => {
    if (coin.role !== 'stale') return []
    const [live, stale] = coin.venues.map((venue) => world.find(venue, `${coin.asset}/USDT`))
    if (live === undefined || stale === undefined) return []
    return [{ live, stale, phase: 'moving', untilTick: random.whole(seconds(3), seconds(20)) }]
  })

  const open = (pair: Pair): StaleGap => {
    const { base } = pair.live
    const up = base.priceUsdt < base.startUsdt
    base.priceUsdt *= up ? random.between(1.013, 1.024) : random.between(1 / 1.024, 1 / 1.013)
    world.moveNow([pair.live])
    const ticks = random.whole(seconds(10), seconds(20))
    pair.phase = 'apart'
    pair.untilTick = world.tick + ticks
    const gaps = [crossGap(pair.live, pair.stale), crossGap(pair.stale, pair.live)]
    const [one, two] = gaps as [Gap, Gap]
    return { gap: netAtTop(one) > netAtTop(two) ? one : two, ticks }
  }

  const thaw = (pair: Pair) => {
    pair.stale.frozen = false
    world.moveNow([pair.stale])
    pair.phase = 'moving'
    pair.untilTick = world.tick + random.whole(seconds(10), seconds(20))
  }

  return {
    step() {
      const opened: StaleGap[] = []
      for (const pair of pairs) {
        if (world.tick < pair.untilTick) continue
        switch (pair.phase) {
          case 'moving':
            pair.stale.frozen = true
            pair.phase = 'frozen'
            pair.untilTick = world.tick + frozenBefore
            break
          case 'frozen':
            opened.push(open(pair))
            break
          case 'apart':
            thaw(pair)
            break
        }
      }
      return opened
    },
    clear() {
      for (const pair of pairs) if (pair.phase !== 'moving') thaw(pair)
    },
  }
}
