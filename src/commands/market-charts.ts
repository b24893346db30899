// Recorded gaps, prices and books as charts. Undefined where nothing was recorded.
import type { BookRow } from '../history/history-store.ts'
import type { CrossRoute } from '../market/route.ts'
import { routeName } from '../market/route.ts'
import { toNumber } from '../money.ts'
import type { Chart, Episode, TimeWindow } from '../notification/chart.ts'
import { badgesOf } from '../notification/labels.ts'
import { routeText } from '../notification/route-text.ts'
import { durationText, sinceText } from '../notification/time-text.ts'
import type { CommandContext } from './command.ts'

/** A minute without a row is an outage, or no gap; lines end there. */
const silenceMs = 150_000
const episodesMax = 500
const venuesMax = 8
const windowMsMin = 600_000
const dayMs = 86_400_000
/** Offers of a route are looked for this far back, for the size that would be traded. */
const offerMs = 7 * dayMs

type Seen = Pick<
  CommandContext,
  'history' | 'approvals' | 'settings' | 'labels' | 'now' | 'markets'
>

/** No wider than what was recorded takes, so that the first minutes of a desk are more than a line. */
function windowOf(firstMs: number, forMs: number, now: Date): TimeWindow {
  const toMs = now.getTime()
  const spanMs = Math.max(toMs - firstMs, windowMsMin)
  return { fromMs: toMs - Math.min(forMs, spanMs * 1.05), toMs }
}

async function episodesOf(
  { approvals, now }: Seen,
  filter: { readonly sinceMs: number; readonly route?: string; readonly symbol?: string },
): Promise<readonly Episode[]> {
  const spans = await approvals.opportunitySpans({ ...filter, limit: episodesMax })
  return spans.map(({ from, until = now() }) => ({
    fromMs: from.getTime(),
    toMs: until.getTime(),
  }))
}

export async function gapHistoryChart(
  route: string,
  forMs: number,
  context: Seen,
): Promise<Chart | undefined> {
  const { history, settings, labels, now } = context
  const [rows, episodes] = await Promise.all([
    history.gaps(route, forMs),
    episodesOf(context, { sinceMs: forMs, route }),
  ])
  const [first] = rows
  if (first === undefined) return undefined
  return {
    kind: 'gap-history',
    title: routeText(route),
    subtitle: `By the minute, last ${durationText(forMs)}; recorded while it passes the filters`,
    badges: badgesOf(labels),
    ...windowOf(first.minute.getTime(), forMs, now()),
    buckets: rows.map(({ minute, netMean, netMax }) => ({
      atMs: minute.getTime(),
      netPercentMin: Number.NaN,
      netPercentMean: netMean * 100,
      netPercentMax: netMax * 100,
    })),
    silenceMs,
    thresholdPercent: settings.current()['trading.net_percent_min'],
    episodes,
  }
}

export async function gapHeatChart(
  routes: readonly string[],
  forMs: number,
  { history, labels }: Pick<Seen, 'history' | 'labels'>,
): Promise<Chart | undefined> {
  if (routes.length === 0) return undefined
  const hours = await history.gapHours(routes, forMs)
  // The chart keeps the order in which routes first appear.
  const ranked = hours.toSorted((a, b) => routes.indexOf(a.route) - routes.indexOf(b.route))
  return {
    kind: 'gap-heat',
    title: 'When gaps open',
    subtitle: `Best net gap of each hour of the day, ${durationText(forMs)}`,
    badges: badgesOf(labels),
    measure: 'best net gap',
    unit: '%',
    cells: ranked.map(({ route, hourUtc, best }) => ({
      route: routeText(route),
      hourUtc,
      value: best * 100,
    })),
  }
}

export async function priceChart(
  symbol: string,
  forMs: number,
  context: Seen,
): Promise<Chart | undefined> {
  const { history, labels, now } = context
  const toMs = now().getTime()
  const latest = await history.latestPrices(symbol)
  const current = latest
    .filter(({ minute }) => minute.getTime() >= toMs - forMs)
    .slice(0, venuesMax)
  if (current.length === 0) return undefined
  const [venues, episodes] = await Promise.all([
    Promise.all(
      current.map(async ({ venue }) => ({
        venue,
        quotes: (await history.prices(venue, symbol, forMs)).map(({ minute, bid, ask }) => ({
          atMs: minute.getTime(),
          bid,
          ask,
        })),
      })),
    ),
    episodesOf(context, { sinceMs: forMs, symbol }),
  ])
  const firsts = venues.map(({ quotes: [first] }) => first?.atMs ?? toMs)
  return {
    kind: 'price-history',
    title: `${symbol} on ${venues.length} ${venues.length === 1 ? 'venue' : 'venues'}`,
    subtitle: `Last of each minute, last ${durationText(forMs)}`,
    badges: badgesOf(labels),
    ...windowOf(Math.min(...firsts), forMs, now()),
    venues,
    quoteAsset: symbol.split('/')[1] ?? '',
    silenceMs,
    episodes,
  }
}

const agesText = (books: readonly BookRow[], now: Date): string =>
  books.map(({ venue, at }) => `${venue} ${sinceText(at, now)}`).join(', ')

export async function bookChart(route: CrossRoute, context: Seen): Promise<Chart | undefined> {
  const { history, approvals, labels, now } = context
  const name = routeName(route)
  const [buy, sell, [offer]] = await Promise.all([
    history.lastBook(route.buy, route.symbol),
    history.lastBook(route.sell, route.symbol),
    approvals.listOpportunities({ sinceMs: offerMs, route: name, limit: 1 }),
  ])
  if (buy === undefined || sell === undefined) return undefined
  const [base = '', quote = ''] = route.symbol.split('/')
  const planned = offer?.legs[0]?.amount
  return {
    kind: 'book',
    title: routeText(name),
    subtitle: `Books as recorded: ${agesText([buy, sell], now())}`,
    badges: badgesOf(labels),
    baseAsset: base,
    quoteAsset: quote,
    buy: { venue: route.buy, asks: buy.asks },
    sell: { venue: route.sell, bids: sell.bids },
    ...(planned === undefined ? {} : { plannedBaseSize: toNumber(planned) }),
  }
}
