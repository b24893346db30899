// How far a price may go while a coin is on its way: one standard deviation, from what it did before. Pure.

/** A price at the end of a minute. */
export type MinutePrice = { readonly minute: Date; readonly bid: number; readonly ask: number }

/** Fewer say nothing. */
const stepsMin = 30
const minuteMs = 60_000

/**
 * The standard deviation of one minute's change, a share of the price. A price that nobody recorded for some
 * minutes counts as the square root of them. Undefined: too little is known.
 */
export function minuteVolatility(rows: readonly MinutePrice[]): number | undefined {
  const points = rows
    .filter(({ bid, ask }) => bid > 0 && ask > 0)
    .map(({ minute, bid, ask }) => ({ at: minute.getTime(), log: Math.log((bid + ask) / 2) }))
    .toSorted((a, b) => a.at - b.at)
  const steps = points.flatMap(({ at, log }, i) => {
    const before = points[i - 1]
    const minutes = before === undefined ? 0 : (at - before.at) / minuteMs
    return before === undefined || minutes <= 0 ? [] : [(log - before.log) / Math.sqrt(minutes)]
  })
  if (steps.length < stepsMin) return undefined
  return Math.sqrt(steps.reduce((sum, step) => sum + step * step, 0) / steps.length)
}

/** A share of the price: the deviation grows with the square root of time. */
export const riskOver = (volatility: number, minutes: number): number =>
  volatility * Math.sqrt(minutes)
