// `daily`, `weekly`, `monthly`: what each of the last days, weeks or months brought.
import { badgesOf } from '../notification/labels.ts'
import { moneyJson, moneyLines, worthNumber } from '../notification/worth-text.ts'
import { defineCommand, type Command } from './command.ts'
import { dateIn } from './local-date.ts'
import { integer, withDefault } from './option.ts'
import { profitChart } from './profit-chart.ts'
import { reportConversion, spanFields } from './report-money.ts'
import { provisionalReport, reportJson, resultCells, resultColumns } from './results-text.ts'

type Unit = 'day' | 'week' | 'month'

/** How many are usual, how many are possible, and how many days each has at most. */
const counts = {
  day: { usual: 7, most: 90, days: 1 },
  week: { usual: 8, most: 52, days: 7 },
  month: { usual: 6, most: 24, days: 31 },
} as const

function labelOf(unit: Unit, zone: string, from: Date): string {
  const date = dateIn(zone, from)
  switch (unit) {
    case 'day':
      return date
    case 'week':
      return `from ${date}`
    case 'month':
      return date.slice(0, 7)
  }
}

const definePeriods = (name: string, unit: Unit): Command =>
  defineCommand({
    name,
    summary: `What each of the last ${unit}s brought, by the clocks of desk.time_zone`,
    help: `Arbitrage, what was left open, expected, how many trades won and the fees of each ${unit}, newest first, in report.currency; the newest is under way. A trade counts in the ${unit} in which it ended.${unit === 'week' ? ' Weeks begin on Monday.' : ''} "profit" says what arbitrage and left open mean.`,
    role: 'viewer',
    options: {
      count: withDefault(
        integer(`How many ${unit}s (${counts[unit].usual} if left out)`, {
          min: 1,
          max: counts[unit].most,
        }),
        counts[unit].usual,
      ),
    },
    positional: ['count'],
    examples: [name, `${name} ${counts[unit].usual * 2}`],
    async run({ count }, context) {
      const { profits, labels, settings, now } = context
      const zone = settings.current()['desk.time_zone']
      const spans = await profits.spans(unit, count, zone, now())
      const whole = { from: spans[0]?.from ?? now(), to: spans.at(-1)?.to ?? now() }
      const found = await profits.results([...spans, whole])
      const total = found.at(-1)
      const rows = spans.flatMap((span, i) => {
        const results = found[i]
        return results === undefined ? [] : [{ span, results }]
      })
      const isEmpty = total === undefined || total.trades === 0
      const conversion = await reportConversion(context, total?.changes ?? [], found)
      const { currency } = conversion
      const money = moneyLines(conversion, total ?? { arbitrage: [], inventory: [] })
      const provisional = total && provisionalReport(total, conversion)
      const chart = isEmpty ? undefined : await profitChart(count * counts[unit].days, context)
      const many = `${count} ${unit}${count === 1 ? '' : 's'}`
      return {
        title: isEmpty
          ? `No trade ended in ${many}`
          : `Arbitrage ${worthNumber(money.arbitrage)} ${currency} in ${many}`,
        tone: isEmpty ? 'neutral' : money.arbitrage.exact < 0n ? 'bad' : 'good',
        badges: badgesOf(labels),
        text: isEmpty
          ? '"profit" shows all that was ever traded.'
          : [...(provisional === undefined ? [] : [provisional]), `Clocks of ${zone}.`].join('\n'),
        ...(isEmpty ? {} : { fields: spanFields(money) }),
        tables: isEmpty
          ? []
          : [
              {
                columns: [unit, ...resultColumns],
                rows: [
                  ...rows
                    .map(({ span, results }) => [
                      labelOf(unit, zone, span.from),
                      ...resultCells(results, conversion),
                    ])
                    .toReversed(),
                  ['all', ...resultCells(total, conversion)],
                ],
              },
            ],
        ...(chart === undefined ? {} : { chart }),
        json: {
          currency,
          ...moneyJson(money),
          time_zone: zone,
          unit,
          buckets: rows.map(({ span, results }) => ({
            label: labelOf(unit, zone, span.from),
            from: span.from.toISOString(),
            to: span.to.toISOString(),
            ...reportJson(results, conversion),
          })),
          total: total === undefined ? null : reportJson(total, conversion),
        },
      }
    },
  })

export const daily = definePeriods('daily', 'day')
export const weekly = definePeriods('weekly', 'week')
export const monthly = definePeriods('monthly', 'month')
