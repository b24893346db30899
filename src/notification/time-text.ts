// Times and durations as people read them. Times are UTC and say so: a desk has no home time zone.

/** "850 ms", "12 s", "4 min", "3.5 h", "2 days". */
export function durationText(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown'
  const seconds = ms / 1000
  if (Math.abs(seconds) < 1) return `${Math.round(ms)} ms`
  if (Math.abs(seconds) < 10) return `${Number(seconds.toFixed(1))} s`
  if (Math.abs(seconds) < 120) return `${Math.round(seconds)} s`
  if (Math.abs(seconds) < 3600) return `${Math.round(seconds / 60)} min`
  if (Math.abs(seconds) < 172_800) return `${Number((seconds / 3600).toFixed(1))} h`
  return `${Math.round(seconds / 86_400)} days`
}

/** "12:04:05 UTC". */
export const clockText = (at: Date): string => `${at.toISOString().slice(11, 19)} UTC`

/** "2025-11-20 12:04:05 UTC". */
export const timeText = (at: Date): string =>
  `${at.toISOString().slice(0, 10)} ${at.toISOString().slice(11, 19)} UTC`

/** "12 s ago"; a moment that is still to come is "in 12 s". */
export function sinceText(at: Date, now: Date): string {
  const ms = now.getTime() - at.getTime()
  return ms >= 0 ? `${durationText(ms)} ago` : `in ${durationText(-ms)}`
}
