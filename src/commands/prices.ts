// `prices`: one symbol on every venue, and the best way between two of them.
import { percentText, quoteText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { feeRateText } from '../notification/leg-plan-card.ts'
import { whyAction } from '../notification/opportunity-card.ts'
import { sinceText } from '../notification/time-text.ts'
import { routeName } from '../market/route.ts'
import { defineCommand, failed } from './command.ts'
import { text } from './option.ts'
import { pairsOf, quotesOf, type VenueQuote } from './quotes.ts'

const spreadText = ({ bid, ask }: VenueQuote): string => percentText((ask / bid - 1) * 100)

export const prices = defineCommand({
  name: 'prices',
  summary: 'One symbol on every venue, and the best pair after fees',
  help: 'Bid and ask are the newest ones recorded by the sweep, at most a minute old while it runs. The best pair buys at the lowest ask and sells at the highest bid after both fees; depth is not looked at.',
  role: 'viewer',
  options: { symbol: text('The pair, such as BTC/USDT', { suggests: 'symbols' }) },
  positional: ['symbol'],
  examples: ['prices BTC/USDT'],
  async run({ symbol: typed }, context) {
    const { symbol, quotes } = await quotesOf(typed, context)
    if (quotes.length === 0)
      return failed(
        `No price of "${typed}" is recorded; symbols look like BTC/USDT, and "venues" shows whether the sweep runs`,
      )
    const [best] = pairsOf(quotes)
    const route =
      best && routeName({ kind: 'cross', symbol, buy: best.buy.venue, sell: best.sell.venue })
    return {
      title: `${symbol} on ${quotes.length} ${quotes.length === 1 ? 'venue' : 'venues'}`,
      tone: 'neutral',
      badges: badgesOf(context.labels),
      text:
        best === undefined
          ? 'Fewer than two venues have a price of the last minutes, so there is no pair to compare.'
          : `Best pair: buy ${best.buy.venue}, sell ${best.sell.venue}: ${percentText(best.net * 100)} net (${percentText(best.gross * 100)} gross).`,
      tables: [
        {
          columns: ['venue', 'bid', 'ask', 'spread', 'fee from', 'seen'],
          rows: quotes.map((quote) => [
            quote.venue,
            quoteText(quote.bid),
            quoteText(quote.ask),
            spreadText(quote),
            feeRateText(quote.fee, quote.feeSource),
            sinceText(quote.minute, context.now()),
          ]),
        },
      ],
      actions: route === undefined ? [] : [whyAction(route)],
      json: {
        symbol,
        venues: quotes.map(({ venue, bid, ask, fee, feeSource, minute }) => ({
          venue,
          bid,
          ask,
          fee,
          fee_source: feeSource,
          minute: minute.toISOString(),
        })),
        best:
          best === undefined
            ? null
            : { buy: best.buy.venue, sell: best.sell.venue, gross: best.gross, net: best.net },
      },
    }
  },
})
