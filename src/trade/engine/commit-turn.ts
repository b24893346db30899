// How a decision reaches the store: committed, refused, or not heard of. A store that is away for a moment is
// waited for, and what venues answered meanwhile is kept.
import type { Unheard } from './answer-spool.ts'
import type { Decision } from './decide.ts'
import type { Execution } from './execution.ts'
import type { ExecutionDesk } from './execution-desk.ts'
import type { Commit, Committed } from './execution-store.ts'

export const leaseMs = 30_000
/** A store that is away for a moment is waited for, as long as the lease surely holds. */
const storeTriesMax = 5
export const storeRetryMs = 300

export type Running = {
  readonly desk: ExecutionDesk
  readonly epoch: number
  readonly unheard: Unheard
}

export function commitOf(
  { epoch }: Running,
  before: Execution,
  { execution, effects }: Decision,
): Commit {
  return {
    execution,
    epoch,
    leaseMs,
    sends: effects.some(({ type }) => type === 'submit'),
    reserves: before.reserved.length === 0 && execution.reserved.length > 0,
    entries: effects.flatMap((effect) => (effect.type === 'book' ? effect.entries : [])),
    requests: effects.flatMap((effect) => (effect.type === 'request' ? [effect.order] : [])),
    alerts: effects.flatMap((effect) => (effect.type === 'alert' ? [effect.alert] : [])),
  }
}

/** Whether a commit nobody heard of has happened: only the owner of this epoch could have raised it. */
async function reread(
  { desk, epoch }: Running,
  { execution }: Commit,
): Promise<Committed | 'again'> {
  const found = await desk.store.find(execution.id)
  if (found === undefined || found.epoch !== epoch) return { outcome: 'lost' }
  if (found.execution.version === execution.version) return 'again'
  return { outcome: 'committed', at: found.at }
}

/** What is not committed is forgotten, and read again by the next who drives. */
export class StoreAwayError extends Error {}

/** @throws StoreAwayError when the store stays away. */
export async function commit(running: Running, what: Commit): Promise<Committed> {
  const { store, wait } = running.desk
  const { unheard } = running
  let isOpen = false
  for (let tries = 1; ; tries++) {
    try {
      if (isOpen) {
        const found = await reread(running, what)
        if (found !== 'again') return found
        isOpen = false
      }
      const committed = await store.commit(what)
      if (committed.outcome !== 'unknown') return committed
      isOpen = true
      unheard.storeAway()
    } catch (error) {
      unheard.storeAway()
      if (tries >= storeTriesMax) throw new StoreAwayError(String(error))
    }
    if (tries >= storeTriesMax) throw new StoreAwayError('it does not say whether it has committed')
    await wait(storeRetryMs)
  }
}
