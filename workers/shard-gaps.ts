// The gaps of one shard: which routes pay at the best prices, how long they have, and what is against
// them. A gap that passes every filter for long enough is offered; one that closes is withdrawn.
import type { Books } from '../src/market/books.ts'
import type { MarketId } from '../src/market/market.ts'
import { gapRoute, parseRoute, routeName } from '../src/market/route.ts'
import type { Candidate } from '../src/opportunity/candidate.ts'
import type { UsualPrices } from '../src/opportunity/doubts.ts'
import { createGapTracker } from '../src/opportunity/gap-life.ts'
import type { GapMinute } from '../src/opportunity/gap-minutes.ts'
import type { Refusal } from '../src/opportunity/refusal.ts'
import { routeLegs } from '../src/opportunity/routes.ts'
import { createWhyNot, type RefusalMinute } from '../src/opportunity/why-not.ts'
import type { Settings } from '../src/settings/settings.ts'
import type { Offers } from './offers.ts'
import type { ShardAccount } from './shard-account.ts'
import { lookAt, sizeNow, type Moment } from './shard-judge.ts'
import type { ShardMarket } from './shard-market.ts'
import type { PriceRisk } from './price-risk.ts'
import { sizeTransfer, transferRouteOf } from './shard-transfer.ts'

export type ShardGapsWiring = {
  readonly market: ShardMarket
  readonly books: Books
  readonly account: ShardAccount
  readonly usual: UsualPrices
  readonly offers: Offers
  readonly risk: PriceRisk
  readonly settings: () => Settings
  /** Asks for a fresh copy of one book. */
  readonly refresh: (id: MarketId) => void
  readonly onError: (error: unknown) => void
}

export type ShardGaps = {
  /** The detector's word on a route after an update: it pays at the best prices, or no longer does. */
  opened(route: number): void
  lapsed(route: number): void
  /** Looks at every open route; to be called several times a second. */
  lookAtAll(at: Moment): Promise<void>
  /** Ends offers whose gap nobody has seen since; to be called about once a second. */
  tidy(nowMs: number): Promise<void>
  drain(wallMs: number): {
    readonly gaps: readonly GapMinute[]
    readonly refusals: readonly RefusalMinute[]
  }
}

/** The same route's refusal is counted once in this time, however often it is looked at. */
const refusalEveryMs = 1000
/** Sizing a transfer trade walks both books. */
const transferEveryMs = 500
/** A copy costs request weight that sweeps need too. */
const refreshEveryMs = 2000
/** A gap that no look has passed for this long is over. */
const silentMsMax = 1500
/** A gap that was offered has this long to be seen again once its books would show it. */
const goneAfterMs = 3000
/** Books that take longer to come leave people with an offer that nobody looks after. */
const unseenMsMax = 30_000
/** Without a look for so long our own process stood still, and what happened waits in the sockets. */
const stoodStillMs = 500
const curedByRefresh: ReadonlySet<string> = new Set(['book age', 'leg skew'])

/** Up to when all of its prices are proved: a gap has lived no longer than that, whatever the clock says. */
const provedWallMs = ({ legs }: Candidate, { nowMs, wallMs }: Moment): number =>
  wallMs - nowMs + Math.min(...legs.map(({ seenAtMs }) => seenAtMs))

export function createShardGaps(wiring: ShardGapsWiring): ShardGaps {
  const { market, books, account, usual, offers, risk, settings, refresh, onError } = wiring
  const { nameOf, table } = market
  const gaps = createGapTracker()
  const whyNot = createWhyNot()
  const open = new Set<number>()
  const refusedAtMs = new Map<string, number>()
  const refreshedAtMs = new Map<MarketId, number>()
  /** Offered gaps that are out of sight, by route name. */
  const unseen = new Map<string, { sinceMs: number; visibleSinceMs: number | undefined }>()
  const sizedAtMs = new Map<string, number>()
  let lookedAtMs = Infinity

  function refuse(name: string, refusal: Refusal, wallMs: number): void {
    if (wallMs - (refusedAtMs.get(name) ?? -Infinity) < refusalEveryMs) return
    refusedAtMs.set(name, wallMs)
    whyNot.add(name, refusal, wallMs)
  }

  function refreshLegs(route: number, { nowMs, settings: current }: Moment): void {
    const youngMs = current['filter.book_age_ms_max'] / 2
    for (const { id } of routeLegs(table, route)) {
      if (nowMs - (books.provedAtMs[id] as number) < youngMs) continue
      if (nowMs - (refreshedAtMs.get(id) ?? -Infinity) < refreshEveryMs) continue
      refreshedAtMs.set(id, nowMs)
      refresh(id)
    }
  }

  /** What it takes to send is reckoned with each time: the gap of prices alone says nothing. */
  function lookAtTransfer(route: number, candidate: Candidate, firstSeenMs: number, at: Moment) {
    const twin = transferRouteOf(candidate)
    if (twin === undefined || !at.settings['opportunity.transfer']) return
    const name = routeName(twin)
    if (at.nowMs - (sizedAtMs.get(name) ?? -Infinity) < transferEveryMs) return
    sizedAtMs.set(name, at.nowMs)
    const known = { market, books, account, usual, risk }
    const built = sizeTransfer(known, route, candidate, firstSeenMs, at)
    if (built.outcome === 'refused') return refuse(name, built.refusal, at.wallMs)
    gaps.seen(name, built.opportunity.netPercent / 100, at.wallMs)
    if (offers.wants(name)) offers.offer(built.opportunity).catch(onError)
  }

  function look(route: number, at: Moment): void {
    const name = nameOf(route)
    const seen = lookAt(market, books, route, at)
    if (seen.outcome === 'refused') {
      refuse(name, seen.refusal, at.wallMs)
      if (curedByRefresh.has(seen.refusal.reason)) refreshLegs(route, at)
      return
    }
    const { candidate } = seen
    const { firstSeenMs } = gaps.seen(name, candidate.net, at.wallMs)
    if (provedWallMs(candidate, at) - firstSeenMs < at.settings['approval.life_ms_min']) return
    if (offers.wants(name)) {
      const built = sizeNow({ market, books, account, usual }, route, candidate, firstSeenMs, at)
      if (built.outcome === 'refused') refuse(name, built.refusal, at.wallMs)
      else offers.offer(built.opportunity).catch(onError)
    }
    // What is funded on both sides is taken at once, and not a second time by sending coins.
    if (!offers.has(name)) lookAtTransfer(route, candidate, firstSeenMs, at)
  }

  /** Few offers are taken over, and most shards have none. */
  function routeNamed(name: string): number | undefined {
    for (let route = 0; route < table.count; route++) if (nameOf(route) === name) return route
    return undefined
  }

  /** Of a route whose gap is out of sight: whether that means that it is gone. */
  function isGone(name: string, nowMs: number): boolean {
    const was = unseen.get(name) ?? { sinceMs: nowMs, visibleSinceMs: undefined }
    const route = routeNamed(gapRoute(name))
    if (route === undefined || nowMs - was.sinceMs > unseenMsMax) return true
    const wouldShow = routeLegs(table, route).every(
      ({ id }) =>
        !Number.isNaN(books.paceMs[id]) && nowMs - (books.provedAtMs[id] as number) < silentMsMax,
    )
    const visibleSinceMs = wouldShow ? (was.visibleSinceMs ?? nowMs) : undefined
    unseen.set(name, { ...was, visibleSinceMs })
    return visibleSinceMs !== undefined && nowMs - visibleSinceMs > goneAfterMs
  }

  function noteShort(name: string, livedMs: number, lifeMsMin: number): void {
    const detail = `lived ${(livedMs / 1000).toFixed(1)} s, at least ${lifeMsMin / 1000} s`
    whyNot.add(name, { reason: 'too short to ask', detail }, Date.now())
  }

  return {
    opened: (route) => void open.add(route),
    lapsed(route) {
      if (!open.delete(route)) return
      const name = nameOf(route)
      const lifeMsMin = settings()['approval.life_ms_min']
      const ended = gaps.ended(name, Date.now(), lifeMsMin)
      if (ended?.tooShortToAsk === true) noteShort(name, ended.livedMs, lifeMsMin)
      offers.end(name, 'the gap closed').catch(onError)
      const pair = parseRoute(name)
      if (pair?.kind !== 'cross') return
      const twin = routeName({ ...pair, kind: 'transfer' })
      sizedAtMs.delete(twin)
      gaps.ended(twin, Date.now(), 0)
      offers.end(twin, 'the gap closed').catch(onError)
    },
    async lookAtAll(at) {
      const stoodStill = at.nowMs - lookedAtMs > stoodStillMs
      // One look is left out, not more: a slow machine would never look again.
      lookedAtMs = stoodStill ? Infinity : at.nowMs
      if (stoodStill) return
      for (const route of open) look(route, at)
      const lifeMsMin = at.settings['approval.life_ms_min']
      for (const { route, livedMs, tooShortToAsk } of gaps.endSilent(
        at.wallMs,
        silentMsMax,
        lifeMsMin,
      )) {
        if (tooShortToAsk) noteShort(route, livedMs, lifeMsMin)
        await offers.withdraw(route, 'its prices could not be confirmed any more')
      }
    },
    async tidy(nowMs) {
      await offers.follow()
      const offered = new Set(offers.routes())
      for (const name of unseen.keys()) if (!offered.has(name)) unseen.delete(name)
      for (const name of offered) {
        const isHere = gaps.of(name) !== undefined
        if (!isHere && !isGone(name, nowMs)) continue
        unseen.delete(name)
        if (!isHere) await offers.end(name, 'the gap is gone')
      }
    },
    // Minutes under way are drained too: rows of one minute add up, and "why" should not lag.
    drain: (wallMs) => ({
      gaps: gaps.drain(wallMs, 'all'),
      refusals: whyNot.drain(wallMs, 'all'),
    }),
  }
}
