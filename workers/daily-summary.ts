// Tells each morning what yesterday came to, at the time and by the clocks that the settings name.
import { readConversion } from '../src/history/read-conversion.ts'
import { dayReport, type DayReportStore } from '../src/notification/day-report.ts'
import { clockIn } from '../src/notification/routing.ts'
import { moneyLines } from '../src/notification/worth-text.ts'
import type { Runtime } from '../src/runtime.ts'

export type DailySummary = {
  /** To be called about twice a minute. */
  look(now: Date): Promise<void>
}

/** A desk that was off at the time tells it when it is back, unless the morning is over. */
const lateMinutesMax = 4 * 60

const minutesOf = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}

/** "2025-11-20" on the clocks of a zone. */
const dateIn = (zone: string, at: Date): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at)

/** Whether the time of day was reached not long ago. */
export function isDue(dailyAt: string, zone: string, now: Date): boolean {
  if (dailyAt === 'off') return false
  const late = minutesOf(clockIn(zone, now)) - minutesOf(dailyAt)
  return late >= 0 && late < lateMinutesMax
}

export function createDailySummary({
  settings,
  profits,
  history,
  dayReports,
}: Pick<Runtime, 'settings' | 'profits' | 'history'> & {
  readonly dayReports: DayReportStore
}): DailySummary {
  let toldDay: string | undefined
  return {
    async look(now) {
      const { 'notifications.daily_at': dailyAt, 'desk.time_zone': zone } = settings.current()
      const today = dateIn(zone, now)
      if (today === toldDay || !isDue(dailyAt, zone, now)) return
      const [yesterday] = await profits.spans('day', 2, zone, now)
      if (yesterday === undefined) return
      const [[results], facts] = await Promise.all([
        profits.results([yesterday]),
        dayReports.facts(yesterday),
      ])
      if (results === undefined) return
      const currency = settings.current()['report.currency']
      const conversion = await readConversion(history, currency, results.changes)
      const money = moneyLines(conversion, results)
      const report = dayReport(dateIn(zone, yesterday.from), results, money, facts)
      await dayReports.tellOnce(today, report)
      toldDay = today
    },
  }
}
