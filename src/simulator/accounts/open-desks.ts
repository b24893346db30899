// The private sides of all venues that have one, over one market: accounts, desks and the chains between.
import type { VenueId } from '../../market/market.ts'
import type { SourceVenue } from '../market-source.ts'
import type { VenueDialect } from '../venue-dialect.ts'
import {
  openAccounts,
  simulatorKey,
  simulatorTransferKey,
  usualBalances,
  type VenueKey,
} from './account.ts'
import { openPrivateSide, type PrivateSide } from './private-calls.ts'
import { createSpotDesk } from './spot-desk.ts'
import { createTransfers, type TransferEnd } from './transfers.ts'
import { venueHabits, type VenueHabits } from './venue-habits.ts'

export type AccountsOptions = {
  /** Which keys the venues know; each opens an account of its own. */
  readonly keys?: readonly VenueKey[]
  /** What every account starts with; left out, 10,000 USDT and some of the most traded coins. */
  readonly balances?: (venue: SourceVenue) => Readonly<Record<string, bigint>>
  /** How long a withdrawal takes, by network. */
  readonly transferDelayMs?: (network: string) => number
  /** Other habits than a venue's own, such as a shorter memory. */
  readonly habits?: Partial<Omit<VenueHabits, 'venue'>>
}

type End = TransferEnd & { readonly dialect: VenueDialect; readonly now: () => number }

export function openDesks(
  ends: readonly Omit<End, 'desk'>[],
  options: AccountsOptions,
  now: () => number,
): ReadonlyMap<VenueId, PrivateSide> {
  const { keys = [simulatorKey, simulatorTransferKey], balances = usualBalances } = options
  const { transferDelayMs = () => 20_000, habits = {} } = options
  const open = ends.flatMap(({ venue, dialect, now: venueNow }) => {
    const usual = venueHabits.find((one) => one.venue === venue.venue)
    if (usual === undefined || dialect.account === undefined) return []
    const starting = balances(venue)
    const accounts = openAccounts(venue.venue, keys, starting)
    const desk = createSpotDesk({
      venue,
      habits: { ...usual, ...habits },
      accounts,
      now: venueNow,
    })
    return [{ venue, desk, dialect: dialect.account }]
  })
  const byVenue = new Map(open.map((one) => [one.venue.venue, one]))
  const transfers = createTransfers({ ends: byVenue, now, delayMs: transferDelayMs })
  return new Map(
    open.map(({ venue, desk, dialect }) => [
      venue.venue,
      openPrivateSide(dialect, desk, transfers),
    ]),
  )
}
