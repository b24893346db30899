// The watchlist as people see it: each book with why it is watched, and what people wished.
import type { ListedBecause, WatchlistEntry } from '../market/market-store.ts'
import { crossOf, parseRoute } from '../market/route.ts'
import { numberText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { routeText } from '../notification/route-text.ts'
import { sinceText } from '../notification/time-text.ts'
import type { WatchWish } from '../opportunity/watch-wish.ts'
import type { Answer, CommandContext } from './command.ts'

const rowsMax = 40

export type Subject = Pick<WatchWish, 'subject' | 'venue'>

export const subjectText = ({ subject, venue }: Subject): string =>
  `${routeText(subject)}${venue === undefined ? '' : ` on ${venue}`}`

function becauseText(because: ListedBecause): string {
  switch (because) {
    case 'added':
      return 'people added it'
    case 'gap':
      return 'a gap shows'
    case 'held':
      return 'we hold its coins'
    case 'near':
      return 'close to paying'
    case 'stays':
      return 'listed a moment ago'
  }
}

const entryJson = (entry: WatchlistEntry) => ({
  rank: entry.rank,
  venue: entry.venue,
  symbol: entry.symbol,
  shard: entry.shard,
  because: entry.because ?? null,
  score_usdt: entry.score,
  volume_usdt: entry.facts.volumeUsdt ?? null,
  listed_at: entry.listedAt.toISOString(),
})

export const wishJson = ({ subject, venue, wish, by, at }: WatchWish) => ({
  subject,
  venue: venue ?? null,
  wish,
  by,
  at: at.toISOString(),
})

const rowOf = ({ rank, venue, symbol, because, score }: WatchlistEntry): readonly string[] => [
  String(rank),
  venue,
  symbol,
  becauseText(because ?? 'near'),
  score === 0 ? '' : numberText(score),
]

/** A symbol, a venue, both, or a route: then the books of its legs, where its name tells them. */
function meantBy(filter: string | undefined): (entry: WatchlistEntry) => boolean {
  if (filter === undefined) return () => true
  const route = parseRoute(filter)
  const pair = crossOf(route)
  if (pair !== undefined)
    return ({ venue, symbol }) => symbol === pair.symbol && [pair.buy, pair.sell].includes(venue)
  if (route?.kind === 'cycle')
    return ({ venue, symbol }) =>
      venue === route.venue && symbol.split('/').every((asset) => route.path.includes(asset))
  const words = filter.toLowerCase().split(' ')
  return ({ venue, symbol }) => words.every((word) => [venue, symbol.toLowerCase()].includes(word))
}

/** The list, or what of it has to do with one symbol, venue or route. */
export async function listWatched(
  filter: string | undefined,
  { markets, wishes, labels, now }: CommandContext,
): Promise<Answer> {
  const [watched, wished] = await Promise.all([markets.watchlist(), wishes.list()])
  const isMeant = meantBy(filter)
  const entries = watched.filter(isMeant).toSorted((a, b) => a.rank - b.rank)
  const more = entries.length - rowsMax
  return {
    title: `${entries.length} ${entries.length === 1 ? 'book' : 'books'} watched${filter === undefined ? '' : `: ${filter}`}`,
    tone: 'neutral',
    badges: badgesOf(labels),
    text: [
      'What is watched is decided with every sweep; added books come first, blocked ones never.',
      ...(more > 0
        ? [`The first ${rowsMax} of them; "watchlist list BTC/USDT" shows one symbol.`]
        : []),
    ].join('\n'),
    tables: [
      ...(entries.length === 0
        ? []
        : [
            {
              columns: ['rank', 'venue', 'symbol', 'because', 'score USDT'],
              rows: entries.slice(0, rowsMax).map(rowOf),
            },
          ]),
      ...(wished.length === 0
        ? []
        : [
            {
              columns: ['wish', 'of', 'by', 'since'],
              rows: wished.map((each) => [
                each.wish === 'add' ? 'added' : 'blocked',
                subjectText(each),
                each.by,
                sinceText(each.at, now()),
              ]),
            },
          ]),
    ],
    json: { books: entries.map(entryJson), wishes: wished.map(wishJson) },
  }
}
