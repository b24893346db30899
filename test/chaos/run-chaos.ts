// One chaos run: executions are made while everything goes wrong; then nothing goes wrong any more, all of
// them are driven to their end, and our books are held against the venues'.
import { setTimeout as sleep } from 'node:timers/promises'
import { marketKey, type Market } from '../../src/market/market.ts'
import { openQueues } from '../../src/queues/queues.ts'
import type { Venues } from '../../src/exchanges/open-venues.ts'
import type { Execution } from '../../src/trade/engine/execution.ts'
import { nothingFilled } from '../../src/trade/engine/settle.ts'
import { audit, type Findings } from './audit.ts'
import { bringHome } from './bring-home.ts'
import { openChaosVenues } from './chaos-desk.ts'
import type { ChaosOptions } from './chaos-options.ts'
import { openCrew } from './crew.ts'
import { evidenceOf } from './evidence.ts'
import { openFloor } from './floor.ts'
import { makeExecutions } from './make-executions.ts'
import { startMischief } from './mischief.ts'
import { fundAll } from './offer.ts'
import { openStack, type Stack } from './stack.ts'
import { readVenueBooks } from './venue-books.ts'

export type ChaosResult = Findings & {
  readonly executions: number
  readonly states: ReadonlyMap<string, number>
  /** Why those that were aborted were, without what is each one's own. */
  readonly reasons: ReadonlyMap<string, number>
  readonly counts: ReadonlyMap<string, number>
  readonly kills: number
  /** Executions that a killed worker was in the middle of, all kills together. */
  readonly orphaned: number
  /** Every execution that a finding names, as we and as the venues have it. */
  readonly evidence: readonly string[]
}

export type ChaosPorts = {
  readonly tell: (line: string) => void
  /** Run in reverse order, whatever happens. */
  readonly closing: (() => Promise<unknown>)[]
}

const workers = 3
const prefix = 'chaos'
const progressMs = 5_000
/** Everything gets its share of mischief, also when there is little to trade. */
const mischiefMsMin = 9_000
const readyMsMax = 60_000
const reasonMax = 90

const tally = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(
    Array.from(
      Map.groupBy(names, (name) => name),
      ([name, all]) => [name, all.length],
    ),
  )

/** Without what is each one's own; where nothing was filled, what became of the orders. */
function whyAborted({ reason = '', legs }: Execution): string {
  const ends = legs.filter(({ role }) => role === 'primary').map((leg) => leg.reason ?? leg.state)
  const why = reason === nothingFilled ? `${reason}: ${[...new Set(ends)].join(', ')}` : reason
  return why.replaceAll(/-?\d+(\.\d+)?/g, 'n').slice(0, reasonMax)
}

async function listMarkets(venues: Venues): Promise<readonly Market[]> {
  const listings = await Promise.all(venues.ids.map((venue) => venues.rest(venue).list()))
  return listings.flatMap((listing) => {
    if (listing.outcome === 'failed') throw new Error(listing.detail)
    return listing.markets
  })
}

/** The crew, and what went on in it that nobody may swallow. */
function hire(stack: Stack, markets: readonly Market[]) {
  const { databaseUrl, redisUrl, venuesUrl } = stack
  const mistakes: string[] = []
  const left: string[] = []
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
      if (message.type === 'left') left.push(message.reason)
    },
  })
  return { crew, mistakes, left }
}

export async function runChaos(
  options: ChaosOptions,
  { tell, closing }: ChaosPorts,
): Promise<ChaosResult> {
  const opening = openStack(options.seed)
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
  const markets = await listMarkets(venues)
  const { crew, mistakes, left } = hire(stack, markets)
  closing.push(() => crew.close())
  const queues = await openQueues({ redisUrl, databaseUrl, prefix })
  closing.push(() => queues.close())
  const until = performance.now() + readyMsMax
  while (crew.ready().length < workers && performance.now() < until) await sleep(100)

  const mischief = startMischief(options.seed, { crew, stack, floor })
  const startMs = performance.now()
  let toldMs = startMs
  await makeExecutions(options, {
    venues,
    floor,
    markets: new Map(markets.map((market) => [marketKey(market.venue, market.symbol), market])),
    wake: (trade) =>
      queues.enqueue('execute-trade', { trade }, { id: trade }).catch(() => undefined),
    onMade(made) {
      if (performance.now() - toldMs < progressMs) return
      toldMs = performance.now()
      tell(`${made} of ${options.executions} executions made, ${crew.kills} workers killed`)
    },
  })
  await sleep(Math.max(0, mischiefMsMin - (performance.now() - startMs)))
  await mischief.stop()
  tell('nothing goes wrong any more')
  await bringHome(floor, crew, tell)

  for (const [reason, count] of tally(left)) tell(`let go ${count} times: ${reason}`)
  const [ours, theirs] = [await floor.books(), await readVenueBooks(venuesUrl)]
  const findings = audit(ours, theirs)
  const all = Object.values({ ...findings, compared: [] }).flat()
  return {
    ...findings,
    breaches: [...findings.breaches, ...mistakes],
    executions: ours.executions.length,
    states: tally(ours.executions.map(({ state }) => state)),
    reasons: tally(ours.executions.filter(({ state }) => state === 'aborted').map(whyAborted)),
    counts: mischief.counts,
    kills: crew.kills,
    orphaned: mischief.orphaned,
    evidence: evidenceOf(all, ours, theirs),
  }
}
