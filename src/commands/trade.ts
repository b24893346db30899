// `trade`: one trade in full, from the question to the books.
import type { Approval } from '../approval/approval.ts'
import type { CardTable } from '../notification/card.ts'
import { approvalStateText } from '../notification/approval-card.ts'
import { priceText } from '../notification/amount-text.ts'
import { durationText, timeText } from '../notification/time-text.ts'
import { tradeCard, tradeJson } from '../notification/trade-card.ts'
import type { Trade } from '../trade/trade.ts'
import { defineCommand, failed, type CommandContext } from './command.ts'
import { findById } from './find-by-id.ts'
import { text } from './option.ts'

// A piece is looked for among the newest trades; older ones are found by their whole id.
const recentMax = 200

async function findTrade(
  typed: string,
  { trades: store }: CommandContext,
): Promise<Trade | string> {
  const match = findById(await store.list({ limit: recentMax, offset: 0 }), typed)
  switch (match.outcome) {
    case 'found':
      return match.item
    case 'ambiguous':
      return `"${typed}" could be ${match.ids.join(' or ')}; the last four characters tell them apart`
    case 'none':
      return (await store.find(typed)) ?? `No trade is called "${typed}"; "trades" lists them`
  }
}

type Moment = { readonly at: Date; readonly what: string }

function momentsOf(trade: Trade, approval: Approval | undefined): readonly Moment[] {
  const moments: Moment[] = [{ at: trade.createdAt, what: 'trade created' }]
  if (approval !== undefined) moments.push({ at: approval.askedAt, what: 'asked' })
  if (approval?.state === 'granted')
    moments.push({ at: approval.at, what: `approved by ${approval.by}` })
  for (const { venue, symbol, side, average, sentAt, filledAt } of trade.fills) {
    moments.push({ at: sentAt, what: `${side} ${symbol} sent to ${venue}` })
    moments.push({ at: filledAt, what: `${venue} filled it at ${priceText(average)}` })
  }
  if (trade.state !== 'approved' && trade.state !== 'executing')
    moments.push({ at: trade.at, what: trade.state })
  return moments.toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

function timeline(moments: readonly Moment[]): CardTable {
  const start = moments[0]?.at.getTime() ?? 0
  return {
    columns: ['time', 'after', 'what happened'],
    rows: moments.map(({ at, what }) => [timeText(at), durationText(at.getTime() - start), what]),
  }
}

export const trade = defineCommand({
  name: 'trade',
  summary: 'One trade leg by leg: expected, realised, fees, timeline',
  help: 'Takes a trade id, or the last few characters of a recent one. "better by" is positive where the fill beat the plan.',
  role: 'viewer',
  options: { trade: text('The id of the trade', { suggests: 'trades' }) },
  positional: ['trade'],
  examples: ['trade 7qk2'],
  async run({ trade: typed }, context) {
    const found = await findTrade(typed, context)
    if (typeof found === 'string') return failed(found)
    const approval = await context.approvals.find(found.approval)
    const card = tradeCard(found, context.now(), context.labels)
    const moments = momentsOf(found, approval)
    return {
      ...card,
      fields: [
        ...(card.fields ?? []),
        {
          name: 'Approval',
          value: approval === undefined ? found.approval : approvalStateText(approval),
        },
      ],
      tables: [...(card.tables ?? []), timeline(moments)],
      json: {
        ...tradeJson(found),
        timeline: moments.map(({ at, what }) => ({ at: at.toISOString(), what })),
      },
    }
  },
})
