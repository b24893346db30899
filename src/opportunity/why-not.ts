// Counts refusals per route and minute for "why not", within bounds: the routes refused most often keep a
// row of their own, the others are summed under one name, so that totals stay right. Pure.
import { minuteLengthMs, minuteOf } from './gap-minutes.ts'
import type { Refusal, RefusalReason } from './refusal.ts'

/** Structurally a row of the history store's refusals. */
export type RefusalMinute = {
  readonly route: string
  /** The start of the minute. */
  readonly minute: Date
  readonly reason: RefusalReason
  readonly count: number
  /** The newest detail. */
  readonly detail: string
}

export type WhyNot = {
  add(route: string, refusal: Refusal, nowMs: number): void
  /** How often each reason was given since the start, most first. */
  totals(): ReadonlyMap<RefusalReason, number>
  /** Takes out the minutes that are over; 'all' at the end of a run. */
  drain(nowMs: number, scope?: 'over' | 'all'): readonly RefusalMinute[]
}

/** Stands for every route without a row of its own. */
export const otherRoutes = 'other routes'

type Count = { count: number; detail: string }
type Reasons = Map<RefusalReason, Count>
/** One minute: routes with their reasons. */
type Minute = Map<string, Reasons>

function bump(minute: Minute, route: string, reason: RefusalReason, by: number, detail: string) {
  let reasons = minute.get(route)
  if (reasons === undefined) minute.set(route, (reasons = new Map()))
  const known = reasons.get(reason)
  if (known === undefined) reasons.set(reason, { count: by, detail })
  else {
    known.count += by
    known.detail = detail
  }
}

const weightOf = (reasons: Reasons): number =>
  [...reasons.values()].reduce((sum, { count }) => sum + count, 0)

/** Moves all but the `keep` most refused routes under the common name. */
function shrink(minute: Minute, keep: number): void {
  const routes = [...minute].filter(([route]) => route !== otherRoutes)
  routes.sort(([, a], [, b]) => weightOf(b) - weightOf(a))
  for (const [route, reasons] of routes.slice(keep)) {
    minute.delete(route)
    for (const [reason, { count, detail }] of reasons)
      bump(minute, otherRoutes, reason, count, `${route}: ${detail}`)
  }
}

/** At most `routesMax` routes of a minute get rows of their own; four times as many are held meanwhile. */
export function createWhyNot(routesMax = 500): WhyNot {
  const minutes = new Map<number, Minute>()
  const totals = new Map<RefusalReason, number>()

  return {
    add(route, { reason, detail }, nowMs) {
      const minuteMs = minuteOf(nowMs)
      let minute = minutes.get(minuteMs)
      if (minute === undefined) minutes.set(minuteMs, (minute = new Map()))
      bump(minute, route, reason, 1, detail)
      totals.set(reason, (totals.get(reason) ?? 0) + 1)
      if (minute.size > routesMax * 4) shrink(minute, routesMax)
    },
    totals: () => new Map([...totals].toSorted(([, a], [, b]) => b - a)),
    drain(nowMs, scope = 'over') {
      const rows: RefusalMinute[] = []
      for (const [minuteMs, minute] of minutes) {
        if (scope === 'over' && minuteMs + minuteLengthMs > nowMs) continue
        minutes.delete(minuteMs)
        shrink(minute, routesMax)
        for (const [route, reasons] of minute)
          for (const [reason, { count, detail }] of reasons)
            rows.push({ route, minute: new Date(minuteMs), reason, count, detail })
      }
      return rows
    },
  }
}
