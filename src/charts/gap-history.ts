// The net gap of one route over time: how far it went in each bucket, and where it was worth an offer.
import { timeAxis, valueAxis } from './axis.ts'
import type { BandPoint } from './columns.ts'
import type { Sketch } from './drawing.ts'
import type { LegendEntry } from './frame.ts'
import { lineShapes } from './line-shapes.ts'
import { createPlot, nameAbove, nameBelow, noData, plotBox, plotLeft, type Plot } from './plot.ts'
import { scaleOf } from './scale.ts'
import { lineAt, onLayer, polygonAt, type Shape } from './shapes.ts'
import { colours, palette } from './theme.ts'
import type { Runs, ThinGapHistory } from './thin-chart.ts'
import { offeredShade, outageShade, silencesOf, zeroLine } from './time-shades.ts'
import { windowText } from './time-ticks.ts'

const [lineColour] = palette

const bandStyle = { fill: lineColour, fillOpacity: 0.35, stroke: lineColour, strokeOpacity: 0.8 }

const bandShapes = (runs: Runs<BandPoint>, { at }: Plot): readonly Shape[] =>
  onLayer(
    'area',
    runs.map((run) => {
      const highs = run.map(({ atMs, high }) => at(atMs, high))
      const lows = run.map(({ atMs, low }) => at(atMs, low)).toReversed()
      return polygonAt([...highs, ...lows], bandStyle)
    }),
  )

function thresholdLine(percent: number | undefined, { at, x }: Plot): readonly Shape[] {
  if (percent === undefined) return []
  const style = { stroke: colours.threshold, lineWidth: 3, lineDash: [9, 6] }
  return onLayer('mark', [lineAt(at(x.min, percent), at(x.max, percent), style)])
}

export function sketchGapHistory(chart: ThinGapHistory): Sketch {
  const { runs, window, thresholdPercent, episodes, silenceMs } = chart
  const points = runs.flat()
  const silences = points.length === 0 ? [] : silencesOf(runs, window, silenceMs)
  const legend: LegendEntry[] = [
    { name: 'mean', colour: lineColour, mark: 'line' },
    { name: 'min to max', colour: lineColour, mark: 'area' },
  ]
  if (thresholdPercent !== undefined) {
    const name = `threshold ${Number(thresholdPercent.toPrecision(4))} %`
    legend.push({ name, colour: colours.threshold, mark: 'dashed' })
  }
  if (episodes.length > 0) legend.push({ name: 'offered', colour: colours.offered, mark: 'area' })
  return {
    legend,
    draw: (plotTopPx) => {
      const seen = points.flatMap(({ low, high }) => [low, high])
      const y = valueAxis(
        scaleOf([
          ...(points.length === 0 ? [0] : seen),
          ...(thresholdPercent === undefined ? [] : [thresholdPercent]),
        ]),
      )
      const x = timeAxis(window)
      const plot = createPlot(plotBox(x, plotLeft(y), plotTopPx), x, y)
      const means = runs.map((run) => run.map(({ atMs, mean }) => [atMs, mean] as const))
      return {
        plots: [plot],
        shapes: [
          ...outageShade(silences, plot),
          ...offeredShade(episodes, plot),
          ...zeroLine(plot),
          ...bandShapes(runs, plot),
          ...lineShapes(means, plot, { colour: lineColour, widthPx: 2.5 }),
          ...thresholdLine(thresholdPercent, plot),
          nameAbove(plot, 'net gap after costs, %'),
          nameBelow(plot, windowText(window)),
          ...(points.length === 0 ? noData(plot) : []),
        ],
      }
    },
  }
}
