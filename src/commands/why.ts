// `why`: why a route, a symbol or everything was not offered. Every block must be answerable.
import { parseRoute, routeName } from '../market/route.ts'
import { percentText, quoteText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { defineCommand, failed, type Answer, type CommandContext } from './command.ts'
import { explainRoute } from './explain-route.ts'
import { explainVenue, venueIn } from './explain-venue.ts'
import { optional, text } from './option.ts'
import { pairsOf, quotesOf } from './quotes.ts'
import { deskBlocks, hourMs, refusalJson, refusalTable } from './why-refused.ts'

// A symbol on sixty venues has thousands of ordered pairs; the best ones tell the story.
const pairsMax = 12

async function explainSymbol(typed: string, context: CommandContext): Promise<Answer> {
  const { symbol, quotes } = await quotesOf(typed, context)
  if (quotes.length === 0)
    return failed(
      `"${typed}" is no route, no venue and no symbol with recorded prices; routes look like "cross BTC/USDT kucoin>binance"`,
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
        columns: ['buy', 'sell', 'net', 'mostly refused because', 'times', 'last time'],
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
  help: 'Give a route as cards show it, a symbol, a venue, or nothing for everything. It counts the refusals of the last hour with their newest numbers, shows what the newest recorded prices, a minute old at most, make of it, and names the setting that decides.',
  role: 'viewer',
  options: {
    route: optional(
      text('A route, a symbol or a venue; nothing means all', { suggests: 'routes' }),
    ),
  },
  positional: ['route'],
  rest: 'route',
  examples: ['why', 'why BTC/USDT', 'why kucoin', 'why "cross BTC/USDT kucoin>binance"'],
  async run({ route: typed }, context) {
    if (typed === undefined) return explainAll(context)
    const route = parseRoute(typed)
    if (route !== undefined) return explainRoute(route, context)
    const venue = venueIn(typed)
    return venue === undefined ? explainSymbol(typed, context) : explainVenue(venue, context)
  },
})
