// One shard of the trading loop: decides on every book update of its markets until it is told to stop.
import { openCcxtMarketFeed } from '../src/exchanges/ccxt-market-feed.ts'
import type { Venues } from '../src/exchanges/open-venues.ts'
import type { BookRow, GapRow, RefusalRow } from '../src/history/history-store.ts'
import { bestAsk, bestBid, sideOf, type Books } from '../src/market/books.ts'
import type { FeedListener } from '../src/market/market-feed.ts'
import type { Market, MarketId } from '../src/market/market.ts'
import { createUsualPrices } from '../src/opportunity/doubts.ts'
import { createDetector } from '../src/opportunity/detector.ts'
import type { Blocks } from '../src/opportunity/watch-wish.ts'
import type { Runtime } from '../src/runtime.ts'
import { watchlistChannel } from './channels.ts'
import { every } from './every.ts'
import { keepUnwritten } from './keep-unwritten.ts'
import type { LoopPulse } from './loop-pulse.ts'
import { createPriceRisk } from './price-risk.ts'
import type { Offers } from './offers.ts'
import type { ShardAccount } from './shard-account.ts'
import { createShardGaps } from './shard-gaps.ts'
import type { ShardMarket } from './shard-market.ts'

export type ShardWiring = {
  readonly shard: string
  readonly runtime: Runtime
  readonly venues: Venues
  readonly market: ShardMarket
  readonly account: ShardAccount
  readonly offers: Offers
  readonly blocks: () => Blocks
  readonly pulse: Pick<LoopPulse, 'decided' | 'looked'>
}

/** How often open gaps are looked at; a person's patience is longer, a venue's update shorter. */
const lookEveryMs = 100
const tidyEveryMs = 1000
const accountEveryMs = 2000
const flushEveryMs = 5000
const recordEveryMs = 10_000
const levelsRecorded = 20

/** Books as they stand now, for the record; empty ones say nothing. */
function bookRows(
  books: Books,
  universe: readonly Market[],
  watched: readonly MarketId[],
): readonly BookRow[] {
  const at = new Date()
  return watched.flatMap((id) => {
    const bids = sideOf(books, id, 'bid').slice(0, levelsRecorded)
    const asks = sideOf(books, id, 'ask').slice(0, levelsRecorded)
    const { venue, symbol } = universe[id] as Market
    return bids.length + asks.length === 0 ? [] : [{ venue, symbol, at, bids, asks }]
  })
}

function openFeed({ runtime, venues, market }: ShardWiring, listener: FeedListener) {
  const ids = [...new Set(market.universe.map(({ venue }) => venue))]
  return openCcxtMarketFeed({
    universe: market.universe,
    venues: ids.map((venue) => ({ access: venues.access(venue), rest: venues.rest(venue) })),
    budget: runtime.budget,
    listener,
  })
}

/** Resolves when the signal aborts. Gaps and refusals of the last moments are written by then. */
export async function runShard(wiring: ShardWiring, signal: AbortSignal): Promise<void> {
  const { shard, runtime, market, account, offers, pulse } = wiring
  const { settings, markets, history, log } = runtime
  const netMin = () => settings.current()['trading.net_percent_min'] / 100
  const onError = (error: unknown) => log.warn(`shard ${shard} goes on after an error`, { error })
  const detector = createDetector(market.table, netMin())
  const usual = createUsualPrices(market.universe.length)
  /** When the first message came that made a route pay and that no look has judged yet. */
  let waitsSinceMs: number | undefined
  const feed = openFeed(wiring, {
    book(id, frameMs) {
      usual.see(id, (bestBid(books, id) + bestAsk(books, id)) / 2, performance.now())
      const hits = detector.update(id, bestBid(books, id), bestAsk(books, id))
      for (let k = 0; k < hits; k++) gaps.opened(detector.hits[k] as number)
      for (let k = 0; k < detector.lapsedCount(); k++) gaps.lapsed(detector.lapsed[k] as number)
      if (frameMs === undefined) return
      if (hits > 0) waitsSinceMs ??= frameMs
      // A book that is seen for the first time may have stood so for long: its time says nothing of us.
      const isNews = books.moved[id] === 1
      pulse.decided(frameMs, isNews ? (books.venueTimeMs[id] as number) : Number.NaN)
    },
    venue(venue, state, reason) {
      market.setVenueUp(venue, state === 'live' || state === 'quiet')
      if (state !== 'live') log.debug(`${shard}: ${venue} is ${state}`, { reason })
    },
  })
  const { books } = feed
  const gaps = createShardGaps({
    market,
    books,
    account,
    usual,
    offers,
    risk: createPriceRisk(history, () => performance.now(), onError),
    settings: () => settings.current(),
    refresh: (id) => feed.refresh(id),
    onError,
  })
  const addGaps = keepUnwritten((rows: readonly GapRow[]) => history.addGaps(rows))
  const addRefusals = keepUnwritten((rows: readonly RefusalRow[]) => history.addRefusals(rows))
  let watched: readonly MarketId[] = []

  async function readWatchlist(): Promise<void> {
    watched = market.takeWatchlist(await markets.watchlist(shard))
    feed.watch(watched)
    detector.setNetMin(netMin())
  }
  const readStatuses = async () => market.takeStatuses(await markets.statuses(), Date.now())
  async function flush(): Promise<void> {
    const drained = gaps.drain(Date.now())
    await addGaps(drained.gaps)
    await addRefusals(drained.refusals)
  }
  async function look(): Promise<void> {
    const looking = gaps.lookAtAll({
      nowMs: performance.now(),
      wallMs: Date.now(),
      settings: settings.current(),
      blocks: wiring.blocks(),
    })
    // The routes are judged by now; what is waited for is what an ended offer writes down.
    if (waitsSinceMs !== undefined) pulse.looked(performance.now() - waitsSinceMs)
    waitsSinceMs = undefined
    await looking
  }

  try {
    await Promise.all([account.refresh(), readStatuses(), readWatchlist()])
    const unsubscribe = await runtime.queues.subscribe(watchlistChannel, () => {
      readWatchlist().catch(onError)
    })
    const stops = [
      every(lookEveryMs, look, onError),
      every(tidyEveryMs, readWatchlist, onError),
      every(tidyEveryMs, () => gaps.tidy(performance.now()), onError),
      every(accountEveryMs, () => account.refresh(), onError),
      every(accountEveryMs, readStatuses, onError),
      every(
        recordEveryMs,
        () => history.addBooks(bookRows(books, market.universe, watched)),
        onError,
      ),
      every(flushEveryMs, flush, onError),
    ]
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    for (const stop of stops) stop()
    await unsubscribe()
  } finally {
    await feed.close()
    await flush().catch(onError)
  }
}
