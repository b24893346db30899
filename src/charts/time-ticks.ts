// The time axis: round moments of UTC, few enough that their labels never touch.
import type { TimeWindow } from '../notification/chart.ts'

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const milliseconds = [1, 2, 5, 10, 20, 50, 100, 200, 500]
const stepsMs = [
  ...milliseconds,
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * secondMs),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minuteMs),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hourMs),
  ...[1, 2, 4, 7, 14].map((days) => days * dayMs),
]
const stepMonths = [1, 2, 3, 6, 12, 24, 60, 120, 600, 2400, 12_000, 60_000]

/** The first of a month every so many months, from the year's beginning. */
function monthTicks({ fromMs, toMs }: TimeWindow, ticksMax: number): readonly number[] {
  const monthOf = (ms: number): number => {
    const at = new Date(ms)
    return at.getUTCFullYear() * 12 + at.getUTCMonth()
  }
  const first = monthOf(fromMs)
  const last = monthOf(toMs)
  const step = stepMonths.find((months) => (last - first) / months <= ticksMax) ?? 120_000
  const count = Math.floor((last - first) / step) + 2
  return Array.from({ length: count }, (_, n) => (Math.floor(first / step) + n) * step)
    .map((month) => new Date(0).setUTCFullYear(Math.floor(month / 12), month % 12, 1))
    .filter((ms) => ms >= fromMs && ms <= toMs)
}

/** At most `ticksMax` + 1 moments within the window, at least one in every window of a minute or more. */
export function timeTicks(window: TimeWindow, ticksMax = 6): readonly number[] {
  const { fromMs, toMs } = window
  const step = stepsMs.find((ms) => (toMs - fromMs) / ms <= ticksMax)
  if (step === undefined) return monthTicks(window, ticksMax)
  const first = Math.ceil(fromMs / step) * step
  const count = Math.floor((toMs - first) / step) + 1
  return Array.from({ length: Math.max(count, 0) }, (_, n) => first + n * step)
}

const text = (ms: number, options: Intl.DateTimeFormatOptions): string =>
  new Date(ms).toLocaleString('en-GB', { timeZone: 'UTC', hourCycle: 'h23', ...options })

const dateText = (ms: number): string => text(ms, { day: 'numeric', month: 'short' })

/** "14:00", at midnight "20 Nov"; over months "Nov", in January "2026"; below a minute with seconds. */
export function timeTickText(ms: number, ticks: readonly number[]): string {
  const stepMs = ticks.length < 2 ? minuteMs : (ticks[1] as number) - (ticks[0] as number)
  const at = new Date(ms)
  if (stepMs >= 28 * dayMs)
    return at.getUTCMonth() === 0 ? String(at.getUTCFullYear()) : text(ms, { month: 'short' })
  if (ms % dayMs === 0 && stepMs >= minuteMs) return dateText(ms)
  if (stepMs < secondMs) return `${at.toISOString().slice(17, 23)} s`
  return at.toISOString().slice(11, stepMs < minuteMs ? 19 : 16)
}

/** What the ticks leave out: "UTC · 20 Nov 2026", "UTC · 13 Nov – 20 Nov 2026". */
export function windowText({ fromMs, toMs }: TimeWindow): string {
  const full = (ms: number): string => `${dateText(ms)} ${new Date(ms).getUTCFullYear()}`
  const isOneDay = Math.floor(fromMs / dayMs) === Math.floor((toMs - 1) / dayMs)
  if (isOneDay) return `UTC · ${full(fromMs)}`
  const isOneYear = new Date(fromMs).getUTCFullYear() === new Date(toMs).getUTCFullYear()
  return `UTC · ${isOneYear ? dateText(fromMs) : full(fromMs)} – ${full(toMs)}`
}

/** Beyond a few thousand years dates have no names that fit under an axis. */
const timeMsMax = Date.UTC(9999, 0)
const isTime = (ms: number): boolean => ms >= 0 && ms <= timeMsMax

/**
 * The window that is drawn: the one asked for, or where that is none the one the times span; never
 * shorter than a second. Undefined when there is no time at all.
 */
export function drawnWindow(
  { fromMs, toMs }: TimeWindow,
  times: Iterable<number>,
): TimeWindow | undefined {
  if (isTime(fromMs) && isTime(toMs) && toMs - fromMs >= secondMs) return { fromMs, toMs }
  let first = Infinity
  let last = -Infinity
  for (const ms of times) {
    if (!isTime(ms)) continue
    first = Math.min(first, ms)
    last = Math.max(last, ms)
  }
  if (first > last) return undefined
  if (last - first >= secondMs) return { fromMs: first, toMs: last }
  return { fromMs: Math.max(first - minuteMs, 0), toMs: last + minuteMs }
}
