// `opportunities`: the gaps that passed every filter, newest first.
import type { Route } from '../market/route.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import { amountText, percentText, signedText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { opportunityJson } from '../notification/opportunity-card.ts'
import { routeText } from '../notification/route-text.ts'
import { travelCells, travelColumns } from '../notification/send-text.ts'
import { durationText, sinceText } from '../notification/time-text.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { choice, duration, integer, number, optional, text, withDefault } from './option.ts'

const hourMs = 3_600_000

type Wanted = {
  readonly kind: Route['kind'] | undefined
  readonly venue: string | undefined
  readonly symbol: string | undefined
  readonly min_percent: number | undefined
  readonly min_usdt: number | undefined
}

const filterOf = ({ kind, venue, symbol, min_percent, min_usdt }: Wanted) => ({
  ...(kind === undefined ? {} : { kind }),
  ...(venue === undefined ? {} : { venue: venue.toLowerCase() }),
  ...(symbol === undefined ? {} : { symbol }),
  ...(min_percent === undefined ? {} : { netPercentMin: min_percent }),
  ...(min_usdt === undefined ? {} : { netUsdtMin: min_usdt }),
})

/** The same wishes as a button carries them. */
const argumentsOf = (wanted: Wanted): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(wanted).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  )

/** Why the list is empty, with the next thing to look at. */
async function emptyText(
  context: CommandContext,
  { kind }: Wanted,
  filtered: boolean,
  sinceMs: number,
): Promise<string> {
  const rules = await context.settings.refresh()
  if (kind === 'transfer' && !rules['opportunity.transfer'])
    return 'Trades that buy, send and sell are switched off: "settings set opportunity.transfer true" has them offered.'
  if (filtered)
    return 'None matches these filters; "opportunities" alone shows all of the last hour.'
  const refused = await context.history.refusals({ sinceMs })
  const times = refused.reduce((sum, { count }) => sum + count, 0)
  const [most] = refused
  return most === undefined
    ? `No gap has been offered in the last ${durationText(sinceMs)}, and none was refused either: "status" shows whether the desk is watching.`
    : `No gap has been offered in the last ${durationText(sinceMs)}: ${times} looks ended in a refusal, most often "${most.reason}". "why" shows them all.`
}

const columns: readonly string[] = ['seen', 'net %', 'net', 'size', 'route']

const row = (opportunity: Opportunity, now: Date): readonly string[] => [
  sinceText(opportunity.detectedAt, now),
  percentText(opportunity.netPercent),
  `${signedText(opportunity.net)} ${opportunity.asset}`,
  `${amountText(opportunity.notional)} ${opportunity.asset}`,
  routeText(opportunity.route),
]

export const opportunities = defineCommand({
  name: 'opportunities',
  summary: 'The gaps that passed every filter, newest first',
  help: 'Shows what was offered, whatever became of it. "why" explains what was not offered. Percentages are net of fees at the size shown. Kind transfer is bought on one venue, sent, sold on another, and the money sent back: off until opportunity.transfer, and on paper alone.',
  role: 'viewer',
  options: {
    symbol: optional(text('Only routes through this symbol or asset', { suggests: 'symbols' })),
    kind: optional(
      choice('Between venues, round one venue, or bought, sent and sold', [
        'cross',
        'cycle',
        'transfer',
      ]),
    ),
    venue: optional(text('Only routes through this venue', { suggests: 'venues' })),
    min_percent: optional(number('Least net profit, percent', { min: -100, max: 1000 })),
    min_usdt: optional(number('Least net profit, USDT', { min: -1e9, max: 1e9 })),
    since: withDefault(duration('How far back, such as 15m, 2h or 7d (1h if left out)'), hourMs),
    limit: withDefault(integer('How many to a page (20 if left out)', { min: 1, max: 100 }), 20),
    page: withDefault(integer('Which page, 1 is the newest', { min: 1, max: 10_000 }), 1),
  },
  positional: ['symbol'],
  examples: [
    'opportunities',
    'opportunities BTC --since 2h',
    'opportunities --kind cycle --min-usdt 1',
    'opportunities --kind transfer',
  ],
  async run({ since, limit, page, kind, ...others }, context) {
    const wanted = { kind, ...others }
    const { approvals, labels } = context
    const filter = filterOf(wanted)
    const isFiltered = Object.keys(filter).length > 0
    const [shown, count] = await Promise.all([
      approvals.listOpportunities({
        ...filter,
        sinceMs: since,
        limit,
        offset: (page - 1) * limit,
      }),
      approvals.countOpportunities({ ...filter, sinceMs: since }),
    ])
    const now = context.now()
    const more = count > page * limit
    const many = `${count} ${count === 1 ? 'opportunity' : 'opportunities'} in the last ${durationText(since)}`
    return {
      title: count === 0 ? 'No opportunities' : page === 1 ? many : `${many}, page ${page}`,
      tone: 'neutral',
      badges: badgesOf(labels),
      ...(shown.length > 0
        ? {}
        : {
            text:
              count > 0
                ? `There is no page ${page}; "opportunities" shows the newest.`
                : await emptyText(context, wanted, isFiltered, since),
          }),
      ...(more ? { text: `Older ones: --page ${page + 1}` } : {}),
      tables:
        shown.length === 0
          ? []
          : [
              {
                columns: kind === 'transfer' ? [...columns, ...travelColumns] : columns,
                rows: shown.map((opportunity) => [
                  ...row(opportunity, now),
                  ...(kind === 'transfer' ? travelCells(opportunity) : []),
                ]),
              },
            ],
      actions: more
        ? [
            {
              label: 'Older',
              command: 'opportunities',
              args: {
                ...argumentsOf(wanted),
                since: `${Math.round(since / 1000)}s`,
                limit: String(limit),
                page: String(page + 1),
              },
              style: 'plain',
            },
          ]
        : [],
      json: shown.map((opportunity) => ({
        id: opportunity.id,
        ...opportunityJson(opportunity, labels),
      })),
    }
  },
})
