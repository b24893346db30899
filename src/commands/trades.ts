// `trades`: what the desk did, newest first.
import type { Trade } from '../trade/trade.ts'
import type { TradeFilter } from '../trade/trade-store.ts'
import { signedText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { routeText } from '../notification/route-text.ts'
import { sinceText } from '../notification/time-text.ts'
import { realisedNet, tradeJson } from '../notification/trade-card.ts'
import { defineCommand } from './command.ts'
import { choice, duration, integer, moment, optional, text, withDefault } from './option.ts'

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

const states = ['approved', 'executing', 'settled', 'exposed', 'abandoned'] as const

type Wanted = {
  readonly venue: string | undefined
  readonly symbol: string | undefined
  readonly state: (typeof states)[number] | undefined
  readonly since: number | undefined
  readonly from: Date | undefined
  readonly to: Date | undefined
}

function filterOf({ venue, symbol, state, since, from, to }: Wanted, now: Date): TradeFilter {
  const back = since === undefined ? undefined : new Date(now.getTime() - since)
  const begin = from ?? back
  return {
    ...(venue === undefined ? {} : { venue: venue.toLowerCase() }),
    ...(symbol === undefined ? {} : { symbol }),
    ...(state === undefined ? {} : { state }),
    ...(begin === undefined ? {} : { since: begin }),
    ...(to === undefined ? {} : { until: to }),
  }
}

/** The same wishes as a button carries them: moments do not move between two presses. */
const argumentsOf = ({
  since,
  until,
  ...others
}: TradeFilter): Readonly<Record<string, string>> => ({
  ...others,
  ...(since === undefined ? {} : { from: `${since.toISOString().slice(0, 19)}Z` }),
  ...(until === undefined ? {} : { to: `${until.toISOString().slice(0, 19)}Z` }),
})

function titleOf(page: number, shown: number): string {
  if (shown > 0) return `Trades, page ${page}`
  return page > 1 ? `Trades: no page ${page}` : 'No trades'
}

function emptyText(page: number, isFiltered: boolean): string {
  if (page > 1) return `There is no page ${page}; "trades" shows the newest.`
  return isFiltered
    ? 'None matches these filters; "trades" alone shows all.'
    : 'No trade has been made yet: approve an opportunity ("approve" lists what is open), or let the desk act by itself with "mode auto".'
}

export const trades = defineCommand({
  name: 'trades',
  summary: 'What the desk traded, newest first',
  help: 'Expected is what the plan promised after the last price check, realised is what the fills brought after all fees. "trade <id>" shows one leg by leg. Times are UTC.',
  role: 'viewer',
  options: {
    limit: withDefault(integer('How many to a page (10 if left out)', { min: 1, max: 50 }), 10),
    page: withDefault(integer('Which page, 1 is the newest', { min: 1, max: 10_000 }), 1),
    venue: optional(text('Only trades on this venue', { suggests: 'venues' })),
    symbol: optional(text('Only trades of this symbol or asset', { suggests: 'symbols' })),
    state: optional(choice('Only trades that stand like this', states)),
    since: optional(duration('How far back, such as 2h or 7d')),
    from: optional(moment('Not before this moment, such as 2025-11-20 or 2025-11-20 14:30')),
    to: optional(moment('Before this moment')),
  },
  positional: ['limit', 'page'],
  examples: ['trades', 'trades 20', 'trades --page 2', 'trades --venue kucoin --state exposed'],
  async run({ limit, page, ...wanted }, { trades: store, labels, now }) {
    const filter = filterOf(wanted, now())
    // One more than a page holds tells whether there is another.
    const read = await store.list({ ...filter, limit: limit + 1, offset: (page - 1) * limit })
    const shown = read.slice(0, limit)
    const more = read.length > limit
    return {
      title: titleOf(page, shown.length),
      tone: 'neutral',
      badges: badgesOf(labels),
      ...(shown.length === 0 ? { text: emptyText(page, Object.keys(filter).length > 0) } : {}),
      ...(more ? { text: `Older ones: --page ${page + 1}` } : {}),
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
              args: { ...argumentsOf(filter), limit: String(limit), page: String(page + 1) },
              style: 'plain',
            },
          ]
        : [],
      json: { page, more, trades: shown.map(tradeJson) },
    }
  },
})
