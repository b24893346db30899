// Stretches of time behind the lines: what was offered, and when nothing was recorded.
import type { Episode, TimeWindow } from '../notification/chart.ts'
import { textWidth } from './font.ts'
import type { Plot } from './plot.ts'
import { lineAt, onLayer, rectAt, textAt, type Shape } from './shapes.ts'
import { colours, sizes } from './theme.ts'
import type { Runs } from './thin-chart.ts'

/** Offered episodes, each at least three pixels wide, with a bright edge on top. */
export const offeredShade = (episodes: readonly Episode[], { at, y }: Plot): readonly Shape[] =>
  onLayer(
    'shade',
    episodes.flatMap(({ fromMs, toMs }) => {
      const [left, top] = at(fromMs, y.max)
      const [right, bottom] = at(toMs, y.min)
      const width = Math.max(right - left, 3)
      const fill = colours.offered
      return [
        rectAt([left, top], [width, bottom - top], { fill, opacity: 0.16 }),
        rectAt([left, top], [width, 6], { fill, opacity: 0.95 }),
      ]
    }),
  )

/** Where no run is, if that lasts longer than `silenceMs`: before the first, between two, after the last. */
export function silencesOf(
  runs: Runs<{ readonly atMs: number }>,
  { fromMs, toMs }: TimeWindow,
  silenceMs: number,
): readonly TimeWindow[] {
  const spans = runs
    .map((run) => ({ fromMs: run[0]?.atMs ?? 0, toMs: run.at(-1)?.atMs ?? 0 }))
    .toSorted((a, b) => a.fromMs - b.fromMs)
  const silences: TimeWindow[] = []
  let endMs = fromMs
  for (const span of spans) {
    if (span.fromMs - endMs > silenceMs) silences.push({ fromMs: endMs, toMs: span.fromMs })
    endMs = Math.max(endMs, span.toMs)
  }
  if (toMs - endMs > silenceMs) silences.push({ fromMs: endMs, toMs })
  return silences
}

const outageText = 'no data'
type Size = readonly [x: number, y: number]

function outageShapes({ fromMs, toMs }: TimeWindow, { at, y }: Plot): readonly Shape[] {
  const [left, top] = at(fromMs, y.max)
  const [right, bottom] = at(toMs, y.min)
  const count = Math.max(Math.floor((right - left - 6) / 12), 0)
  const stripes = Array.from({ length: count }, (_, n) => {
    const x = left + 6 + n * 12
    return lineAt([x, top], [x, bottom], { stroke: colours.outage, lineWidth: 2 })
  })
  const textPx: Size = [textWidth(outageText, sizes.small) + 12, sizes.small + 6]
  if (right - left < textPx[1]) return stripes
  const isVertical = right - left < textPx[0]
  const [width, height] = isVertical ? [textPx[1], textPx[0]] : textPx
  const middle: Size = [(left + right) / 2, (top + bottom) / 2]
  const corner: Size = [middle[0] - width / 2, middle[1] - height / 2]
  return [
    ...stripes,
    rectAt(corner, [width, height], { fill: colours.plot }),
    textAt(outageText, middle, { sizePx: sizes.small, align: 'center', isVertical }),
  ]
}

/** Outages are striped, so that nobody reads "no gap" into them. */
export const outageShade = (silences: readonly TimeWindow[], plot: Plot): readonly Shape[] =>
  onLayer(
    'shade',
    silences.flatMap((silence) => outageShapes(silence, plot)),
  )

/** Where gain ends and loss begins, if the plot goes that far. */
export const zeroLine = ({ at, x, y }: Plot): readonly Shape[] =>
  y.min > 0 || y.max < 0
    ? []
    : onLayer('zero', [lineAt(at(x.min, 0), at(x.max, 0), { stroke: colours.zero, lineWidth: 2 })])
