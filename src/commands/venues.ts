// `venues`: which venues answer, how well, and how many of their books are watched.
import type { VenueState, VenueStatus } from '../market/market-store.ts'
import type { Tone } from '../notification/card.ts'
import { badgesOf } from '../notification/labels.ts'
import { durationText, sinceText } from '../notification/time-text.ts'
import { defineCommand } from './command.ts'

function stateText(state: VenueState): string {
  switch (state) {
    case 'up':
      return 'up'
    case 'degraded':
      return 'DEGRADED'
    case 'refused':
      return 'NOT AVAILABLE'
  }
}

/** Cross trading needs two venues that answer. */
export const venueTone = (statuses: readonly VenueStatus[]): Tone => {
  const up = statuses.filter(({ state }) => state === 'up').length
  if (up < 2) return 'bad'
  return up === statuses.length ? 'good' : 'warning'
}

export const venues = defineCommand({
  name: 'venues',
  summary: 'Which venues answer, how fast, and what is watched on them',
  help: 'A degraded venue is left out until it answers again; one that is not available from here is not asked again. Fewer than two venues up means no trading between venues.',
  role: 'viewer',
  options: {},
  examples: ['venues'],
  async run(_args, { markets, labels, now }) {
    const [statuses, watched] = await Promise.all([markets.statuses(), markets.watchlist()])
    const booksOf = (venue: string) =>
      new Set(watched.filter((entry) => entry.venue === venue).map(({ symbol }) => symbol)).size
    const up = statuses.filter(({ state }) => state === 'up').length
    return {
      title: statuses.length === 0 ? 'No venues yet' : `${up} of ${statuses.length} venues up`,
      tone: statuses.length === 0 ? 'neutral' : venueTone(statuses),
      badges: badgesOf(labels),
      ...(statuses.length === 0
        ? {
            text: 'No venue has been swept yet: the first sweep follows a few seconds after the start.',
          }
        : up < 2
          ? { text: 'Fewer than two venues are up, so nothing is traded between venues.' }
          : {}),
      tables:
        statuses.length === 0
          ? []
          : [
              {
                columns: ['venue', 'state', 'markets', 'books', 'swept', 'took', 'why'],
                rows: statuses.map(
                  ({ venue, state, markets: listed, sweptAt, sweepMs, reason }) => [
                    venue,
                    stateText(state),
                    String(listed),
                    String(booksOf(venue)),
                    sweptAt === undefined ? 'never' : sinceText(sweptAt, now()),
                    durationText(sweepMs),
                    state === 'up' ? '' : reason,
                  ],
                ),
              },
            ],
      json: statuses.map(({ venue, state, reason, sweptAt, markets: listed, sweepMs }) => ({
        venue,
        state,
        reason,
        markets: listed,
        books_watched: booksOf(venue),
        swept_at: sweptAt?.toISOString() ?? null,
        sweep_ms: sweepMs,
      })),
    }
  },
})
