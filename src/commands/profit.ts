// `profit`: what trading has brought, at a glance.
import type { Results, Span } from '../history/profit-store.ts'
import type { CardField } from '../notification/card.ts'
import { badgesOf } from '../notification/labels.ts'
import { gainText } from '../notification/profit-text.ts'
import {
  moneyJson,
  moneyLines,
  worthJson,
  worthNumber,
  worthText,
} from '../notification/worth-text.ts'
import { routeText } from '../notification/route-text.ts'
import type { AssetAmount } from '../money.ts'
import { worthIn, type Worth } from '../trade/conversion.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { profitChart } from './profit-chart.ts'
import { moneyFields, moneyHelp, nothingOf, reportConversion } from './report-money.ts'
import { provisionalReport, reportJson, resultCells, resultColumns } from './results-text.ts'

const chartDays = 30
const everything: Span = { from: new Date(0), to: new Date('9999-01-01') }

type Period = { readonly name: string; readonly key: string; readonly results: Results }

async function readPeriods({ profits, settings, now }: CommandContext): Promise<readonly Period[]> {
  const zone = settings.current()['desk.time_zone']
  const days = await profits.spans('day', chartDays, zone, now())
  const since = (count: number): Span => ({
    from: days.at(-count)?.from ?? now(),
    to: days.at(-1)?.to ?? now(),
  })
  const asked = [
    { name: 'today', key: 'today', span: since(1) },
    { name: '7 days', key: 'days_7', span: since(7) },
    { name: `${chartDays} days`, key: 'days_30', span: since(chartDays) },
    { name: 'all', key: 'all', span: everything },
  ]
  const results = await profits.results(asked.map(({ span }) => span))
  return asked.flatMap(({ name, key }, i) => {
    const found = results[i]
    return found === undefined ? [] : [{ name, key, results: found }]
  })
}

/** All that is held beyond what was paid in is arbitrage, under way or, for the rest of it, inventory. */
const without = (
  all: readonly AssetAmount[],
  part: readonly AssetAmount[],
): readonly AssetAmount[] => [
  ...all,
  ...part.map(({ asset, amount }) => ({ asset, amount: -amount })),
]

const underWayFields = (trades: number, worth: Worth): readonly CardField[] =>
  trades === 0
    ? []
    : [
        {
          name: 'Under way',
          value: `${worthText(worth)} so far in ${trades === 1 ? '1 trade, which counts once it ends' : `${trades} trades, which count once they end`}`,
        },
      ]

type RouteResults = Results & { readonly key: string }

const routeField = (
  name: string,
  { key, settledProfit, exposed, trades }: RouteResults,
): CardField => ({
  name,
  value: `arbitrage ${gainText(settledProfit.usdt)} USDT${exposed === 0 ? '' : `, ${exposed} left open`} in ${trades} ${trades === 1 ? 'trade' : 'trades'}: ${routeText(key)}`,
})

const routeJson = (route: RouteResults | undefined) =>
  route === undefined
    ? null
    : { route: route.key, trades: route.trades, profit_usdt: route.profit.usdt }

export const profit = defineCommand({
  name: 'profit',
  summary: 'What trading has brought: today, 7 days, 30 days and in all',
  help: `${moneyHelp} Expected is what their plans promised. A trade counts on the day it ended; days go by desk.time_zone. Routes are compared in USDT.`,
  role: 'viewer',
  options: {},
  examples: ['profit'],
  async run(_args, context) {
    const { labels, profits, settings } = context
    const [periods, routes, chart, beyond, underWay] = await Promise.all([
      readPeriods(context),
      profits.resultsBy('route', everything),
      profitChart(chartDays, context),
      profits.beyondHolding(),
      profits.underWay(),
    ])
    const [today] = periods
    const all = periods.at(-1)
    const isEmpty =
      all === undefined || (all.results.trades === 0 && all.results.arbitrage.length === 0)
    const best = routes[0]
    const worst = routes.length > 1 ? routes.at(-1) : undefined
    const zone = settings.current()['desk.time_zone']
    const shown = periods.map(({ results }) => results)
    const conversion = await reportConversion(
      context,
      [...beyond, ...nothingOf(underWay.changes)],
      shown,
    )
    const { currency } = conversion
    const arbitrage = all?.results.arbitrage ?? []
    const inventory = without(beyond, [...arbitrage, ...underWay.changes])
    const money = moneyLines(conversion, { arbitrage, inventory })
    const moving = worthIn(conversion, underWay.changes)
    const moved = underWayFields(underWay.trades, moving)
    const todays = worthIn(conversion, today?.results.arbitrage ?? [])
    const provisional = all && provisionalReport(all.results, conversion)
    const lines = isEmpty
      ? [
          'No trade has ended yet: approve an opportunity ("approve" lists what is open), or let the desk act by itself with "mode auto".',
        ]
      : [...(provisional === undefined ? [] : [provisional]), `Days of ${zone}.`]
    return {
      title: isEmpty
        ? 'No profit yet'
        : `Arbitrage ${worthNumber(money.arbitrage)} ${currency}, today ${worthNumber(todays)} ${currency}`,
      tone: isEmpty ? 'neutral' : money.arbitrage.exact < 0n ? 'bad' : 'good',
      badges: badgesOf(labels),
      text: lines.join('\n'),
      ...(isEmpty
        ? { fields: moved }
        : {
            tables: [
              {
                columns: [currency, ...resultColumns],
                rows: periods.map(({ name, results }) => [
                  name,
                  ...resultCells(results, conversion),
                ]),
              },
            ],
            fields: [
              ...moneyFields(money),
              ...moved,
              ...(best === undefined ? [] : [routeField('Best route', best)]),
              ...(worst === undefined ? [] : [routeField('Worst route', worst)]),
            ],
            actions: [
              { label: 'Daily', command: 'daily', args: {}, style: 'plain' },
              { label: 'By route', command: 'performance', args: {}, style: 'plain' },
            ],
          }),
      ...(chart === undefined ? {} : { chart }),
      json: {
        currency,
        ...moneyJson(money),
        under_way: { trades: underWay.trades, ...worthJson(moving) },
        against_holding: worthJson(worthIn(conversion, beyond)),
        time_zone: zone,
        periods: Object.fromEntries(
          periods.map(({ key, results }) => [key, reportJson(results, conversion)]),
        ),
        best_route: routeJson(best),
        worst_route: routeJson(worst),
      },
    }
  },
})
