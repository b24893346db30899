// Realised profit: what it has come to above, what each day brought below.
import { numberText } from '../notification/amount-text.ts'
import type { TimeWindow } from '../notification/chart.ts'
import { timeAxis, valueAxis } from './axis.ts'
import type { Sketch } from './drawing.ts'
import { drawableText, fitText } from './font.ts'
import type { LegendEntry } from './frame.ts'
import { lineShapes, steps, timeRuns } from './line-shapes.ts'
import {
  bottomPx,
  createPlot,
  nameAbove,
  nameBelow,
  noData,
  plotBox,
  plotLeft,
  type Plot,
} from './plot.ts'
import { scaleOf } from './scale.ts'
import { onLayer, rectAt, type Pixel, type Shape } from './shapes.ts'
import { colours, heightPx, palette, sizes } from './theme.ts'
import type { ThinProfit } from './thin-chart.ts'
import { zeroLine } from './time-shades.ts'
import { windowText } from './time-ticks.ts'

const dayMs = 86_400_000
const [lineColour] = palette
/** Between the two plots, for the name of the lower one. */
const betweenPx = 52
/** The upper plot's share of what both have. */
const upperShare = 0.6

/** Today's bar is as wide as the others. */
const wholeDays = ({ fromMs, toMs }: TimeWindow): TimeWindow => ({
  fromMs: Math.floor(fromMs / dayMs) * dayMs,
  toMs: Math.ceil(toMs / dayMs) * dayMs,
})

const barShapes = ({ bars, daysPerBar }: ThinProfit, { at, x }: Plot): readonly Shape[] =>
  onLayer(
    'area',
    bars.map(({ fromMs, profit }) => {
      const [left, y] = at(Math.max(fromMs, x.min), profit)
      const [right, zero] = at(Math.min(fromMs + daysPerBar * dayMs, x.max), 0)
      const width = Math.max((right - left) * 0.8, 2)
      const fill = profit < 0 ? colours.loss : colours.gain
      const corner: Pixel = [(left + right - width) / 2, Math.min(y, zero)]
      return rectAt(corner, [width, Math.abs(zero - y)], { fill })
    }),
  )

function legendOf({ daysPerBar, cumulative, currency }: ThinProfit): LegendEntry[] {
  const last = cumulative.at(-1)?.at(-1)?.value
  const unit = fitText(drawableText(currency), 120, sizes.text)
  const sum = last === undefined ? '' : `: ${last > 0 ? '+' : ''}${numberText(last)} ${unit}`
  const per = daysPerBar === 1 ? 'daily' : `${daysPerBar}-day`
  return [
    { name: `realised in all${sum}`, colour: lineColour, mark: 'line' },
    { name: `${per} gain`, colour: colours.gain, mark: 'block' },
    { name: `${per} loss`, colour: colours.loss, mark: 'block' },
  ]
}

export function sketchProfit(chart: ThinProfit): Sketch {
  const { window, cumulative, bars, daysPerBar } = chart
  const unit = fitText(drawableText(chart.currency), 160, sizes.small)
  return {
    legend: legendOf(chart),
    draw: (plotTopPx) => {
      const sums = cumulative.flatMap((run) => run.map(({ value }) => value))
      const upperY = valueAxis(scaleOf([0, ...sums], 4))
      const lowerY = valueAxis(scaleOf([0, ...bars.map(({ profit }) => profit)], 2))
      const x = timeAxis(wholeDays(window))
      const room = heightPx - bottomPx - plotTopPx - betweenPx
      const middle = plotTopPx + room * upperShare
      // Both begin at the same pixel, so that a day stands below its step.
      const left = Math.max(plotLeft(upperY), plotLeft(lowerY))
      const bare = { ...x, textOf: () => '' }
      const upper = createPlot(plotBox(x, left, plotTopPx, middle), bare, upperY)
      const lower = createPlot(plotBox(x, left, middle + betweenPx), x, lowerY, 1)
      const isEmpty = sums.length + bars.length === 0
      const perBar = daysPerBar === 1 ? 'each day' : `each ${daysPerBar} days`
      const line = timeRuns(cumulative).map((run) => steps(run, window.toMs))
      return {
        plots: [upper, lower],
        shapes: [
          ...zeroLine(upper),
          ...zeroLine(lower),
          ...lineShapes(line, upper, { colour: lineColour, widthPx: 3 }),
          ...barShapes(chart, lower),
          nameAbove(upper, `realised in all, ${unit}`),
          nameAbove(lower, `${perBar}, ${unit}`),
          nameBelow(lower, windowText(window)),
          ...(isEmpty ? noData(upper) : []),
        ],
      }
    },
  }
}
