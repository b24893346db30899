// One chaos run: executions are made while everything goes wrong; then nothing goes wrong any more, all of
// them are driven to their end, and our books are held against the venues'.
import { setTimeout as sleep } from 'node:timers/promises'
import { marketKey } from '../../src/market/market.ts'
import { openQueues } from '../../src/queues/queues.ts'
import { isOver, type Execution } from '../../src/trade/engine/execution.ts'
import { createRandom } from '../simulation/random.ts'
import { audit, type Findings } from './audit.ts'
import { openChaosVenues } from './chaos-desk.ts'
import type { ChaosOptions } from './chaos-options.ts'
import { openCrew, type Crew } from './crew.ts'
import { openFloor, type Floor } from './floor.ts'
import { startMischief } from './mischief.ts'
import { fundAll, makeExecution } from './offer.ts'
import { openStack } from './stack.ts'
import { readVenueBooks } from './venue-books.ts'

export type ChaosResult = Findings & {
  readonly executions: number
  readonly states: ReadonlyMap<string, number>
  /** Why those that were aborted were, without what is each one's own. */
  readonly reasons: ReadonlyMap<string, number>
  readonly counts: ReadonlyMap<string, number>
  readonly kills: number
}

export type ChaosPorts = {
  readonly tell: (line: string) => void
  /** Run in reverse order, whatever happens. */
  readonly closing: (() => Promise<unknown>)[]
}

const workers = 3
const prefix = 'chaos'
/** Between two executions, and how many may be open before the next one waits. */
const everyMs: readonly [least: number, most: number] = [100, 500]
const openMax = 40
const progressMs = 5_000
/** Everything gets its share of mischief, also when there is little to trade. */
const mischiefMsMin = 12_000
const readyMsMax = 60_000
const endMsMax = 150_000
const toldAtOnce = 12
const reasonMax = 90

const idsOf = (
  states: ReadonlyMap<Execution['state'], readonly string[]>,
  fits: (state: Execution['state']) => boolean,
): readonly string[] => [...states].flatMap(([state, ids]) => (fits(state) ? ids : []))

const isUnderWay = (state: Execution['state']): boolean => !isOver(state) && state !== 'exposed'

const tally = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(
    Array.from(
      Map.groupBy(names, (name) => name),
      ([name, all]) => [name, all.length],
    ),
  )

async function untilQuiet(floor: Floor, tell: (line: string) => void): Promise<void> {
  const until = performance.now() + endMsMax
  let toldMs = performance.now()
  for (;;) {
    const open = idsOf(await floor.states(), isUnderWay)
    if (open.length === 0) return
    if (performance.now() > until) return tell(`${open.length} executions do not end`)
    if (performance.now() - toldMs > progressMs) {
      toldMs = performance.now()
      tell(`${open.length} executions are on their way to their end`)
    }
    await sleep(500)
  }
}

async function tellEach(crew: Crew, ids: readonly string[], news: 'recheck' | 'retry') {
  const queue = [...ids]
  const work = async () => {
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) await crew.tell(id, news)
  }
  await Promise.all(Array.from({ length: toldAtOnce }, work))
}

/** What a reconciler and a person would do: every account is read once more, every exposure tried again. */
async function bringHome(floor: Floor, crew: Crew, tell: (line: string) => void): Promise<void> {
  await floor.endLeases(crew.dead)
  await untilQuiet(floor, tell)
  tell('all is quiet; every execution is read once more')
  await tellEach(crew, idsOf(await floor.states(), isOver), 'recheck')
  await untilQuiet(floor, tell)
  const exposed = idsOf(await floor.states(), (state) => state === 'exposed')
  if (exposed.length > 0) {
    tell(`${exposed.length} executions are exposed; a person lets them try again`)
    await tellEach(crew, exposed, 'retry')
    await untilQuiet(floor, tell)
  }
}

export async function runChaos(
  { executions, seed }: ChaosOptions,
  { tell, closing }: ChaosPorts,
): Promise<ChaosResult> {
  const opening = openStack(seed)
  // Also when somebody presses Ctrl-C while it opens.
  closing.push(async () => (await opening).close())
  const stack = await opening
  tell(`jobs wait on ${stack.redisUrl === undefined ? 'PostgreSQL: there is no Redis' : 'Redis'}`)
  const { databaseUrl, redisUrl, venuesUrl } = stack
  const floor = openFloor(databaseUrl)
  closing.push(() => floor.close())
  await fundAll(floor)
  const venues = await openChaosVenues(venuesUrl)
  closing.push(() => venues.close())
  const listings = await Promise.all(venues.ids.map((venue) => venues.rest(venue).list()))
  const markets = listings.flatMap((listing) => {
    if (listing.outcome === 'failed') throw new Error(listing.detail)
    return listing.markets
  })
  const byKey = new Map(markets.map((market) => [marketKey(market.venue, market.symbol), market]))

  const mistakes: string[] = []
  const left = new Map<string, number>()
  const crew = openCrew({
    size: workers,
    start: (worker) => ({
      type: 'start',
      desk: { databaseUrl, venuesUrl, worker, markets },
      redisUrl,
      prefix,
    }),
    onMessage(message) {
      if (message.type === 'mistake') mistakes.push(`a worker threw: ${message.text}`)
      if (message.type === 'left') left.set(message.reason, (left.get(message.reason) ?? 0) + 1)
    },
  })
  closing.push(() => crew.close())
  const queues = await openQueues({ redisUrl, databaseUrl, prefix })
  closing.push(() => queues.close())
  const until = performance.now() + readyMsMax
  while (crew.ready().length < workers && performance.now() < until) await sleep(100)

  const mischief = startMischief(seed, { crew, stack, floor })
  const random = createRandom(seed, 'executions')
  const startMs = performance.now()
  let toldMs = startMs
  for (let n = 1; n <= executions; n++) {
    const trade = await makeExecution(n, random, { venues, floor, markets: byKey })
    // Only a wake-up: whoever sweeps finds it anyway.
    await queues.enqueue('execute-trade', { trade }, { id: trade }).catch(() => undefined)
    await sleep(random.whole(...everyMs))
    while (idsOf(await floor.states(), isUnderWay).length >= openMax) await sleep(500)
    if (performance.now() - toldMs < progressMs) continue
    toldMs = performance.now()
    tell(`${n} of ${executions} executions made, ${crew.kills} workers killed`)
  }
  await sleep(Math.max(0, mischiefMsMin - (performance.now() - startMs)))
  await mischief.stop()
  tell('nothing goes wrong any more')
  await bringHome(floor, crew, tell)

  for (const [reason, count] of left) tell(`let go ${count} times: ${reason}`)
  const books = await floor.books()
  const findings = audit(books, await readVenueBooks(venuesUrl))
  return {
    ...findings,
    breaches: [...findings.breaches, ...mistakes],
    executions: books.executions.length,
    states: tally(books.executions.map(({ state }) => state)),
    reasons: tally(
      books.executions
        .filter(({ state }) => state === 'aborted')
        .map(({ reason = '' }) => reason.replaceAll(/-?\d+(\.\d+)?/g, 'n').slice(0, reasonMax)),
    ),
    counts: mischief.counts,
    kills: crew.kills,
  }
}
