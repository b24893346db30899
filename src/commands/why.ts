// `why`: why a route, a symbol or everything was not offered. Every block must be answerable.
import { parseRoute, routeName, type CycleRoute, type Route } from '../market/route.ts'
import type { CardTable } from '../notification/card.ts'
import { percentText, quoteText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { routeText } from '../notification/route-text.ts'
import { durationText } from '../notification/time-text.ts'
import { review } from '../trade/risk-rules.ts'
import { defineCommand, failed, type Answer, type CommandContext } from './command.ts'
import { optional, text } from './option.ts'
import { pairsOf, quotesOf, type QuotePair } from './quotes.ts'
import { adviceText, decidingSettings } from './refusal-advice.ts'

const hourMs = 3_600_000
// A symbol on sixty venues has thousands of ordered pairs; the best ones tell the story.
const pairsMax = 12

type Refusals = Awaited<ReturnType<CommandContext['history']['refusals']>>

const refusalTable = (refusals: Refusals, context: CommandContext): CardTable => ({
  columns: ['refused because', 'times', 'last time', 'decided by'],
  rows: refusals.map(({ reason, count, detail }) => [
    reason,
    String(count),
    detail,
    adviceText(reason, context.settings.current()),
  ]),
})

const refusalJson = (refusals: Refusals) =>
  refusals.map((refusal) => ({ ...refusal, settings: decidingSettings(refusal.reason) }))

/** What stops every trade, or every trade on this route, whatever the prices are. */
async function deskBlocks(
  route: string,
  { trades, settings, approvals }: CommandContext,
): Promise<readonly string[]> {
  const [limits, exposure, open] = await Promise.all([
    settings.refresh(),
    trades.exposure(),
    approvals.listOpen(),
  ])
  const rules = review(
    { route, notionalUsdt: 0, venues: [], capitalUsdt: new Map() },
    exposure,
    limits,
  )
  const asked = open.find((approval) => approval.route === route)
  return [
    ...rules,
    ...(limits['approval.mode'] === 'alert'
      ? ['approval.mode is alert: gaps are told, never traded']
      : []),
    ...(asked === undefined ? [] : [`it is open now as approval ${asked.id}`]),
  ]
}

const pairText = ({ buy, sell, net, gross }: QuotePair): string =>
  `ask ${quoteText(buy.ask)} on ${buy.venue}, bid ${quoteText(sell.bid)} on ${sell.venue}: ${percentText(gross * 100)} gross, ${percentText(net * 100)} net after fees`

/** What the newest recorded prices make of a cross route. */
async function crossNow(
  route: Extract<Route, { kind: 'cross' }>,
  context: CommandContext,
): Promise<QuotePair | undefined> {
  const { quotes } = await quotesOf(route.symbol, context)
  return pairsOf(quotes).find(
    ({ buy, sell }) => buy.venue === route.buy && sell.venue === route.sell,
  )
}

/** One unit of the first asset carried round, before and after fees; undefined without all prices. */
async function cycleNow(
  route: CycleRoute,
  context: CommandContext,
): Promise<{ readonly gross: number; readonly net: number } | undefined> {
  let gross = 1
  let net = 1
  for (const [i, from] of route.path.entries()) {
    const to = route.path[(i + 1) % route.path.length] as string
    const [sold, bought] = await Promise.all([
      quotesOf(`${from}/${to}`, context),
      quotesOf(`${to}/${from}`, context),
    ])
    const sell = sold.quotes.find(({ venue }) => venue === route.venue)
    const buy = bought.quotes.find(({ venue }) => venue === route.venue)
    if (sell?.isCurrent === false || buy?.isCurrent === false) return undefined
    const step = sell === undefined ? (buy === undefined ? undefined : 1 / buy.ask) : sell.bid
    if (step === undefined) return undefined
    gross *= step
    net *= step * (1 - (sell?.fee ?? buy?.fee ?? 0))
  }
  return { gross: gross - 1, net: net - 1 }
}

async function nowText(route: Route, context: CommandContext): Promise<string> {
  const missing = 'No recorded price of it now.'
  switch (route.kind) {
    case 'cross': {
      const pair = await crossNow(route, context)
      return pair === undefined ? missing : `Now ${pairText(pair)}.`
    }
    case 'cycle': {
      const turn = await cycleNow(route, context)
      return turn === undefined
        ? missing
        : `Now ${percentText(turn.gross * 100)} gross, ${percentText(turn.net * 100)} net after fees.`
    }
  }
}

async function explainRoute(route: Route, context: CommandContext): Promise<Answer> {
  const { history, labels, settings } = context
  const name = routeName(route)
  const [refusals, gaps, blocks, now] = await Promise.all([
    history.refusals({ route: name, sinceMs: hourMs }),
    history.gaps(name, hourMs),
    deskBlocks(name, context),
    nowText(route, context),
  ])
  const best = gaps.reduce((most, { netMax }) => Math.max(most, netMax), -Infinity)
  const openMs = gaps.reduce((sum, gap) => sum + gap.openMs, 0)
  const needed = percentText(settings.current()['trading.net_percent_min']).replace('+', '')
  const seen =
    gaps.length === 0
      ? 'No gap above zero was recorded in the last hour.'
      : `Best net of the last hour ${percentText(best * 100)}; above the minimum for ${durationText(openMs)} of it.`
  return {
    title: `Why not: ${routeText(name)}`,
    tone: 'neutral',
    badges: badgesOf(labels),
    text: [
      ...blocks.map((block) => `Blocked: ${block}.`),
      now,
      `${seen} At least ${needed} net is wanted.`,
      ...(refusals.length === 0
        ? [
            'It was not refused in the last hour: it was not seen, or it was offered ("opportunities").',
          ]
        : []),
    ].join('\n'),
    tables: refusals.length === 0 ? [] : [refusalTable(refusals, context)],
    json: {
      route: name,
      blocked: blocks,
      refusals: refusalJson(refusals),
      best_net: gaps.length === 0 ? null : best,
      open_ms: openMs,
      now,
    },
  }
}

async function explainSymbol(typed: string, context: CommandContext): Promise<Answer> {
  const { symbol, quotes } = await quotesOf(typed, context)
  if (quotes.length === 0)
    return failed(
      `"${typed}" is neither a route nor a symbol with recorded prices; routes look like "cross BTC/USDT kucoin>binance"`,
    )
  const pairs = pairsOf(quotes).slice(0, pairsMax)
  if (pairs.length === 0)
    return failed(
      `Fewer than two venues have a price of ${symbol} from the last minutes, so there is no gap between venues; for cycles give the route, such as "cycle kucoin USDT>ETH>BTC"`,
    )
  const explained = await Promise.all(
    pairs.map(async (pair) => {
      const route = routeName({
        kind: 'cross',
        symbol,
        buy: pair.buy.venue,
        sell: pair.sell.venue,
      })
      return { pair, route, refusals: await context.history.refusals({ route, sinceMs: hourMs }) }
    }),
  )
  return {
    title: `Why not: ${symbol} between ${quotes.length} venues`,
    tone: 'neutral',
    badges: badgesOf(context.labels),
    text: `The best ways by the newest recorded prices, and what refused them in the last hour. "why cross ${symbol} ${pairs[0]?.buy.venue}>${pairs[0]?.sell.venue}" tells more.`,
    tables: [
      {
        columns: ['buy', 'sell', 'net now', 'mostly refused because', 'times', 'last time'],
        rows: explained.map(({ pair, refusals: [most] }) => [
          `${pair.buy.venue} ${quoteText(pair.buy.ask)}`,
          `${pair.sell.venue} ${quoteText(pair.sell.bid)}`,
          percentText(pair.net * 100),
          most?.reason ?? (pair.net > 0 ? 'not looked at' : 'no gap after fees'),
          most === undefined ? '' : String(most.count),
          most?.detail ?? '',
        ]),
      },
    ],
    json: {
      symbol,
      routes: explained.map(({ pair, route, refusals }) => ({
        route,
        bid: pair.sell.bid,
        ask: pair.buy.ask,
        gross: pair.gross,
        net: pair.net,
        refusals: refusalJson(refusals),
      })),
    },
  }
}

async function explainAll(context: CommandContext): Promise<Answer> {
  const [refusals, blocks] = await Promise.all([
    context.history.refusals({ sinceMs: hourMs }),
    deskBlocks('', context),
  ])
  return {
    title: 'Why not: the last hour',
    tone: 'neutral',
    badges: badgesOf(context.labels),
    text: [
      ...blocks.map((block) => `Blocked: ${block}.`),
      refusals.length === 0
        ? 'Nothing was refused in the last hour: "status" shows whether the desk is watching.'
        : 'How often each filter refused something, over all routes. "why BTC/USDT" looks at one symbol.',
    ].join('\n'),
    tables: refusals.length === 0 ? [] : [refusalTable(refusals, context)],
    json: { blocked: blocks, refusals: refusalJson(refusals) },
  }
}

export const why = defineCommand({
  name: 'why',
  summary: 'Why something was not offered: refusals, prices, settings',
  help: 'Give a route as cards show it, a symbol, or nothing for everything. It counts the refusals of the last hour with their newest numbers, shows what the newest recorded prices make of it, and names the setting that decides.',
  role: 'viewer',
  options: {
    route: optional(text('A route or a symbol; nothing means all', { suggests: 'routes' })),
  },
  positional: ['route'],
  rest: 'route',
  examples: ['why', 'why BTC/USDT', 'why "cross BTC/USDT kucoin>binance"'],
  async run({ route: typed }, context) {
    if (typed === undefined) return explainAll(context)
    const route = parseRoute(typed)
    return route === undefined ? explainSymbol(typed, context) : explainRoute(route, context)
  },
})
