// Routes compared by one number: name, bar and value, the largest on top.
import { durationText } from '../notification/time-text.ts'
import { countAxis, valueAxis, type Axis } from './axis.ts'
import type { Sketch } from './drawing.ts'
import { drawableText, fitText, textWidth } from './font.ts'
import { createPlot, nameBelow, noData, plotBox, type Plot } from './plot.ts'
import { scaleOf } from './scale.ts'
import { lineAt, onLayer, rectAt, textAt, type Shape } from './shapes.ts'
import { colours, marginPx, sizes, widthPx } from './theme.ts'
import type { ThinRouteBars } from './thin-chart.ts'

const routePxMax = 300
const rowPxMax = 80
const zeroStyle = { stroke: colours.zero, lineWidth: 2 }

/** The bars fill the plot: a small loss does not take the room of a whole step. */
function axisWithin(values: readonly number[]): Axis {
  const axis = valueAxis(scaleOf(values, 4))
  const low = Math.min(...values)
  const high = Math.max(...values)
  const [min, max] = low === high ? [0, 1] : [low, high]
  const room = (max - min) * 0.03
  return {
    ...axis,
    min: min < 0 ? min - room : 0,
    max: max > 0 ? max + room : 0,
    ticks: axis.ticks.filter((tick) => tick >= min && tick <= max),
  }
}

const durations = [
  { unit: 'days', ms: 86_400_000 },
  { unit: 'hours', ms: 3_600_000 },
  { unit: 'minutes', ms: 60_000 },
  { unit: 'seconds', ms: 1000 },
]

/** As many decimals for all as give the largest four digits. */
function fourDigits(value: number, largest: number): string {
  const digits = Math.min(Math.max(3 - Math.floor(Math.log10(largest || 1)), 0), 12)
  const fixed = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return value.toLocaleString('en-US', fixed)
}

/** Durations are counted in the unit that suits the longest. */
function unitOf({ unit, bars }: ThinRouteBars): { readonly unit: string; readonly size: number } {
  if (unit !== 'ms') return { unit: drawableText(unit), size: 1 }
  const longest = Math.max(0, ...bars.map(({ value }) => Math.abs(value)))
  const suited = durations.find(({ ms }) => longest >= ms * 2)
  return suited === undefined ? { unit, size: 1 } : { unit: suited.unit, size: suited.ms }
}

type Row = { readonly name: string; readonly value: number; readonly text: string }

const small = { sizePx: sizes.small } as const
const widest = (texts: readonly string[]): number =>
  Math.max(0, ...texts.map((text) => textWidth(text, sizes.small)))

function rowShapes({ name, value, text }: Row, n: number, { at, y }: Plot): readonly Shape[] {
  const [zero, top] = at(0, y.max - n)
  const [end, bottom] = at(value, y.max - n - 1)
  const fill = value < 0 ? colours.loss : colours.gain
  const middle = (top + bottom) / 2
  const height = (bottom - top) * 0.68
  return [
    rectAt([Math.min(zero, end), middle - height / 2], [Math.abs(end - zero), height], { fill }),
    textAt(name, [marginPx, middle], small),
    textAt(text, [widthPx - marginPx, middle], { ...small, fill: colours.text, align: 'right' }),
  ]
}

export function sketchRouteBars(chart: ThinRouteBars): Sketch {
  const { bars, moreRoutes } = chart
  const { unit, size } = unitOf(chart)
  const largest = Math.max(0, ...bars.map(({ value }) => Math.abs(value)))
  const rows = bars.map(({ route, value }) => ({
    name: fitText(drawableText(route), routePxMax, sizes.small),
    value: value / size,
    text: chart.unit === 'ms' ? durationText(value) : fourDigits(value, largest),
  }))
  return {
    legend: [],
    draw: (plotTopPx) => {
      const x = axisWithin([0, ...rows.map(({ value }) => value)])
      const left = marginPx + widest(rows.map(({ name }) => name)) + 12
      const wide = plotBox(x, left, plotTopPx - 20)
      const width = wide.width - widest(rows.map(({ text }) => text))
      const height = rows.length === 0 ? wide.height : Math.min(wide.height, rows.length * rowPxMax)
      const plot = createPlot({ ...wide, width, height }, x, countAxis(Math.max(rows.length, 1)))
      const measure = fitText(`${drawableText(chart.measure)}, ${unit}`, 360, sizes.small)
      const more = moreRoutes > 0 ? ` · ${moreRoutes} more not drawn` : ''
      const zero = lineAt(plot.at(0, 0), plot.at(0, plot.y.max), zeroStyle)
      return {
        plots: [plot],
        shapes: [
          ...onLayer(
            'area',
            rows.flatMap((row, n) => rowShapes(row, n, plot)),
          ),
          ...onLayer('line', [zero]),
          nameBelow(plot, `${measure}${more}`),
          ...(rows.length === 0 ? noData(plot) : []),
        ],
      }
    },
  }
}
