// PORT: what one day came to, told once when the next one has begun.
import type { Results, Span } from '../history/profit-store.ts'
import { percentText } from './amount-text.ts'
import type { Notification, Severity } from './notification.ts'
import { routeText } from './route-text.ts'
import { moneyText, type MoneyLines } from './worth-text.ts'

export type Problem = {
  readonly severity: Severity
  readonly subject: string
  readonly count: number
}

export type DayFacts = {
  /** The widest gap that passed every filter; `net` is a share. */
  readonly bestGap: { readonly route: string; readonly net: number } | undefined
  readonly offered: number
  /** P0 and P1 alerts, the most urgent and then the most frequent first. */
  readonly problems: readonly Problem[]
}

export type DayReportStore = {
  facts(span: Span): Promise<DayFacts>
  /** Posts for a day such as "2025-11-20", unless somebody did; answers whether it did. */
  tellOnce(day: string, notification: Notification): Promise<boolean>
}

const problemsShown = 5
const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`

function problemsText(problems: readonly Problem[]): string {
  if (problems.length === 0) return 'No alerts.'
  const shown = problems
    .slice(0, problemsShown)
    .map(
      ({ severity, subject, count }) => `${severity} ${subject}${count === 1 ? '' : ` ×${count}`}`,
    )
  const more = problems.length - problemsShown
  return `Alerts: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
}

/** `day` is the one that is over, such as "2025-11-19". */
export function dayReport(
  day: string,
  results: Pick<Results, 'trades' | 'wins' | 'losses' | 'exposed'>,
  money: MoneyLines,
  { bestGap, offered, problems }: DayFacts,
): Notification {
  const { trades, wins, losses, exposed } = results
  const made =
    trades === 0
      ? 'No trades.'
      : `${counted(trades, 'trade', 'trades')}, ${wins} won, ${losses} lost${exposed === 0 ? '' : `, ${exposed} left open`}; ${moneyText(money)}.`
  const gap =
    bestGap === undefined
      ? 'No gap passed every filter.'
      : `Best gap ${percentText(bestGap.net * 100)}: ${routeText(bestGap.route)}; ${counted(offered, 'gap', 'gaps')} offered.`
  return {
    kind: 'status',
    subject: `Summary of ${day}`,
    text: [made, gap, problemsText(problems)].join('\n'),
  }
}
