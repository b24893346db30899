// When in the day which route pays: a row a route, a column an hour of UTC, brighter means more.
import { countAxis } from './axis.ts'
import type { Sketch } from './drawing.ts'
import { drawableText, fitText, textWidth } from './font.ts'
import { createPlot, nameBelow, noData, plotBox, type Plot } from './plot.ts'
import { scaleOf, tickText, type Scale } from './scale.ts'
import { gradientAt, onLayer, rectAt, textAt, type Shape } from './shapes.ts'
import { colours, heatStops, marginPx, sizes } from './theme.ts'
import type { ThinGapHeat } from './thin-chart.ts'

const routePxMax = 290
const rowPxMax = 80
const keyWidthPx = 150

const channels = (colour: string): readonly number[] =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))

/** The colour at a share of the way from the lowest to the highest. */
export function heatColour(share: number): string {
  const place = Math.min(Math.max(share, 0), 1) * (heatStops.length - 1)
  const below = channels(heatStops[Math.floor(place)] as string)
  const above = channels(heatStops[Math.ceil(place)] as string)
  const mixed = below.map((channel, n) =>
    Math.round(channel + ((above[n] as number) - channel) * (place - Math.floor(place))),
  )
  return `rgb(${mixed.join(',')})`
}

/** The colours and what they stand for, in the row of the axis' name. */
function keyShapes({ box }: Plot, scale: Scale, measure: string): readonly Shape[] {
  const y = box.top - 24
  const low = tickText(scale.min, scale)
  const high = tickText(scale.max, scale)
  const style = { sizePx: sizes.small } as const
  const highX = box.left + box.width
  const keyX = highX - textWidth(high, sizes.small) - 10 - keyWidthPx
  const lowX = keyX - 10
  const room = lowX - textWidth(low, sizes.small) - 20 - marginPx
  return [
    textAt(fitText(measure, room, sizes.small), [marginPx, y], style),
    textAt(low, [lowX, y], { ...style, align: 'right' }),
    gradientAt([keyX, y - 8], [keyWidthPx, 16], heatStops),
    textAt(high, [highX, y], { ...style, align: 'right' }),
  ]
}

const hours = [0, 3, 6, 9, 12, 15, 18, 21, 24]
const hourAxis = countAxis(24, hours, (hour) => String(hour).padStart(2, '0'))

type Row = { readonly name: string; readonly values: readonly number[] }

function rowShapes({ name, values }: Row, n: number, scale: Scale, plot: Plot): readonly Shape[] {
  const [, top] = plot.at(0, plot.y.max - n)
  const [, bottom] = plot.at(0, plot.y.max - n - 1)
  const cells = values.map((value, hour) => {
    const [left] = plot.at(hour, 0)
    const [right] = plot.at(hour + 1, 0)
    const share = (value - scale.min) / (scale.max - scale.min)
    const fill = Number.isNaN(value) ? colours.ground : heatColour(share)
    return rectAt([left + 1, top + 1], [right - left - 2, bottom - top - 2], { fill }, 2)
  })
  return [...cells, textAt(name, [marginPx, (top + bottom) / 2], { sizePx: sizes.small })]
}

export function sketchGapHeat(chart: ThinGapHeat): Sketch {
  const rows = chart.rows.map(({ route, values }) => ({
    name: fitText(drawableText(route), routePxMax, sizes.small),
    values,
  }))
  const seen = rows.flatMap(({ values }) => values.filter((value) => !Number.isNaN(value)))
  const scale = scaleOf(seen, 4)
  const measure = `${drawableText(chart.measure)}, ${drawableText(chart.unit)}`
  const more = chart.moreRoutes > 0 ? ` · ${chart.moreRoutes} more routes not drawn` : ''
  return {
    legend: [],
    draw: (plotTopPx) => {
      const nameWidth = Math.max(0, ...rows.map(({ name }) => textWidth(name, sizes.small)))
      const wide = plotBox(hourAxis, marginPx + nameWidth + 12, plotTopPx + 4)
      const height = rows.length === 0 ? wide.height : Math.min(wide.height, rows.length * rowPxMax)
      const plot = createPlot({ ...wide, height }, hourAxis, countAxis(Math.max(rows.length, 1)))
      return {
        plots: [plot],
        shapes: [
          ...keyShapes(plot, scale, measure),
          ...onLayer(
            'area',
            rows.flatMap((row, n) => rowShapes(row, n, scale, plot)),
          ),
          nameBelow(plot, `hour of the day, UTC · dark: no data${more}`),
          ...(seen.length === 0 ? noData(plot) : []),
        ],
      }
    },
  }
}
