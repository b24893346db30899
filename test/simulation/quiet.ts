// Whether everything has come to its end, and the periodic look that finds what has not.
import { isOver, type Execution } from '../../src/trade/engine/execution.ts'
import { answerDueAt } from '../../src/trade/engine/obey.ts'
import { shortOf, type Floor } from './floor.ts'

const reconcileMs = 15_000

/** Stands in for the periodic look at each venue's prints: what is shown and not booked is looked into. */
function unbookedOf({ venues, store: { tables }, time }: Floor): readonly string[] {
  const ids = new Set<string>()
  for (const venue of venues.values()) {
    const owners = new Map(
      venue.orders.map(({ orderId, clientOrderId }) => [orderId, clientOrderId]),
    )
    for (const { tradeId, orderId, shownFromMs, symbol } of venue.prints) {
      if (
        shownFromMs > time.elapsedMs() ||
        tables.entries.has(`${venue.id} ${symbol} ${tradeId} 0 in`)
      )
        continue
      ids.add(tables.legOwner.get(owners.get(orderId) ?? '') ?? 'nobody')
    }
  }
  return [...ids]
}

export function reconcile(floor: Floor): void {
  const { store, workers, random, time } = floor
  for (const id of unbookedOf(floor)) {
    const row = store.tables.rows.get(id)
    if (row !== undefined) random.pick(workers).drive(id, { type: 'recheck' })
  }
  time.at(reconcileMs, () => reconcile(floor))
}

/** What waits for a person waits no longer than the desk will have it. */
export const isResolved = (execution: Execution): boolean =>
  isOver(execution.state) || (execution.state === 'exposed' && answerDueAt(execution) === undefined)

/** What a venue was going to do late, it has done by then. */
export const quietAfterMs = 75_000

export const isQuiet = (floor: Floor): boolean =>
  [...floor.store.tables.rows.values()].every(({ execution }) => isResolved(execution)) &&
  floor.workers.every((worker) => !worker.isBusy()) &&
  unbookedOf(floor).length === 0

/** Driven once more, nothing changes and nothing is sent. */
export async function checkIdempotence(floor: Floor): Promise<void> {
  const { store, workers, time, checked } = floor
  const rows = [...store.tables.rows.values()]
  const before = rows.map(({ execution }) => shortOf({ ...execution, version: 0 }))
  for (const { execution } of rows) workers[0]?.drive(execution.id)
  await time.run(time.elapsedMs() + 20_000)
  for (const [n, { execution }] of rows.entries())
    if (shortOf({ ...execution, version: 0 }) !== before[n])
      checked.breaches.add('I14', `${before[n]} became ${shortOf(execution)}`)
}
