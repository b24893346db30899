// A stream that tells of orders: too early, too late, twice, of what is over, of what never was. It has dice
// of its own, so that a seed without it has the history it always had.
import type { Floor } from './floor.ts'
import type { Random } from './random.ts'

const tellEveryMs = 130
const tellChance = 0.4

/** From now on, until then, some worker is told of some order again and again. */
export function tellOrders(floor: Floor, random: Random, untilMs: number): void {
  const { time, store, workers } = floor
  const tell = () => {
    const executions = [...store.tables.rows.values()].map(({ execution }) => execution)
    if (executions.length > 0 && random.chance(tellChance)) {
      const { id, legs } = random.pick(executions)
      const known = legs.map(({ clientOrderId }) => clientOrderId)
      random.pick(workers).tell(id, { type: 'told', leg: random.pick([...known, 'nobody']) })
    }
    if (time.elapsedMs() < untilMs) time.at(tellEveryMs, tell)
  }
  time.at(tellEveryMs, tell)
}
