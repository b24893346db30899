// `trades`: what the desk did, newest first.
import type { Trade } from '../trade/trade.ts'
import { signedText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { routeText } from '../notification/route-text.ts'
import { sinceText } from '../notification/time-text.ts'
import { realisedNet, tradeJson } from '../notification/trade-card.ts'
import { defineCommand } from './command.ts'
import { integer, withDefault } from './option.ts'

function row(trade: Trade, now: Date): readonly string[] {
  const realised = realisedNet(trade)
  return [
    trade.id,
    sinceText(trade.createdAt, now),
    trade.mode,
    trade.state,
    `${signedText(trade.expectedNet)} ${trade.asset}`,
    realised === undefined ? '' : `${signedText(realised)} ${trade.asset}`,
    routeText(trade.route),
  ]
}

export const trades = defineCommand({
  name: 'trades',
  summary: 'What the desk traded, newest first',
  help: 'Expected is what the plan promised after the last price check, realised is what the fills brought after all fees. "trade <id>" shows one leg by leg.',
  role: 'viewer',
  options: {
    limit: withDefault(integer('How many to a page (10 if left out)', { min: 1, max: 50 }), 10),
    page: withDefault(integer('Which page, 1 is the newest', { min: 1, max: 10_000 }), 1),
  },
  positional: ['limit', 'page'],
  examples: ['trades', 'trades 20', 'trades --page 2'],
  async run({ limit, page }, { trades: store, labels, now }) {
    // One more than a page holds tells whether there is another.
    const read = await store.list({ limit: limit + 1, offset: (page - 1) * limit })
    const shown = read.slice(0, limit)
    const more = read.length > limit
    return {
      title: shown.length === 0 ? 'No trades' : `Trades, page ${page}`,
      tone: 'neutral',
      badges: badgesOf(labels),
      ...(shown.length === 0
        ? {
            text:
              page > 1
                ? `There is no page ${page}; "trades" shows the newest.`
                : 'No trade has been made yet: approve an opportunity ("approve" lists what is open), or let the desk act by itself with "mode auto".',
          }
        : {}),
      ...(more ? { text: `Older ones: trades --page ${page + 1}` } : {}),
      tables:
        shown.length === 0
          ? []
          : [
              {
                columns: ['trade', 'started', 'mode', 'state', 'expected', 'realised', 'route'],
                rows: shown.map((trade) => row(trade, now())),
              },
            ],
      actions: more
        ? [
            {
              label: 'Older',
              command: 'trades',
              args: { limit: String(limit), page: String(page + 1) },
              style: 'plain',
            },
          ]
        : [],
      json: { page, more, trades: shown.map(tradeJson) },
    }
  },
})
