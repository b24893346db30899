// `chart`: what was recorded, as a picture.
import { groupings, type Grouping } from '../history/profit-store.ts'
import { crossOf, parseRoute, routeName, type CrossRoute, type Route } from '../market/route.ts'
import type { Card, CardAction } from '../notification/card.ts'
import type { Chart } from '../notification/chart.ts'
import { badgesOf } from '../notification/labels.ts'
import { whyAction } from '../notification/opportunity-card.ts'
import { defineCommand, failed, type Answer, type CommandContext } from './command.ts'
import { bookChart, gapHeatChart, gapHistoryChart, priceChart } from './market-charts.ts'
import { choice, duration, optional, text } from './option.ts'
import { performanceChart } from './performance.ts'
import { profitChart } from './profit-chart.ts'

const kinds = ['gaps', 'prices', 'book', 'profit', 'performance', 'hours'] as const
type Kind = (typeof kinds)[number]

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const monthMs = 30 * dayMs
const heatRoutesMax = 12
const profitDaysMax = 366

/** How far back each looks when nobody says. */
const usualMs: Readonly<Record<Kind, number>> = {
  gaps: dayMs,
  prices: 2 * hourMs,
  book: dayMs,
  profit: monthMs,
  performance: monthMs,
  hours: 7 * dayMs,
}

type Wish = {
  readonly what: string | undefined
  readonly route: Route | undefined
  readonly forMs: number
}

/** A picture, or the line that says why there is none. */
type Drawn = Chart | string

/** The route that was open longest, of those through what was typed. */
async function busiestRoute({ what, forMs }: Wish, { history }: CommandContext) {
  const part = what === undefined ? {} : { part: what }
  const found = await history.gapStats({ sinceMs: Math.max(forMs, dayMs), limit: 50, ...part })
  return found.map(({ route }) => route)
}

const nothing = ({ what }: Wish, of: string): string =>
  what === undefined
    ? `No ${of} was recorded yet`
    : `No ${of} of "${what}" was recorded in that time`

async function drawGaps(wish: Wish, context: CommandContext): Promise<Drawn> {
  const [route] =
    wish.route === undefined ? await busiestRoute(wish, context) : [routeName(wish.route)]
  const drawn = route === undefined ? undefined : await gapHistoryChart(route, wish.forMs, context)
  return drawn ?? nothing(wish, 'gap that passed every filter')
}

async function drawPrices(wish: Wish, context: CommandContext): Promise<Drawn> {
  const { what, route, forMs } = wish
  const watched = what === undefined ? await context.markets.watchlist() : []
  const symbol =
    crossOf(route)?.symbol ?? what ?? watched.toSorted((a, b) => a.rank - b.rank)[0]?.symbol
  if (symbol === undefined) return nothing(wish, 'price')
  return (
    (await priceChart(symbol, forMs, context)) ??
    (await priceChart(symbol.toUpperCase(), forMs, context)) ??
    nothing({ ...wish, what: symbol }, 'price')
  )
}

async function drawBook(wish: Wish, context: CommandContext): Promise<Drawn> {
  if (wish.route?.kind === 'cycle')
    return 'Books are drawn of routes between two venues; "trade" and "why" show the legs of a cycle'
  const names = wish.route === undefined ? await busiestRoute(wish, context) : []
  const cross =
    crossOf(wish.route) ??
    names.map(parseRoute).find((route): route is CrossRoute => route?.kind === 'cross')
  const drawn = cross === undefined ? undefined : await bookChart(cross, context)
  return drawn ?? nothing(wish, 'book on both venues')
}

async function drawProfit(wish: Wish, context: CommandContext): Promise<Drawn> {
  const days = Math.min(Math.max(1, Math.ceil(wish.forMs / dayMs)), profitDaysMax)
  return (await profitChart(days, context)) ?? 'No trade has ended in that time'
}

const isGrouping = (word: string | undefined): word is Grouping =>
  groupings.some((each) => each === word)

async function drawPerformance(wish: Wish, context: CommandContext): Promise<Drawn> {
  const { what, forMs } = wish
  if (what !== undefined && !isGrouping(what))
    return `Performance is drawn by ${groupings.join(', ')}, not by "${what}"`
  const by = what ?? 'route'
  const to = context.now()
  const groups = await context.profits.resultsBy(by, {
    from: new Date(to.getTime() - forMs),
    to,
  })
  return performanceChart(by, groups, forMs, context) ?? 'No trade has ended in that time'
}

async function drawHours(wish: Wish, context: CommandContext): Promise<Drawn> {
  const routes =
    wish.route === undefined ? await busiestRoute(wish, context) : [routeName(wish.route)]
  const drawn = await gapHeatChart(routes.slice(0, heatRoutesMax), wish.forMs, context)
  return drawn ?? nothing(wish, 'gap that passed every filter')
}

function draw(kind: Kind, wish: Wish, context: CommandContext): Promise<Drawn> {
  switch (kind) {
    case 'gaps':
      return drawGaps(wish, context)
    case 'prices':
      return drawPrices(wish, context)
    case 'book':
      return drawBook(wish, context)
    case 'profit':
      return drawProfit(wish, context)
    case 'performance':
      return drawPerformance(wish, context)
    case 'hours':
      return drawHours(wish, context)
  }
}

/** What a chart of this can be, the likeliest first. */
function kindsFor({ what, route }: Pick<Wish, 'what' | 'route'>): readonly Kind[] {
  if (route !== undefined) return ['gaps', 'prices']
  if (what === undefined) return ['profit', 'gaps', 'prices']
  return what.includes('/') ? ['prices', 'gaps'] : ['gaps', 'prices']
}

/** Other pictures of the same. */
function actionsFor(kind: Kind, { route }: Wish): readonly CardAction[] {
  if (route === undefined) return []
  const what = routeName(route)
  const others = kinds.filter(
    (each) =>
      each !== kind &&
      (each === 'gaps' || (route.kind !== 'cycle' && (each === 'prices' || each === 'book'))),
  )
  return [
    ...others.map((each): CardAction => ({
      label: `Chart: ${each}`,
      command: 'chart',
      args: { kind: each, what },
      style: 'plain',
    })),
    whyAction(what),
  ]
}

function cardOf(kind: Kind, chart: Chart, wish: Wish, context: CommandContext): Card {
  return {
    title: chart.title,
    tone: 'neutral',
    badges: badgesOf(context.labels),
    ...(chart.subtitle === undefined ? {} : { text: chart.subtitle }),
    actions: actionsFor(kind, wish),
    chart,
    // JSON has no NaN: what was not recorded is null there.
    json: JSON.parse(JSON.stringify(chart)) as unknown,
  }
}

export const chart = defineCommand({
  name: 'chart',
  summary: 'What was recorded as a picture: gaps, prices, books, profit',
  help: 'gaps of a route, prices of a symbol on its venues, book of both legs of a route, profit over days, performance by route, pair, venue or coin, and hours in which gaps open. Without words it draws what there is to see. In the terminal it is written to a PNG file.',
  role: 'viewer',
  options: {
    kind: optional(choice('What to draw; left out, what fits', kinds)),
    for: optional(duration('How far back, such as 2h or 7d')),
    what: optional(text('A route, a symbol, a venue, or what to compare', { suggests: 'routes' })),
  },
  positional: ['kind', 'what'],
  rest: 'what',
  examples: [
    'chart',
    'chart gaps cross BTC/USDT kucoin>binance --for 6h',
    'chart prices BTC/USDT',
    'chart performance venue --for 7d',
  ],
  async run({ kind: asked, for: forMs, what }, context): Promise<Answer> {
    const route = what === undefined ? undefined : parseRoute(what)
    let why = ''
    for (const kind of asked === undefined ? kindsFor({ what, route }) : [asked]) {
      const wish = { what, route, forMs: forMs ?? usualMs[kind] }
      const drawn = await draw(kind, wish, context)
      if (typeof drawn !== 'string') return cardOf(kind, drawn, wish, context)
      why = why === '' ? drawn : why
    }
    if (what !== undefined || asked !== undefined) return failed(why)
    return {
      title: 'Nothing to draw yet',
      tone: 'neutral',
      badges: badgesOf(context.labels),
      text: 'No trade has ended, no gap has passed every filter and no price was recorded: "status" shows whether the desk is watching.',
      json: null,
    }
  },
})
