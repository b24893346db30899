// `why` for one route: what refused it, whether it is offered now, and what the newest prices make of it.
import { routeName, type CycleRoute, type Route, type TransferRoute } from '../market/route.ts'
import { wayFor, type AssetAt } from '../trade/transfer-ways.ts'
import { amountText, percentText, quoteText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { routeText } from '../notification/route-text.ts'
import { clockText, durationText, sinceText } from '../notification/time-text.ts'
import type { Answer, CommandContext } from './command.ts'
import { pairsOf, quotesOf, type QuotePair } from './quotes.ts'
import { deskBlocks, hourMs, refusalJson, refusalTable } from './why-refused.ts'

/** A gap that is there now is no "why not" at all. */
async function offeredNow(
  route: string,
  { approvals, now }: CommandContext,
): Promise<readonly string[]> {
  const [live, open] = await Promise.all([approvals.listLive(), approvals.listOpen()])
  const gap = live.find((opportunity) => opportunity.route === route)
  const approval = open.find((each) => each.route === route)
  return [
    ...(gap === undefined
      ? []
      : [
          `It is offered: ${percentText(gap.netPercent)} net, seen ${sinceText(gap.detectedAt, now())}.`,
        ]),
    ...(approval === undefined ? [] : [`It is asked about: approval ${approval.id}.`]),
  ]
}

const pairText = ({ buy, sell, net, gross }: QuotePair): string =>
  `ask ${quoteText(buy.ask)} on ${buy.venue}, bid ${quoteText(sell.bid)} on ${sell.venue}: ${percentText(gross * 100)} gross, ${percentText(net * 100)} net after fees`

/** What the newest recorded prices make of a cross route. */
async function crossNow(
  route: Exclude<Route, CycleRoute>,
  context: CommandContext,
): Promise<QuotePair | undefined> {
  const { quotes } = await quotesOf(route.symbol, context)
  return pairsOf(quotes).find(
    ({ buy, sell }) => buy.venue === route.buy && sell.venue === route.sell,
  )
}

/** What the networks would take of a transfer trade, as both venues said last. */
async function waysText(
  { symbol, buy, sell }: TransferRoute,
  { markets, settings }: CommandContext,
): Promise<string> {
  const told = await markets.assets()
  const at: AssetAt = (venue, asset) =>
    told.find((one) => one.venue === venue && one.asset === asset)
  const [base = '', quote = ''] = symbol.split('/')
  const ways = [
    { what: 'The coin', asset: base, way: wayFor(base, buy, sell, at) },
    { what: 'the money back', asset: quote, way: wayFor(quote, sell, buy, at) },
  ].map(({ what, asset, way }) =>
    way === undefined
      ? `${what} has no network that both ends call open`
      : `${what} by ${way.network} for ${amountText(way.fee, 4)} ${asset}, about ${durationText(way.minutes * 60_000)}`,
  )
  const off = settings.current()['opportunity.transfer']
    ? ''
    : ' Transfer trades are switched off: "settings set opportunity.transfer true" has them offered.'
  return `${ways.join('; ')}.${off}`
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

async function recordedText(route: Route, context: CommandContext): Promise<string> {
  const missing = 'No price of it was recorded in the last minutes.'
  switch (route.kind) {
    case 'cross':
    case 'transfer': {
      const pair = await crossNow(route, context)
      if (pair === undefined) return missing
      const recorded = pair.buy.minute < pair.sell.minute ? pair.buy.minute : pair.sell.minute
      const ways = route.kind === 'transfer' ? ` ${await waysText(route, context)}` : ''
      return `Recorded in the minute of ${clockText(recorded)}: ${pairText(pair)}.${ways}`
    }
    case 'cycle': {
      const turn = await cycleNow(route, context)
      return turn === undefined
        ? missing
        : `By the newest recorded prices ${percentText(turn.gross * 100)} gross, ${percentText(turn.net * 100)} net after fees.`
    }
  }
}

export async function explainRoute(route: Route, context: CommandContext): Promise<Answer> {
  const { history, labels, settings } = context
  const name = routeName(route)
  const [refusals, gaps, blocks, recorded, offered] = await Promise.all([
    history.refusals({ route: name, sinceMs: hourMs }),
    history.gaps(name, hourMs),
    deskBlocks(name, context),
    recordedText(route, context),
    offeredNow(name, context),
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
      ...offered,
      recorded,
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
      recorded,
      offered,
    },
  }
}
