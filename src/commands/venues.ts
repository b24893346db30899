// `venues`: which venues answer, how well, and how many of their books are watched.
import type { VenueNow } from '../market/venue-now.ts'
import type { Tone } from '../notification/card.ts'
import { badgesOf } from '../notification/labels.ts'
import { durationText, sinceText } from '../notification/time-text.ts'
import type { StreamStatus } from '../trade/stream-store.ts'
import { defineCommand } from './command.ts'
import {
  crossTradingText,
  obstacleText,
  readDeskState,
  venuesUp,
  type DeskState,
  type KnownVenue,
} from './desk-state.ts'

function stateText(state: VenueNow): string {
  switch (state) {
    case 'up':
      return 'up'
    case 'degraded':
      return 'DEGRADED'
    case 'refused':
      return 'NOT AVAILABLE'
    case 'silent':
      return 'SILENT'
    case 'not-yet':
      return 'asked'
    case 'not-asked':
      return 'not asked'
  }
}

function whyText({ now, state, reason }: KnownVenue): string {
  switch (now) {
    case 'up':
      return ''
    case 'degraded':
    case 'refused':
      return reason
    case 'silent':
      return 'its answers stopped coming'
    case 'not-yet':
      return 'its first answer is on the way'
    case 'not-asked':
      return `nothing is swept; it was ${stateText(state)}`
  }
}

const accountText = (stream: StreamStatus | undefined, now: Date): string => {
  switch (stream?.state) {
    case undefined:
      return ''
    case 'up':
      return 'told'
    case 'away':
      return `ASKED for ${durationText(now.getTime() - stream.since.getTime())}`
  }
}

/** Cross trading needs two venues that answer. */
export function venueTone(desk: Pick<DeskState, 'venues'>): Tone {
  const up = venuesUp(desk).length
  if (up < 2) return 'bad'
  return up === desk.venues.length ? 'good' : 'warning'
}

export const venues = defineCommand({
  name: 'venues',
  summary: 'Which venues answer, how fast, and what is watched on them',
  help: 'A degraded venue is left out until it answers again, a silent one has not answered for five sweeps, and one that is not available from here is not asked again soon. Fewer than two venues up means no trading between venues. Account: "told" where the venue streams our orders and balances as they change, "ASKED" where that stream is away and REST alone finds them out.',
  role: 'viewer',
  options: {},
  examples: ['venues'],
  async run(_args, context) {
    const { labels } = context
    const now = context.now()
    const [desk, streams] = await Promise.all([
      readDeskState(context),
      context.accountStreams.list(),
    ])
    const streamOf = (venue: string) => streams.find((stream) => stream.venue === venue)
    const columns = ['venue', 'state', 'markets', 'books', 'swept', 'took', 'why']
    const booksOf = (venue: string) =>
      new Set(desk.watched.filter((entry) => entry.venue === venue).map(({ symbol }) => symbol))
        .size
    const none = desk.venues.length === 0
    const text = [obstacleText(desk, now), crossTradingText(desk)].filter(
      (line) => line !== undefined,
    )
    return {
      title: none ? 'No venues yet' : `${venuesUp(desk).length} of ${desk.venues.length} venues up`,
      tone: none ? 'neutral' : venueTone(desk),
      badges: badgesOf(labels),
      ...(text.length === 0 ? {} : { text: text.join('\n') }),
      tables: none
        ? []
        : [
            {
              // Where orders fill on this machine there are no accounts to tell of.
              columns: streams.length === 0 ? columns : [...columns, 'account'],
              rows: desk.venues.map((known) => [
                known.venue,
                stateText(known.now),
                String(known.markets),
                String(booksOf(known.venue)),
                known.sweptAt === undefined ? 'never' : sinceText(known.sweptAt, now),
                durationText(known.sweepMs),
                whyText(known),
                ...(streams.length === 0 ? [] : [accountText(streamOf(known.venue), now)]),
              ]),
            },
          ],
      json: desk.venues.map((known) => ({
        venue: known.venue,
        state: known.now,
        reason: whyText(known),
        markets: known.markets,
        books_watched: booksOf(known.venue),
        swept_at: known.sweptAt?.toISOString() ?? null,
        sweep_ms: known.sweepMs,
        account_stream: streamOf(known.venue)?.state ?? null,
      })),
    }
  },
})
