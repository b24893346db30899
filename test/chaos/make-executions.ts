// Executions as fast as the workers keep up with, at moments and on routes that a seed gives.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Venues } from '../../src/exchanges/open-venues.ts'
import type { Market } from '../../src/market/market.ts'
import { createRandom } from '../simulation/random.ts'
import type { ChaosOptions } from './chaos-options.ts'
import type { Floor, Progress } from './floor.ts'
import { makeExecution } from './offer.ts'

export type Making = {
  readonly venues: Venues
  readonly floor: Floor
  readonly markets: ReadonlyMap<string, Market>
  /** Only a wake-up: whoever sweeps finds it anyway. */
  readonly wake: (id: string) => Promise<unknown>
  readonly onMade: (made: number) => void
}

/** What the database and the venues do to one maker keeps no other waiting. */
const makers = 4
/** On the whole they are made no faster, so that more of them also see more go wrong. */
const everyMs = 250
const pauseMsMax = 2 * everyMs
/** More that nobody has taken up yet, or that are open, and the next one waits. */
const waitingMax = 4
const openMax = 150
const lookEveryMs = 200

const hasRoom = ({ waiting, underWay }: Progress): boolean =>
  waiting < waitingMax && underWay.length < openMax

export async function makeExecutions(
  { executions, seed }: ChaosOptions,
  { venues, floor, markets, wake, onMade }: Making,
): Promise<void> {
  const startMs = performance.now()
  let begun = 0
  let made = 0
  let looking: Promise<Progress> | undefined

  /** One look serves all who wait just now. */
  const look = (): Promise<Progress> =>
    (looking ??= sleep(lookEveryMs)
      .then(() => floor.progress())
      .finally(() => {
        looking = undefined
      }))
  async function untilRoom(): Promise<void> {
    for (;;) if (hasRoom(await look())) return
  }
  async function make(): Promise<void> {
    while (begun < executions) {
      const n = ++begun
      // Each has a stream of its own: the same seed asks for the same, whichever maker is first.
      const random = createRandom(seed, `execution ${n}`)
      const dueMs = startMs + (n - 1) * everyMs + random.whole(0, pauseMsMax)
      await sleep(Math.max(0, dueMs - performance.now()))
      await untilRoom()
      await wake(await makeExecution(n, random, { venues, floor, markets }))
      onMade(++made)
    }
  }
  await Promise.all(Array.from({ length: makers }, make))
}
