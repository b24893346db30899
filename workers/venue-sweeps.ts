// Asks every venue for its tickers at once and keeps what each last said. A venue that fails is left
// out and tried again later; the others do not wait for it.
import type { VenueAsset } from '../src/market/asset.ts'
import type { Market, VenueId } from '../src/market/market.ts'
import type { MarketRest, RestFailure } from '../src/market/market-rest.ts'
import type { VenueReport } from '../src/market/market-store.ts'
import type { Ticker } from '../src/market/ticker.ts'
import {
  afterFailure,
  afterSuccess,
  healthy,
  isNews,
  type Health,
} from '../src/market/venue-health.ts'

export type VenueSweeps = {
  /**
   * Asks every venue whose time has come and returns what has answered. A venue that takes longer than
   * our patience is not waited for: its answer comes with a later call.
   */
  sweep(): Promise<readonly VenueAnswer[]>
  /** True since the last call when some venue's markets were listed anew. */
  takeRelisted(): boolean
  /** True once every venue has told its prices or failed, or the first listing took too long. */
  isWhole(): boolean
  markets(): readonly Market[]
  assets(): readonly VenueAsset[]
  isUp(venue: VenueId): boolean
  statuses(): readonly VenueReport[]
}

export type VenueAnswer =
  | {
      readonly outcome: 'ok'
      readonly venue: VenueId
      readonly tickers: readonly Ticker[]
      readonly receivedAtMs: number
    }
  | { readonly outcome: 'failed'; readonly venue: VenueId }

export type VenueSweepsWiring = {
  readonly venues: readonly VenueId[]
  readonly rest: (venue: VenueId) => MarketRest
  readonly saveListing: (
    venue: VenueId,
    markets: readonly Market[],
    assets: readonly VenueAsset[],
  ) => Promise<void>
  /** Told once per change of state, with one line for people. */
  readonly onNews: (venue: VenueId, health: Health) => void
  /** An answer that could not be kept, which is our own fault. */
  readonly onFault: (venue: VenueId, error: unknown) => void
  /** Monotonic ms. */
  readonly nowMs: () => number
  readonly random: () => number
  readonly wait: (ms: number) => Promise<void>
}

type VenueRun = {
  readonly venue: VenueId
  health: Health
  markets: readonly Market[]
  assets: readonly VenueAsset[]
  listedAtMs: number
  sweptAt: Date | undefined
  sweepMs: number
  asking: Promise<void> | undefined
  answer: VenueAnswer | undefined
  /** Its prices have been handed out. */
  told: boolean
}

const relistAfterMs = 3_600_000
const patienceMs = 1200
/** After this long the desk begins with the venues it has. */
const firstListingMsMax = 20_000

export function createVenueSweeps(wiring: VenueSweepsWiring): VenueSweeps {
  const { venues, rest, saveListing, onNews, onFault, nowMs, random, wait } = wiring
  let relisted = false
  const openedMs = nowMs()
  const runs = venues.map((venue): VenueRun => ({
    venue,
    health: healthy,
    markets: [],
    assets: [],
    listedAtMs: -Infinity,
    sweptAt: undefined,
    sweepMs: 0,
    asking: undefined,
    answer: undefined,
    told: false,
  }))

  function note(run: VenueRun, health: Health): void {
    const before = run.health
    run.health = health
    if (isNews(before, health)) onNews(run.venue, health)
  }
  const fail = (run: VenueRun, failure: RestFailure): VenueAnswer => {
    note(run, afterFailure(run.health, failure, nowMs(), random()))
    return { outcome: 'failed', venue: run.venue }
  }

  /** Undefined when the list is fresh enough or was fetched; a failure otherwise. */
  async function relist(run: VenueRun): Promise<RestFailure | undefined> {
    if (nowMs() - run.listedAtMs < relistAfterMs) return undefined
    const listing = await rest(run.venue).list()
    if (listing.outcome === 'failed') return listing
    run.markets = listing.markets
    run.assets = listing.assets
    relisted = true
    await saveListing(run.venue, listing.markets, listing.assets)
    // Only now: a list that could not be saved is fetched and saved again.
    run.listedAtMs = nowMs()
    return undefined
  }

  async function sweepOne(run: VenueRun): Promise<VenueAnswer> {
    const unlisted = await relist(run)
    if (unlisted !== undefined) return fail(run, unlisted)
    const startedMs = nowMs()
    const answer = await rest(run.venue).sweep()
    if (answer.outcome === 'failed') return fail(run, answer)
    run.sweptAt = new Date(answer.receivedAtMs)
    run.sweepMs = nowMs() - startedMs
    note(run, afterSuccess())
    const { tickers, receivedAtMs } = answer
    return { outcome: 'ok', venue: run.venue, tickers, receivedAtMs }
  }

  /**
   * A bug, a full disk or a database that is away must not take the other venues along, and is no
   * fault of this one's: it is asked again with the next sweep.
   */
  async function ask(run: VenueRun): Promise<void> {
    try {
      run.answer = await sweepOne(run)
    } catch (error) {
      run.answer = { outcome: 'failed', venue: run.venue }
      onFault(run.venue, error)
    } finally {
      run.asking = undefined
    }
  }

  return {
    async sweep() {
      for (const run of runs)
        if (run.asking === undefined && run.health.nextTryMs <= nowMs()) run.asking = ask(run)
      await Promise.race([
        Promise.all(runs.flatMap(({ asking }) => asking ?? [])),
        wait(patienceMs),
      ])
      return runs.flatMap((run) => {
        const { answer } = run
        run.answer = undefined
        run.told ||= answer?.outcome === 'ok'
        return answer ?? []
      })
    },
    takeRelisted() {
      const was = relisted
      relisted = false
      return was
    },
    isWhole: () =>
      nowMs() - openedMs > firstListingMsMax ||
      runs.every(({ told, health }) => told || health.state !== 'up'),
    markets: () => runs.flatMap(({ markets }) => markets),
    assets: () => runs.flatMap(({ assets }) => assets),
    isUp: (venue) => runs.find((run) => run.venue === venue)?.health.state === 'up',
    statuses: () =>
      runs.map(({ venue, health, sweptAt, markets, sweepMs }) => ({
        venue,
        state: health.state,
        reason: health.reason,
        sweptAt,
        markets: markets.length,
        sweepMs,
      })),
  }
}
