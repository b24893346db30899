// One shard of the trading loop: decides on every book update of its markets until it is told to stop.
import { openCcxtMarketFeed } from '../src/exchanges/ccxt-market-feed.ts'
import type { Venues } from '../src/exchanges/open-venues.ts'
import { bestAsk, bestBid, sideOf } from '../src/market/books.ts'
import type { Market, MarketId } from '../src/market/market.ts'
import { createDetector } from '../src/opportunity/detector.ts'
import { createGapTracker } from '../src/opportunity/gap-life.ts'
import { routeLegs } from '../src/opportunity/routes.ts'
import { createWhyNot } from '../src/opportunity/why-not.ts'
import type { Runtime } from '../src/runtime.ts'
import type { Offers } from './offers.ts'
import type { ShardAccount } from './shard-account.ts'
import { lookAt, sizeNow, type Moment } from './shard-judge.ts'
import type { ShardMarket } from './shard-market.ts'

export type ShardWiring = {
  readonly shard: string
  readonly runtime: Runtime
  readonly venues: Venues
  readonly market: ShardMarket
  readonly account: ShardAccount
  readonly offers: Offers
}

/** How often open gaps are looked at; a person's patience is longer, a venue's update shorter. */
const lookEveryMs = 100
/** The same refusal of the same route is counted once in this time. */
const refusalEveryMs = 1000
const refreshEveryMs = 2000
/** A gap that no look has passed for this long is over. */
const silentMsMax = 1500
const adoptedMsMax = 6000
const recordEveryMs = 10_000
const flushEveryMs = 5000
const booksLevels = 20

const refreshed = new Set(['book age', 'leg skew'])

/** Runs `task` again and again, one at a time, until the returned function is called. */
function every(ms: number, task: () => Promise<void>, onError: (error: unknown) => void) {
  let running = false
  const timer = setInterval(() => {
    if (running) return
    running = true
    task()
      .catch(onError)
      .finally(() => (running = false))
  }, ms)
  return () => clearInterval(timer)
}

/** Resolves when the signal aborts. Books, gaps and refusals of the last moments are written by then. */
export async function runShard(wiring: ShardWiring, signal: AbortSignal): Promise<void> {
  const { shard, runtime, venues, market, account, offers } = wiring
  const { settings, markets, history, log } = runtime
  const { table, nameOf, universe } = market
  const netMin = () => settings.current()['trading.net_percent_min'] / 100
  const detector = createDetector(table, netMin())
  const gaps = createGapTracker()
  const whyNot = createWhyNot()
  const open = new Set<number>()
  const refusedAtMs = new Map<string, number>()
  const refreshedAtMs = new Map<MarketId, number>()
  const fault = (error: unknown) => log.warn(`shard ${shard} goes on after an error`, { error })

  const feed = openCcxtMarketFeed({
    universe,
    venues: venuesOf(universe).map((venue) => ({
      access: venues.access(venue),
      rest: venues.rest(venue),
    })),
    budget: runtime.budget,
    listener: {
      book(id) {
        const hits = detector.update(id, bestBid(books, id), bestAsk(books, id))
        for (let k = 0; k < hits; k++) open.add(detector.hits[k] as number)
        for (let k = 0; k < detector.lapsedCount(); k++) close(detector.lapsed[k] as number)
      },
      venue(venue, state, reason) {
        market.setVenueUp(venue, state === 'live' || state === 'quiet')
        if (state !== 'live') log.info(`${shard}: ${venue} is ${state}`, { reason })
      },
    },
  })
  const { books } = feed
  let watched: readonly MarketId[] = []

  function close(route: number): void {
    if (open.delete(route)) end(nameOf(route))
  }
  function end(name: string): void {
    const lifeMsMin = settings.current()['approval.life_ms_min']
    const ended = gaps.ended(name, Date.now(), lifeMsMin)
    if (ended?.tooShortToAsk === true)
      whyNot.add(
        name,
        {
          reason: 'too short to ask',
          detail: `lived ${(ended.livedMs / 1000).toFixed(1)} s, at least ${lifeMsMin / 1000} s`,
        },
        Date.now(),
      )
    offers.end(name, 'the gap closed').catch(fault)
  }

  function refuse(name: string, refusal: Parameters<typeof whyNot.add>[1], wallMs: number): void {
    const last = refusedAtMs.get(name) ?? -Infinity
    if (wallMs - last < refusalEveryMs) return
    refusedAtMs.set(name, wallMs)
    whyNot.add(name, refusal, wallMs)
  }

  /** A copy costs request weight that sweeps need too, so each book is asked for once in a while. */
  function refreshLegs(
    route: number,
    { nowMs, settings: { 'filter.book_age_ms_max': old } }: Moment,
  ) {
    for (const { id } of routeLegs(table, route)) {
      const young = nowMs - (books.provedAtMs[id] as number) < old / 2
      if (young || nowMs - (refreshedAtMs.get(id) ?? -Infinity) < refreshEveryMs) continue
      refreshedAtMs.set(id, nowMs)
      feed.refresh(id)
    }
  }

  function look(route: number, at: Moment): void {
    const name = nameOf(route)
    const seen = lookAt(market, books, route, at)
    if (seen.outcome === 'refused') {
      refuse(name, seen.refusal, at.wallMs)
      if (refreshed.has(seen.refusal.reason)) refreshLegs(route, at)
      return
    }
    const life = gaps.seen(name, seen.candidate.net, at.wallMs)
    if (at.wallMs - life.firstSeenMs < at.settings['approval.life_ms_min']) return
    if (!offers.wants(name)) return
    const built = sizeNow({ market, books, account }, route, seen.candidate, life.firstSeenMs, at)
    if (built.outcome === 'refused') return refuse(name, built.refusal, at.wallMs)
    offers.offer(built.opportunity).catch(fault)
  }

  async function lookAtAll(): Promise<void> {
    const at: Moment = {
      nowMs: performance.now(),
      wallMs: Date.now(),
      settings: settings.current(),
    }
    for (const route of open) look(route, at)
    const lifeMsMin = at.settings['approval.life_ms_min']
    for (const { route } of gaps.endSilent(at.wallMs, silentMsMax, lifeMsMin))
      await offers.end(route, 'its prices could not be confirmed any more')
  }

  const startedMs = performance.now()
  /** An offer taken over from a former owner ends here when its gap is not seen again. */
  async function tidy(): Promise<void> {
    await offers.follow()
    if (performance.now() - startedMs < adoptedMsMax) return
    for (const name of offers.routes())
      if (gaps.of(name) === undefined) await offers.end(name, 'the gap is gone')
  }

  async function readWatchlist(): Promise<void> {
    watched = market.takeWatchlist(await markets.watchlist(shard))
    feed.watch(watched)
    detector.setNetMin(netMin())
  }

  async function record(): Promise<void> {
    const at = new Date()
    await history.addBooks(
      watched.flatMap((id) => {
        const bids = sideOf(books, id, 'bid').slice(0, booksLevels)
        const asks = sideOf(books, id, 'ask').slice(0, booksLevels)
        const { venue, symbol } = universe[id] as Market
        return bids.length + asks.length === 0 ? [] : [{ venue, symbol, at, bids, asks }]
      }),
    )
  }

  /** Minutes under way are written too: rows of one minute add up, and "why" should not lag. */
  async function flush(): Promise<void> {
    await history.addGaps(gaps.drain(Date.now(), 'all'))
    await history.addRefusals(whyNot.drain(Date.now(), 'all'))
  }

  await Promise.all([account.refresh(), readWatchlist()])
  const stops = [
    every(lookEveryMs, lookAtAll, fault),
    every(1000, readWatchlist, fault),
    every(1000, tidy, fault),
    every(2000, () => account.refresh(), fault),
    every(recordEveryMs, record, fault),
    every(flushEveryMs, flush, fault),
  ]
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  for (const stop of stops) stop()
  await feed.close()
  await flush().catch(fault)
}

const venuesOf = (universe: readonly Market[]) => [...new Set(universe.map(({ venue }) => venue))]
