// Everything that goes wrong in a chaos run, by a schedule that a seed gives: each kind has a stream of
// chance of its own, so that the same seed tries the same things in the same order.
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom, type Random } from '../simulation/random.ts'
import type { Crew } from './crew.ts'
import type { Floor } from './floor.ts'
import { sendMsMax } from './offer.ts'
import type { Stack } from './stack.ts'
import { healVenues, trouble } from './venue-mischief.ts'

export type Mischief = {
  readonly counts: ReadonlyMap<string, number>
  /** Executions that a killed worker was in the middle of, all kills together. */
  readonly orphaned: number
  /** Nothing goes wrong any more, and what was taken away is back. */
  stop(): Promise<void>
}

type Places = {
  readonly crew: Crew
  readonly stack: Stack
  readonly floor: Floor
  /** Nothing is to go wrong any more. */
  readonly signal: AbortSignal
  readonly onOrphaned: (executions: number) => void
}
/** Answers what was done, if anything could be. */
type Deed = (random: Random, places: Places) => Promise<string | undefined>

/** Longer than a lease of the engine lasts. */
const wholeLeaseMs = 32_000
/** Some longer than an order may wait before it leaves, some not. */
const shortFreezeMs: readonly [least: number, most: number] = [2_500, sendMsMax + 2_000]
const firstMsMax = 3_000

const killWorker: Deed = async (random, { crew, floor, onOrphaned }) => {
  const workers = crew.ready()
  // One is left to go on working.
  if (workers.length < 2) return undefined
  const worker = random.pick(workers)
  crew.kill(worker)
  onOrphaned(await floor.heldBy(worker).catch(() => 0))
  // Half of them are taken over as if their lease were over at once.
  if (random.chance(0.5)) await floor.endLeases([worker]).catch(() => undefined)
  return 'worker killed'
}

/** Its lease is over before it goes on: by the clock, or taken as over by our hand. */
const freezeWorker: Deed = async (random, { crew, floor, signal }) => {
  const isWhole = random.chance(0.2)
  const ms = isWhole ? wholeLeaseMs : random.whole(...shortFreezeMs)
  const workers = crew.ready()
  if (workers.length < 2) return undefined
  const worker = random.pick(workers)
  crew.freeze(worker)
  if (!isWhole) await floor.endLeases([worker]).catch(() => undefined)
  await sleep(ms, undefined, { signal }).catch(() => undefined)
  crew.thaw(worker)
  return isWhole ? 'lease outlived' : 'lease stolen'
}

const restartPostgres: Deed = async (random, { stack }) => {
  const how = random.pick(['asked', 'killed'] as const)
  await stack.restartPostgres(how)
  return `PostgreSQL ${how}`
}

const restartRedis: Deed = async (random, { stack }) => {
  const how = random.pick(['asked', 'killed', 'emptied'] as const)
  if (stack.redisUrl === undefined) return undefined
  await stack.restartRedis(how)
  return `Redis ${how}`
}

const cutSockets: Deed = async (random, { stack }) => {
  const when = random.pick(['before commit', 'after commit', 'at once'] as const)
  stack.cutter.cut(when)
  await sleep(random.whole(20, 200))
  stack.cutter.heal()
  return `cut ${when}`
}

const press: Deed = async (random, { floor }) => {
  const key = random.pick(['desk.killed', 'desk.paused'] as const)
  await floor.press(key, true)
  await sleep(random.whole(300, 1_500))
  await floor.press(key, false)
  return `${key} pressed`
}

const schedule: readonly (readonly [part: string, least: number, most: number, deed: Deed])[] = [
  ['kill', 3_000, 7_000, killWorker],
  ['postgres', 5_000, 10_000, restartPostgres],
  ['redis', 15_000, 20_000, restartRedis],
  ['cut', 1_500, 4_000, cutSockets],
  ['freeze', 5_000, 10_000, freezeWorker],
  ['press', 6_000, 15_000, press],
  ['venue', 300, 900, (random, { stack }) => trouble(stack.venuesUrl, random)],
  ['other venue', 300, 900, (random, { stack }) => trouble(stack.venuesUrl, random)],
]

export function startMischief(
  seed: number,
  open: Pick<Places, 'crew' | 'stack' | 'floor'>,
): Mischief {
  const counts = new Map<string, number>()
  const over = new AbortController()
  const { signal } = over
  let orphaned = 0
  const places: Places = {
    ...open,
    signal,
    onOrphaned: (executions) => void (orphaned += executions),
  }
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined)

  async function keep([part, least, most, deed]: (typeof schedule)[number]): Promise<void> {
    const random = createRandom(seed, part)
    await pause(random.whole(0, Math.min(firstMsMax, least)))
    while (!signal.aborted) {
      const what = await deed(random, places)
      if (what !== undefined) counts.set(what, (counts.get(what) ?? 0) + 1)
      await pause(random.whole(least, most))
    }
  }
  const kept = Promise.all(schedule.map(keep))
  // A deed that fails is heard of when the mischief is stopped.
  kept.catch(() => over.abort())

  return {
    counts,
    get orphaned() {
      return orphaned
    },
    async stop() {
      over.abort()
      await kept
      const { stack, floor } = places
      stack.cutter.heal()
      await healVenues(stack.venuesUrl)
      await floor.press('desk.killed', false)
      await floor.press('desk.paused', false)
    },
  }
}
