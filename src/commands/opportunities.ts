// `opportunities`: the gaps that passed every filter, newest first.
import type { Opportunity } from '../opportunity/opportunity.ts'
import { amountText, percentText, signedText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { opportunityJson } from '../notification/opportunity-card.ts'
import { routeText } from '../notification/route-text.ts'
import { durationText, sinceText } from '../notification/time-text.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { choice, duration, integer, number, optional, text, withDefault } from './option.ts'

const hourMs = 3_600_000
// Filters work on what the store returns, so it returns more than is shown.
const readMax = 2000

type Filters = {
  readonly kind: 'cross' | 'cycle' | undefined
  readonly venue: string | undefined
  readonly symbol: string | undefined
  readonly min_percent: number | undefined
}

const passes = (opportunity: Opportunity, { kind, venue, symbol, min_percent }: Filters): boolean =>
  (kind === undefined || opportunity.kind === kind) &&
  (venue === undefined || opportunity.venues.includes(venue.toLowerCase())) &&
  (symbol === undefined ||
    opportunity.legs.some((leg) => leg.symbol.toUpperCase().includes(symbol.toUpperCase()))) &&
  (min_percent === undefined || opportunity.netPercent >= min_percent)

/** Why the list is empty, with the next thing to look at. */
async function emptyText(context: CommandContext, filtered: boolean, sinceMs: number) {
  if (filtered)
    return 'None matches these filters; "opportunities" alone shows all of the last hour.'
  const refused = await context.history.refusals({ sinceMs })
  const times = refused.reduce((sum, { count }) => sum + count, 0)
  const [most] = refused
  return most === undefined
    ? `No gap has been offered in the last ${durationText(sinceMs)}, and none was refused either: "status" shows whether the desk is watching.`
    : `No gap has been offered in the last ${durationText(sinceMs)}: ${times} looks ended in a refusal, most often "${most.reason}". "why" shows them all.`
}

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
  help: 'Shows what was offered, whatever became of it. "why" explains what was not offered. Percentages are net of fees at the size shown.',
  role: 'viewer',
  options: {
    symbol: optional(text('Only routes through this symbol or asset', { suggests: 'symbols' })),
    kind: optional(choice('Between venues, or round one venue', ['cross', 'cycle'])),
    venue: optional(text('Only routes through this venue', { suggests: 'venues' })),
    min_percent: optional(number('Least net profit, percent', { min: -100, max: 1000 })),
    since: withDefault(duration('How far back, such as 15m, 2h or 7d (1h if left out)'), hourMs),
    limit: withDefault(integer('How many to show (20 if left out)', { min: 1, max: 100 }), 20),
  },
  positional: ['symbol'],
  examples: ['opportunities', 'opportunities BTC --since 2h', 'opportunities --kind cycle'],
  async run({ since, limit, ...filters }, context) {
    const all = await context.approvals.listOpportunities({ sinceMs: since, limit: readMax })
    const matching = all.filter((opportunity) => passes(opportunity, filters))
    const shown = matching.slice(0, limit)
    const now = context.now()
    const ended = durationText(since)
    return {
      title:
        matching.length === 0
          ? 'No opportunities'
          : `${matching.length} ${matching.length === 1 ? 'opportunity' : 'opportunities'} in the last ${ended}`,
      tone: 'neutral',
      badges: badgesOf(context.labels),
      ...(shown.length === 0 ? { text: await emptyText(context, all.length > 0, since) } : {}),
      ...(matching.length > shown.length
        ? { text: `The newest ${shown.length}; --limit shows more.` }
        : {}),
      tables:
        shown.length === 0
          ? []
          : [
              {
                columns: ['seen', 'net %', 'net', 'size', 'route'],
                rows: shown.map((opportunity) => row(opportunity, now)),
              },
            ],
      json: shown.map((opportunity) => ({
        id: opportunity.id,
        ...opportunityJson(opportunity, context.labels),
      })),
    }
  },
})
