// What history keeps of gaps: per route and minute how often, how wide and how long. Pure.

/** Structurally a row of the history store's gaps. */
export type GapMinute = {
  readonly route: string
  /** The start of the minute. */
  readonly minute: Date
  readonly samples: number
  /** Net shares, 0.012 for 1.2 %. */
  readonly netMax: number
  readonly netMean: number
  readonly openMs: number
}

export type GapMinutes = {
  addSample(route: string, net: number, atMs: number): void
  /** The gap stood at `net` from one time to the other; shared out over the minutes it touches. */
  addOpen(route: string, net: number, fromMs: number, toMs: number): void
  /** Takes out the minutes that are over at `nowMs`; 'all' takes the current one too, at the end of a run. */
  drain(nowMs: number, scope?: 'over' | 'all'): readonly GapMinute[]
}

type Minute = {
  readonly route: string
  readonly minuteMs: number
  samples: number
  netMax: number
  netSum: number
  openMs: number
}

export const minuteLengthMs = 60_000
export const minuteOf = (ms: number): number => Math.floor(ms / minuteLengthMs) * minuteLengthMs

/** Past `rowsMax` undrained rows, new ones are left out. */
export function createGapMinutes(rowsMax: number): GapMinutes {
  const rows = new Map<string, Minute>()

  function rowOf(route: string, minuteMs: number): Minute | undefined {
    const key = `${minuteMs} ${route}`
    const known = rows.get(key)
    if (known !== undefined || rows.size >= rowsMax) return known
    const fresh = { route, minuteMs, samples: 0, netMax: -Infinity, netSum: 0, openMs: 0 }
    rows.set(key, fresh)
    return fresh
  }

  return {
    addSample(route, net, atMs) {
      const row = rowOf(route, minuteOf(atMs))
      if (row === undefined) return
      row.samples++
      row.netSum += net
      row.netMax = Math.max(row.netMax, net)
    },
    addOpen(route, net, fromMs, toMs) {
      for (let atMs = fromMs; atMs < toMs;) {
        const minuteMs = minuteOf(atMs)
        const untilMs = Math.min(toMs, minuteMs + minuteLengthMs)
        const row = rowOf(route, minuteMs)
        if (row !== undefined) {
          row.openMs += untilMs - atMs
          row.netMax = Math.max(row.netMax, net)
        }
        atMs = untilMs
      }
    },
    drain(nowMs, scope = 'over') {
      const drained: GapMinute[] = []
      for (const [key, row] of rows) {
        if (scope === 'over' && row.minuteMs + minuteLengthMs > nowMs) continue
        rows.delete(key)
        drained.push(gapMinute(row))
      }
      return drained
    },
  }
}

/** A minute in which a gap stood without being seen anew has no sample, only what it stood at. */
function gapMinute({ route, minuteMs, samples, netMax, netSum, openMs }: Minute): GapMinute {
  const netMean = samples === 0 ? netMax : netSum / samples
  return { route, minute: new Date(minuteMs), samples, netMax, netMean, openMs }
}
