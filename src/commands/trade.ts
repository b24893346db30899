// `trade`: one trade in full, from the question to the books.
import type { CardTable } from '../notification/card.ts'
import { approvalStateText } from '../notification/approval-card.ts'
import { amountText, priceText } from '../notification/amount-text.ts'
import { durationText } from '../notification/time-text.ts'
import { tradeCard, tradeJson } from '../notification/trade-card.ts'
import type { Trade } from '../trade/trade.ts'
import { defineCommand, failed, type CommandContext } from './command.ts'
import { ambiguousText, findById } from './find-by-id.ts'
import { text } from './option.ts'
import {
  latenciesOf,
  latencyText,
  momentsOf,
  timelineJson,
  timelineTable,
} from './trade-timeline.ts'

// A piece is looked for among the newest trades; older ones are found by their whole id.
const recentMax = 200
/** One there and one back, each asked for again a few times at most. */
const transfersMax = 20

async function findTrade(
  typed: string,
  { trades: store }: CommandContext,
): Promise<Trade | string> {
  const match = findById(await store.list({ limit: recentMax, offset: 0 }), typed)
  switch (match.outcome) {
    case 'found':
      return match.item
    case 'ambiguous':
      return ambiguousText(typed, match, 'trades')
    case 'none':
      return (await store.find(typed)) ?? `No trade is called "${typed}"; "trades" lists them`
  }
}

const ordersTable = ({ fills }: Trade): CardTable => ({
  columns: ['order', 'on', 'filled', 'at', 'took'],
  rows: fills.map(({ orderId, venue, symbol, filled, average, sentAt, filledAt }) => [
    orderId,
    venue,
    `${amountText(filled)} ${symbol.split('/')[0] ?? ''}`,
    priceText(average),
    durationText(filledAt.getTime() - sentAt.getTime()),
  ]),
})

export const trade = defineCommand({
  name: 'trade',
  summary: 'One trade leg by leg: expected, realised, fees, orders, timeline',
  help: 'Takes a trade id, or the last few characters of a recent one. "better by" is positive where the fill beat the plan. The timeline begins with the gap; "after" counts from there, "step" from the line before.',
  role: 'viewer',
  options: { trade: text('The id of the trade', { suggests: 'trades' }) },
  positional: ['trade'],
  examples: ['trade 7qk2'],
  async run({ trade: typed }, context) {
    const found = await findTrade(typed, context)
    if (typeof found === 'string') return failed(found)
    const [opportunity, approval, begunAt, transfers] = await Promise.all([
      context.approvals.findOpportunity(found.opportunity),
      context.approvals.find(found.approval),
      context.trades.begunAt(found.id),
      context.transfers.list({ limit: transfersMax, trade: found.id }),
    ])
    const story = { trade: found, opportunity, approval, begunAt, transfers }
    const card = tradeCard(found, context.now(), context.labels)
    const moments = momentsOf(story)
    const latencies = latenciesOf(story)
    const latency = latencyText(latencies)
    return {
      ...card,
      fields: [
        ...(card.fields ?? []),
        {
          name: 'Approval',
          value: approval === undefined ? found.approval : approvalStateText(approval),
        },
        ...(latency === '' ? [] : [{ name: 'Latency', value: latency }]),
      ],
      tables: [
        ...(card.tables ?? []),
        ...(found.fills.length === 0 ? [] : [ordersTable(found)]),
        timelineTable(moments),
      ],
      json: {
        ...tradeJson(found),
        timeline: timelineJson(moments),
        latencies_ms: Object.fromEntries(
          Object.entries(latencies).map(([name, ms]) => [name, ms ?? null]),
        ),
      },
    }
  },
})
