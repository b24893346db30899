// `gaps`: how wide, how often and how long gaps were, and when in the day.
import type { GapHour, GapStats } from '../history/history-store.ts'
import { parseRoute, routeName } from '../market/route.ts'
import { percentText } from '../notification/amount-text.ts'
import type { CardAction } from '../notification/card.ts'
import { badgesOf } from '../notification/labels.ts'
import { whyAction } from '../notification/opportunity-card.ts'
import { routeText } from '../notification/route-text.ts'
import { durationText } from '../notification/time-text.ts'
import { defineCommand, type Answer, type CommandContext } from './command.ts'
import { gapHeatChart, gapHistoryChart } from './market-charts.ts'
import { duration, integer, optional, text, withDefault } from './option.ts'

const dayMs = 86_400_000
const hoursShown = 6

const lifeMs = ({ openMs, openings }: GapStats): number | undefined =>
  openings === 0 ? undefined : openMs / openings

const openText = (stats: GapStats, forMs: number): string =>
  percentText((stats.openMs / forMs) * 100).replace('+', '')

const statsJson = (stats: GapStats, forMs: number) => ({
  route: stats.route,
  minutes: stats.minutes,
  samples: stats.samples,
  p50_percent: stats.p50 * 100,
  p90_percent: stats.p90 * 100,
  p99_percent: stats.p99 * 100,
  best_percent: stats.best * 100,
  open_ms: stats.openMs,
  open_share: stats.openMs / forMs,
  openings: stats.openings,
  life_ms: lifeMs(stats) ?? null,
})

const emptyCard = (what: string, forMs: number, { labels }: CommandContext): Answer => ({
  title: 'No gaps',
  tone: 'neutral',
  badges: badgesOf(labels),
  text: `No gap ${what}passed every filter in the last ${durationText(forMs)}; "why" shows what refuses them.`,
  json: { for_ms: forMs, routes: [] },
})

/** A minimum that half of what was recorded would still pass, in percent; undefined when that is no news. */
function proposedMinimum({ p50 }: GapStats, current: number): number | undefined {
  const proposed = Math.floor(p50 * 10_000) / 100
  return proposed >= current + 0.01 ? proposed : undefined
}

const settingAction = (value: number): CardAction => ({
  label: `Set the minimum to ${value} %`,
  command: 'settings',
  args: { action: 'set', key: 'trading.net_percent_min', value: String(value) },
  style: 'plain',
})

const hourRow = ({ hourUtc, best, openMs }: GapHour): readonly string[] => [
  `${String(hourUtc).padStart(2, '0')}:00`,
  percentText(best * 100),
  durationText(openMs),
]

async function oneRoute(route: string, forMs: number, context: CommandContext): Promise<Answer> {
  const { history, labels, settings } = context
  const [[stats], hours, chart] = await Promise.all([
    history.gapStats({ sinceMs: forMs, route, limit: 1 }),
    history.gapHours([route], forMs),
    gapHistoryChart(route, forMs, context),
  ])
  if (stats === undefined) return emptyCard(`of ${routeText(route)} `, forMs, context)
  const minimum = settings.current()['trading.net_percent_min']
  const proposed = proposedMinimum(stats, minimum)
  const life = lifeMs(stats)
  const busiest = hours.toSorted((a, b) => b.openMs - a.openMs).slice(0, hoursShown)
  return {
    title: `Gaps of ${routeText(route)}, ${durationText(forMs)}`,
    tone: 'neutral',
    badges: badgesOf(labels),
    text: [
      `Half of ${stats.minutes} recorded minutes reached ${percentText(stats.p50 * 100)} net, one in ten ${percentText(stats.p90 * 100)}, one in a hundred ${percentText(stats.p99 * 100)}; the best was ${percentText(stats.best * 100)}.`,
      `Open ${openText(stats, forMs)} of the time${life === undefined ? '' : `, ${stats.openings} times, ${durationText(life)} each`}.`,
      ...(proposed === undefined
        ? []
        : [
            `trading.net_percent_min is ${minimum} %: at ${proposed} % half of these minutes would still count.`,
          ]),
    ].join('\n'),
    tables: [{ columns: ['hour UTC', 'best net', 'open'], rows: busiest.map(hourRow) }],
    actions: [...(proposed === undefined ? [] : [settingAction(proposed)]), whyAction(route)],
    ...(chart === undefined ? {} : { chart }),
    json: {
      for_ms: forMs,
      routes: [statsJson(stats, forMs)],
      hours: hours.map(({ hourUtc, best, openMs }) => ({
        hour_utc: hourUtc,
        best_percent: best * 100,
        open_ms: openMs,
      })),
      net_percent_min: minimum,
      proposed_net_percent_min: proposed ?? null,
    },
  }
}

async function manyRoutes(
  part: string | undefined,
  forMs: number,
  limit: number,
  context: CommandContext,
): Promise<Answer> {
  const found = await context.history.gapStats({
    sinceMs: forMs,
    limit,
    ...(part === undefined ? {} : { part }),
  })
  if (found.length === 0)
    return emptyCard(part === undefined ? '' : `with "${part}" `, forMs, context)
  const chart = await gapHeatChart(
    found.map(({ route }) => route),
    forMs,
    context,
  )
  return {
    title: `Gaps of ${found.length === 1 ? 'one route' : `${found.length} routes`}, ${durationText(forMs)}`,
    tone: 'neutral',
    badges: badgesOf(context.labels),
    text: 'Net of each minute\'s best gap: half, one in ten and one in a hundred of the recorded minutes reached these. "gaps <route>" tells more of one.',
    tables: [
      {
        columns: ['route', 'p50', 'p90', 'p99', 'best', 'open', 'times', 'each'],
        rows: found.map((stats) => [
          routeText(stats.route),
          percentText(stats.p50 * 100),
          percentText(stats.p90 * 100),
          percentText(stats.p99 * 100),
          percentText(stats.best * 100),
          openText(stats, forMs),
          String(stats.openings),
          lifeMs(stats) === undefined ? '' : durationText(lifeMs(stats) ?? 0),
        ]),
      },
    ],
    ...(chart === undefined ? {} : { chart }),
    json: { for_ms: forMs, routes: found.map((stats) => statsJson(stats, forMs)) },
  }
}

export const gaps = defineCommand({
  name: 'gaps',
  summary: 'How wide, how often and how long gaps were, and when in the day',
  help: 'Of a route, of all routes through a symbol or a venue, or of those that were open longest. Only gaps that passed every filter are recorded, a row a minute; openings in neighbouring minutes count as one. For one route it proposes a minimum profit.',
  role: 'viewer',
  options: {
    for: withDefault(duration('How far back, such as 6h or 7d (24h if left out)'), dayMs),
    limit: withDefault(integer('How many routes (10 if left out)', { min: 1, max: 50 }), 10),
    route: optional(text('A route, a symbol or a venue', { suggests: 'routes' })),
  },
  positional: ['route'],
  rest: 'route',
  examples: ['gaps', 'gaps BTC/USDT --for 7d', 'gaps cross BTC/USDT kucoin>binance'],
  run({ for: forMs, limit, route: typed }, context) {
    const route = typed === undefined ? undefined : parseRoute(typed)
    return route === undefined
      ? manyRoutes(typed, forMs, limit, context)
      : oneRoute(routeName(route), forMs, context)
  },
})
