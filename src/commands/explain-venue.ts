// `why` for one venue: whether it answers, what is watched on it, and what refuses its gaps.
import { knownExchanges } from '../exchanges/known-exchanges.ts'
import type { VenueId } from '../market/market.ts'
import { badgesOf } from '../notification/labels.ts'
import { sinceText } from '../notification/time-text.ts'
import { failed, type Answer, type CommandContext } from './command.ts'
import { obstacleText, readDeskState, type KnownVenue } from './desk-state.ts'
import { hourMs, refusalJson, refusalTable } from './why-refused.ts'

/** The venue that was typed, whether this desk has it or not; undefined when it is none. */
export function venueIn(typed: string): VenueId | undefined {
  const wanted = typed.trim().toLowerCase()
  return knownExchanges.find(({ venue, name }) => venue === wanted || name.toLowerCase() === wanted)
    ?.venue
}

function answersText({ now: state, sweptAt, reason }: KnownVenue, now: Date): string {
  const last = sweptAt === undefined ? 'never' : sinceText(sweptAt, now)
  switch (state) {
    case 'up':
      return `It answers; last swept ${last}.`
    case 'degraded':
      return `It is left out until it answers again (last swept ${last}): ${reason}.`
    case 'refused':
      return `It is left out (last swept ${last}), ${reason}.`
    case 'silent':
      return `It is asked, but its answers stopped coming: last swept ${last}.`
    case 'not-yet':
      return 'It is asked, and its first answer is on the way.'
    case 'not-asked':
      return `It is not asked now; last swept ${last}.`
  }
}

export async function explainVenue(venue: VenueId, context: CommandContext): Promise<Answer> {
  const now = context.now()
  const [desk, refusals] = await Promise.all([
    readDeskState(context),
    context.history.refusals({ venue, sinceMs: hourMs }),
  ])
  const known = desk.venues.find((each) => each.venue === venue)
  if (known === undefined)
    return failed(
      `${venue} is not among the venues of this desk, which has ${desk.venues.map((each) => each.venue).join(', ') || 'swept none yet'}`,
    )
  const books = new Set(
    desk.watched.filter((entry) => entry.venue === venue).map(({ symbol }) => symbol),
  )
  const obstacle = obstacleText(desk, now)
  return {
    title: `Why not: ${venue}`,
    tone: 'neutral',
    badges: badgesOf(context.labels),
    text: [
      ...(obstacle === undefined ? [] : [obstacle]),
      answersText(known, now),
      `${known.markets} markets are listed and ${books.size} of their books watched.`,
      refusals.length === 0
        ? 'No gap through it was refused in the last hour: there was none.'
        : 'How often each filter refused a gap through it in the last hour. "why BTC/USDT" looks at one symbol.',
    ].join('\n'),
    tables: refusals.length === 0 ? [] : [refusalTable(refusals, context)],
    json: {
      venue,
      state: known.now,
      reason: known.reason,
      swept_at: known.sweptAt?.toISOString() ?? null,
      markets: known.markets,
      books_watched: books.size,
      refusals: refusalJson(refusals),
    },
  }
}
