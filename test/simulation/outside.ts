// What the desk is told about prices: fresh plans before anything is sent, and quotes for the way home.
import type { VenueId } from '../../src/market/market.ts'
import type { Price } from '../../src/money.ts'
import type { Preflight, Quote } from '../../src/trade/engine/event.ts'
import type { CitedBook, Execution } from '../../src/trade/engine/execution.ts'
import type { ExecutionDesk } from '../../src/trade/engine/execution-desk.ts'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import { netOf, planOf, type PlannedLeg } from './sample-execution.ts'
import type { MemoryStore } from './memory-execution-store.ts'
import type { SimulatedVenue } from './simulated-venue.ts'
import type { VirtualTime } from './virtual-time.ts'

export type OutsideWorld = {
  readonly time: VirtualTime
  readonly random: Random
  readonly faults: Faults
  readonly venues: ReadonlyMap<VenueId, SimulatedVenue>
  readonly store: MemoryStore
  readonly legsOf: ReadonlyMap<string, readonly PlannedLeg[]>
}

type Outside = Pick<ExecutionDesk, 'preflight' | 'quote' | 'booked'>

export function openOutside(world: OutsideWorld): Outside {
  const { time, random, faults, venues, store, legsOf } = world
  const venueOf = (id: VenueId) => venues.get(id) as SimulatedVenue
  const top = ({ market, side }: PlannedLeg): Price => venueOf(market.venue).top(market, side)
  const bookOf = ({ market: { venue, symbol } }: PlannedLeg, isStale: boolean): CitedBook => ({
    venue,
    symbol,
    ageMs: isStale ? random.pick([-300, 5_000]) : random.whole(0, 400),
    synced: !(isStale && random.chance(0.3)),
    crossed: isStale && random.chance(0.3),
  })

  async function preflight({ id, kind, plan, transfer }: Execution): Promise<Preflight> {
    await time.wait(random.whole(20, 200))
    if (faults.fires('preflight failed')) return { outcome: 'failed', reason: 'the gap is gone' }
    const legs = legsOf.get(id) as readonly PlannedLeg[]
    const [first] = plan
    if (first === undefined) return { outcome: 'failed', reason: 'no legs' }
    const fresh = planOf(kind, legs, first.amount, top, transfer?.out.fee)
    const isStale = faults.fires('preflight stale book')
    const flaky = random.chance(0.2) ? [random.pick(fresh).venue] : []
    const net = netOf(fresh) - (transfer?.back.fee ?? 0n)
    return {
      outcome: 'passed',
      plan: fresh,
      markets: legs.map(({ market }) => market),
      net: faults.fires('price worse at preflight') ? net - first.spends.amount : net,
      books: legs.map((leg) => bookOf(leg, isStale)),
      flaky,
    }
  }

  return {
    preflight,
    async quote({ id }, asks) {
      await time.wait(random.whole(20, 200))
      if (faults.fires('no quote')) return []
      const legs = legsOf.get(id) as readonly PlannedLeg[]
      return asks.map(({ role, step, side }): Quote => {
        const { market } = legs[step] as PlannedLeg
        const leg = { market, side }
        const best = top(leg)
        const book = bookOf(leg, faults.fires('quote stale book'))
        return { role, step, side, market, average: best, worst: best, book }
      })
    },
    async booked(venue) {
      await time.wait(random.whole(1, 4))
      const prefix = `${venue} `
      return [...store.tables.capital]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, { free }]) => ({ asset: key.slice(prefix.length), amount: free }))
    },
  }
}
