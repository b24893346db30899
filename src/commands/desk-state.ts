// Whether a desk runs, and how far its work goes: no sweep, no venue, no watchlist, no worker, or all well.
import type { VenueStatus, WatchlistEntry } from '../market/market-store.ts'
import type { ShardStatus } from '../market/shard-store.ts'
import { lastSweepOf, sweepAgeMsMax, venueNow, type VenueNow } from '../market/venue-now.ts'
import { sinceText } from '../notification/time-text.ts'
import type { CommandContext } from './command.ts'

export type KnownVenue = VenueStatus & { readonly now: VenueNow }

export type DeskState = {
  readonly state:
    | 'stopped'
    /** It runs, and its sweep has said nothing for too long, or not yet. */
    | 'no-sweep'
    | 'no-venue'
    | 'no-watchlist'
    /** No worker runs a shard of the trading loop. */
    | 'no-worker'
    | 'watching'
  readonly venues: readonly KnownVenue[]
  readonly lastSweepAt: Date | undefined
  readonly watched: readonly WatchlistEntry[]
  /** `owner` is undefined once its lease has run out, whatever the row says. */
  readonly shards: readonly Pick<ShardStatus, 'shard' | 'owner' | 'epoch'>[]
}

const ownerOf = ({ owner, leaseUntil }: ShardStatus, now: Date): string | undefined =>
  leaseUntil !== undefined && leaseUntil > now ? owner : undefined

type DeskContext = Pick<CommandContext, 'markets' | 'shards' | 'settings' | 'runs' | 'now'>

export async function readDeskState(context: DeskContext): Promise<DeskState> {
  const { markets, shards, settings, runs } = context
  const [statuses, parts, watched] = await Promise.all([
    markets.statuses(),
    shards.list(),
    markets.watchlist(),
  ])
  const now = context.now()
  const ageMsMax = sweepAgeMsMax(settings.current()['sweep.period_ms'])
  const venues = statuses.map((status): KnownVenue => ({
    ...status,
    now: runs === false ? 'not-asked' : venueNow(status, now, ageMsMax),
  }))
  const known = {
    venues,
    lastSweepAt: lastSweepOf(statuses),
    watched,
    shards: parts.map((part) => ({ ...part, owner: ownerOf(part, now) })),
  }
  return { state: stateOf(known, runs), ...known }
}

function stateOf(
  { venues, watched, shards }: Omit<DeskState, 'state'>,
  runs: boolean | undefined,
): DeskState['state'] {
  const isSwept = venues.some((venue) => venue.now !== 'not-asked')
  const isWorked = shards.some(({ owner }) => owner !== undefined)
  if (runs === false || (runs === undefined && !isSwept && !isWorked)) return 'stopped'
  if (!venues.some((venue) => venue.now === 'up'))
    return isSwept && !venues.some((venue) => venue.now === 'not-yet') ? 'no-venue' : 'no-sweep'
  if (watched.length === 0) return 'no-watchlist'
  return isWorked ? 'watching' : 'no-worker'
}

export const venuesUp = ({ venues }: Pick<DeskState, 'venues'>): readonly KnownVenue[] =>
  venues.filter(({ now }) => now === 'up')

/** What stands in the way of watching, and what to do about it; undefined when nothing does. */
export function obstacleText(desk: DeskState, now: Date): string | undefined {
  const { state, lastSweepAt, venues } = desk
  const last = lastSweepAt === undefined ? undefined : sinceText(lastSweepAt, now)
  switch (state) {
    case 'stopped':
      return `No desk runs here: "npm start" starts one${last === undefined ? '' : `; the last sweep was ${last}`}.`
    case 'no-sweep':
      return last === undefined || venues.some((venue) => venue.now === 'not-yet')
        ? 'The desk runs and reads its venues for the first time: that takes some seconds.'
        : `The desk runs, but its last sweep was ${last}. After a start the first takes some seconds; otherwise its log says what is wrong.`
    case 'no-venue':
      return `The desk runs, but no venue answers, so nothing is watched or traded. ${reasonsText(venues)}`
    case 'no-watchlist':
      return `The desk runs and ${venuesUp(desk).length} of its venues answer, but no book is worth watching yet: "why" shows what refuses the gaps.`
    case 'no-worker':
      return 'The desk sweeps, but no worker runs its trading loop. After a start that takes some seconds; otherwise its log says what is wrong.'
    case 'watching':
      return undefined
  }
}

function reasonsText(venues: readonly KnownVenue[]): string {
  const [first, ...others] = venues.filter(({ reason }) => reason !== '')
  if (first === undefined) return '"venues" shows them.'
  const more = others.length === 0 ? '' : `, and ${others.length} more ("venues" shows them)`
  const named = first.reason.includes(first.venue) ? '' : `${first.venue}: `
  return `${named}${first.reason}${more}.`
}

/** Cross trading needs two venues that answer; undefined when it has them, or when no desk runs. */
export function crossTradingText(desk: DeskState): string | undefined {
  const [first, second] = venuesUp(desk)
  if (desk.state === 'stopped' || desk.state === 'no-sweep' || second !== undefined)
    return undefined
  const who = first === undefined ? 'no venue answers' : `only ${first.venue} answers`
  return `Cross-exchange trading is stopped until two venues answer: ${who}.`
}
