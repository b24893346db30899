// Lines through unbroken runs of points.
import type { TimePoint } from '../notification/chart.ts'
import type { Plot } from './plot.ts'
import { circleAt, onLayer, polylineAt, type Shape } from './shapes.ts'
import type { Runs } from './thin-chart.ts'

export type Point = readonly [x: number, y: number]

type LineLook = {
  readonly colour: string
  readonly widthPx?: number
  readonly dash?: readonly number[]
}

/** One line in its plot's own values; between two runs nothing is drawn, and a lonely point is a dot. */
export const lineShapes = (
  runs: Runs<Point>,
  { at }: Plot,
  { colour, widthPx = 2, dash }: LineLook,
): readonly Shape[] =>
  onLayer(
    'line',
    runs.flatMap((run): readonly Shape[] => {
      const [first, ...rest] = run.map(([x, y]) => at(x, y))
      if (first === undefined) return []
      if (rest.length === 0) return [circleAt(first, widthPx * 2, colour)]
      const style = { stroke: colour, lineWidth: widthPx }
      return [
        polylineAt([first, ...rest], dash === undefined ? style : { ...style, lineDash: dash }),
      ]
    }),
  )

export const timeRuns = (runs: Runs<TimePoint>): Runs<Point> =>
  runs.map((run) => run.map(({ atMs, value }) => [atMs, value]))

/** Each value stands until the next point, and the last until `end`. */
export const steps = (points: readonly Point[], end: number): readonly Point[] =>
  points.flatMap(([x, y], n): readonly Point[] => [
    [x, y],
    [points[n + 1]?.[0] ?? Math.max(end, x), y],
  ])
