// What trades came to over the last days, as a chart.
import type { Chart } from '../notification/chart.ts'
import { badgesOf } from '../notification/labels.ts'
import type { CommandContext } from './command.ts'
import { dateIn } from './local-date.ts'

/** Days before the first trade are left out, beyond those of a week. */
const daysMin = 7

/** Undefined when no trade ended in that time. The last of the days is today. */
export async function profitChart(
  days: number,
  { profits, labels, settings, now }: CommandContext,
): Promise<Chart | undefined> {
  const zone = settings.current()['desk.time_zone']
  const asked = await profits.spans('day', days, zone, now())
  const found = await profits.results(asked)
  const begin = found.findIndex(({ trades }) => trades > 0)
  if (begin === -1) return undefined
  const skipped = Math.max(0, Math.min(begin, days - daysMin))
  const spans = asked.slice(skipped)
  const results = found.slice(skipped)
  const whole = { from: spans[0]?.from ?? now(), to: now() }
  const curve = await profits.curve(whole)
  let sum = 0
  return {
    kind: 'profit',
    title: `Arbitrage profit, ${days === 1 ? 'today' : `${days} days`}`,
    ...(zone === 'UTC' ? {} : { subtitle: `days of ${zone}` }),
    badges: badgesOf(labels),
    fromMs: whole.from.getTime(),
    toMs: whole.to.getTime(),
    currency: 'USDT',
    cumulative: [
      { atMs: whole.from.getTime(), value: 0 },
      ...curve.map(({ at, usdt }) => ({ atMs: at.getTime(), value: (sum += usdt) })),
    ],
    // A bar stands under the date that its day had in its own zone.
    days: spans.map(({ from }, i) => ({
      dayStartMs: Date.parse(dateIn(zone, from)),
      profit: results[i]?.settledProfit.usdt ?? 0,
    })),
  }
}
