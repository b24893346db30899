// Down-sampling by pixel column: what a picture can show, with every spike still in it.
import type { TimePoint, TimeWindow } from '../notification/chart.ts'

/** Beyond this a number is a fault of whoever wrote it, and axes would no longer have digits for it. */
const magnitudeMax = 1e15
export const isDrawable = (value: number): boolean => Math.abs(value) <= magnitudeMax

/** A run is a stretch without an outage: a list of columns, each holding its points in time's order. */
type Run<T> = T[][]

export type Columns = TimeWindow & {
  readonly count: number
  readonly silenceMs: number
}

const inOrder = <T extends { readonly atMs: number }>(points: readonly T[]): readonly T[] =>
  points.every((point, n) => n === 0 || (points[n - 1] as T).atMs <= point.atMs)
    ? points
    : points.toSorted((a, b) => a.atMs - b.atMs)

/**
 * Sorts points into the window's pixel columns. A run ends at a point that tells nothing and at a
 * silence longer than `silenceMs`, unless both sides fall into one column: nobody could see it.
 */
function runsOf<T extends { readonly atMs: number }>(
  points: readonly T[],
  { fromMs, toMs, count, silenceMs }: Columns,
  tells: (point: T) => boolean,
): readonly Run<T>[] {
  const runs: Run<T>[] = []
  const inWindow = points.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
  let column: T[] = []
  let columnAt = -1
  let lastMs = Number.NaN
  let broken = true
  for (const point of inOrder(inWindow)) {
    if (!tells(point)) {
      broken = true
      continue
    }
    const share = (point.atMs - fromMs) / Math.max(toMs - fromMs, 1)
    const at = Math.min(Math.floor(share * count), count - 1)
    if (at === columnAt) column.push(point)
    else {
      column = [point]
      if (broken || point.atMs - lastMs > silenceMs) runs.push([column])
      else runs.at(-1)?.push(column)
      columnAt = at
    }
    lastMs = point.atMs
    broken = false
  }
  return runs
}

/** First, lowest, highest and last in time's order: a line through these four covers the same pixels. */
function cornersOf(column: readonly TimePoint[]): readonly TimePoint[] {
  let low = 0
  let high = 0
  for (const [n, { value }] of column.entries()) {
    if (value < (column[low] as TimePoint).value) low = n
    if (value > (column[high] as TimePoint).value) high = n
  }
  const corners = [...new Set([0, low, high, column.length - 1])]
  return corners.toSorted((a, b) => a - b).map((n) => column[n] as TimePoint)
}

/**
 * A line as unbroken runs of at most four points a column; the lowest and the highest value of every
 * column are among them. Points outside the window and undrawable numbers are left out.
 */
export const thinLine = (
  points: readonly TimePoint[],
  columns: Columns,
): readonly (readonly TimePoint[])[] =>
  runsOf(points, columns, ({ value }) => isDrawable(value)).map((run) => run.flatMap(cornersOf))

/** What is not known of the three is NaN. */
export type BandPoint = {
  readonly atMs: number
  readonly low: number
  readonly mean: number
  readonly high: number
}

const drawableOf = ({ low, mean, high }: BandPoint): readonly number[] =>
  [low, mean, high].filter(isDrawable)

function bandPoint(column: readonly BandPoint[]): BandPoint {
  let low = Infinity
  let high = -Infinity
  let sum = 0
  for (const point of column) {
    const values = drawableOf(point)
    const lowest = Math.min(...values)
    const highest = Math.max(...values)
    low = Math.min(low, lowest)
    high = Math.max(high, highest)
    sum += isDrawable(point.mean) ? point.mean : (lowest + highest) / 2
  }
  const { atMs } = column[0] as BandPoint
  return { atMs, low, mean: sum / column.length, high }
}

/**
 * A band as unbroken runs of one point a column, from its lowest low to its highest high. A point of
 * which only some is known counts with that.
 */
export const thinBand = (
  points: readonly BandPoint[],
  columns: Columns,
): readonly (readonly BandPoint[])[] =>
  runsOf(points, columns, (point) => drawableOf(point).length > 0).map((run) => run.map(bandPoint))
