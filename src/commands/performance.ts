// `performance`: what pays and what does not, by route, pair, venue or coin.
import { estimate } from '../money.ts'
import { groupings, type Grouping, type Results } from '../history/profit-store.ts'
import type { Chart } from '../notification/chart.ts'
import { badgesOf } from '../notification/labels.ts'
import { gainText } from '../notification/profit-text.ts'
import { routeText } from '../notification/route-text.ts'
import { durationText } from '../notification/time-text.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { choice, duration, integer, withDefault } from './option.ts'
import { biasText, provisionalText, resultsJson, wonText } from './results-text.ts'

const monthMs = 30 * 86_400_000

type Group = Results & { readonly key: string }

const nameOf = (by: Grouping, key: string): string => (by === 'route' ? routeText(key) : key)

/** Undefined when nothing ended in that time. */
export function performanceChart(
  by: Grouping,
  groups: readonly Group[],
  forMs: number,
  { labels }: Pick<CommandContext, 'labels'>,
): Chart | undefined {
  if (groups.length === 0) return undefined
  return {
    kind: 'route-bars',
    title: `Arbitrage by ${by}, ${durationText(forMs)}`,
    badges: badgesOf(labels),
    measure: 'realised profit',
    unit: 'USDT',
    bars: groups.map(({ key, settledProfit }) => ({
      route: nameOf(by, key),
      value: settledProfit.usdt,
    })),
  }
}

/** What trades changed that left a position open. */
const inventoryUsdt = ({ profit, settledProfit }: Results): number =>
  estimate(profit.usdt - settledProfit.usdt)

const row = (by: Grouping, group: Group): readonly string[] => [
  nameOf(by, group.key),
  gainText(group.settledProfit.usdt),
  gainText(inventoryUsdt(group)),
  biasText(group),
  wonText(group),
  group.answerToFilledMs === undefined ? '' : durationText(group.answerToFilledMs),
]

export const performance = defineCommand({
  name: 'performance',
  summary: 'What pays and what does not, by route, pair, venue or coin',
  help: 'Arbitrage and what was left open in USDT ("profit" says what they mean), how far both fell short of what was promised, how many trades won, and how long it took from the yes to the last fill. A trade counts whole under each of its pairs, venues and coins, so that only routes add up to the profit.',
  role: 'viewer',
  options: {
    by: withDefault(choice('What to compare (route if left out)', groupings), 'route'),
    for: withDefault(duration('How far back, such as 24h or 7d (30d if left out)'), monthMs),
    limit: withDefault(integer('How many to show (10 if left out)', { min: 1, max: 50 }), 10),
  },
  positional: ['by', 'for', 'limit'],
  examples: ['performance', 'performance venue 7d', 'performance coin --limit 20'],
  async run({ by, for: forMs, limit }, context) {
    const { profits, labels, now } = context
    const to = now()
    const span = { from: new Date(to.getTime() - forMs), to }
    const [groups, [total]] = await Promise.all([
      profits.resultsBy(by, span),
      profits.results([span]),
    ])
    // The best and, when there are more, the worst: what loses is not cut away.
    const hidden = groups.length - limit
    const best = hidden > 0 ? groups.slice(0, Math.ceil(limit / 2)) : groups
    const worst = hidden > 0 ? groups.slice(groups.length - Math.floor(limit / 2)) : []
    const shown = [...best, ...worst]
    const chart = performanceChart(by, groups, forMs, context)
    const provisional = total && provisionalText(total)
    const lines = [
      ...(groups.length === 0
        ? [`No trade ended in the last ${durationText(forMs)}; "profit" shows all of them.`]
        : []),
      ...(provisional === undefined ? [] : [provisional]),
      ...(hidden > 0 ? [`The best and the worst of ${groups.length}; --limit shows more.`] : []),
    ]
    return {
      title:
        total === undefined || groups.length === 0
          ? 'No results'
          : `Arbitrage ${gainText(total.settledProfit.usdt)} USDT by ${by} in ${durationText(forMs)}`,
      tone: 'neutral',
      badges: badgesOf(labels),
      ...(lines.length === 0 ? {} : { text: lines.join('\n') }),
      tables:
        shown.length === 0
          ? []
          : [
              {
                columns: [by, 'arbitrage', 'left open', 'beyond expected', 'won', 'yes to filled'],
                rows: shown.map((group) => row(by, group)),
              },
            ],
      ...(chart === undefined ? {} : { chart }),
      json: {
        currency: 'USDT',
        by,
        from: span.from.toISOString(),
        to: to.toISOString(),
        total: total === undefined ? null : resultsJson(total),
        groups: groups.map(({ key, ...results }) => ({
          [by]: key,
          ...resultsJson(results),
          arbitrage_usdt: results.settledProfit.usdt,
          inventory_usdt: inventoryUsdt(results),
          beyond_expected_usdt: estimate(results.profit.usdt - results.expected.usdt),
        })),
      },
    }
  },
})
