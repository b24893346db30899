// A plot and its two axes, with room measured for their labels.
import type { GridComponentOption, XAXisComponentOption, YAXisComponentOption } from 'echarts'
import { shareOf, type Axis } from './axis.ts'
import { fontFamily, textWidth } from './font.ts'
import { onLayer, rectAt, textAt, type Pixel, type Shape } from './shapes.ts'
import { colours, heightPx, marginPx, sizes, widthPx } from './theme.ts'

export type PlotBox = {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export type Plot = {
  readonly box: PlotBox
  readonly x: Axis
  readonly y: Axis
  /** Counts the plots of a picture. */
  readonly index: number
  /** Where values of the axes stand in the picture. */
  readonly at: (x: number, y: number) => Pixel
}

export const createPlot = (box: PlotBox, x: Axis, y: Axis, index = 0): Plot => ({
  box,
  x,
  y,
  index,
  at: (valueX, valueY) => [
    box.left + shareOf(x, valueX) * box.width,
    box.top + (1 - shareOf(y, valueY)) * box.height,
  ],
})

/** Below a plot: one row of tick labels and one that says what they are. */
export const bottomPx = 64

const rightPx = marginPx + 12
const edgePx = 6

const labelPx = (tick: number, { textOf }: Axis): number => textWidth(textOf(tick), sizes.text)

/** Where a plot's left edge may be: right of the widest label of its vertical axis. */
export const plotLeft = (y: Axis): number =>
  marginPx + Math.max(0, ...y.ticks.map((tick) => labelPx(tick, y))) + 10

/** Below `top`; a label at either end of the horizontal axis keeps within the picture. */
export function plotBox(x: Axis, left: number, top: number, bottom = heightPx - bottomPx): PlotBox {
  const halfAt = (edge: number): number =>
    x.ticks.includes(edge) ? labelPx(edge, x) / 2 + edgePx : 0
  const from = Math.max(left, halfAt(x.min))
  const to = widthPx - Math.max(rightPx, halfAt(x.max))
  return { left: from, top, width: to - from, height: bottom - top }
}

/** echarts counts from 0 to 1 on every axis: its own rounding knows neither 1e-12 nor 1e15. */
function axisOption(axis: Axis, gridIndex: number, margin: number) {
  // A tick at the end may stand a rounding beyond it, where echarts would drop it.
  const shares = axis.ticks.map((tick) => Math.min(Math.max(shareOf(axis, tick), 0), 1))
  return {
    type: 'value' as const,
    gridIndex,
    min: 0,
    max: 1,
    axisLine: { show: false },
    axisTick: { show: false, customValues: shares },
    axisLabel: {
      customValues: shares,
      formatter: (share: number): string => {
        const tick = axis.ticks.find((_, n) => Math.abs((shares[n] as number) - share) < 1e-6)
        return tick === undefined ? '' : axis.textOf(tick)
      },
      color: colours.label,
      fontSize: sizes.text,
      fontFamily,
      margin,
      showMinLabel: true,
      showMaxLabel: true,
      hideOverlap: true,
    },
    splitLine: { show: true, lineStyle: { color: colours.grid, width: 1 } },
  }
}

/** The plot's ground, axes and grid lines in echarts' words. */
export const plotOption = ({
  box,
  x,
  y,
  index,
}: Plot): {
  readonly grid: GridComponentOption
  readonly xAxis: XAXisComponentOption
  readonly yAxis: YAXisComponentOption
} => ({
  grid: { ...box, show: true, backgroundColor: colours.plot, borderWidth: 0 },
  xAxis: axisOption(x, index, 14),
  yAxis: axisOption(y, index, 10),
})

/** What the vertical axis counts. */
export const nameAbove = ({ box }: Plot, text: string): Shape =>
  textAt(text, [marginPx, box.top - 22], { sizePx: sizes.small })

/** What the horizontal axis counts. */
export const nameBelow = ({ box }: Plot, text: string): Shape =>
  textAt(text, [box.left + box.width, box.top + box.height + 48], {
    sizePx: sizes.small,
    align: 'right',
  })

/** In the middle of an empty plot, upon whatever is there. */
export function noData({ box }: Plot, text = 'no data recorded in this time'): readonly Shape[] {
  const sizePx = 24
  const middle: Pixel = [box.left + box.width / 2, box.top + box.height / 2]
  const size: Pixel = [textWidth(text, sizePx) + 28, sizePx + 20]
  const corner: Pixel = [middle[0] - size[0] / 2, middle[1] - size[1] / 2]
  return onLayer('frame', [
    rectAt(corner, size, { fill: colours.plot }, 8),
    textAt(text, middle, { sizePx, align: 'center', fill: colours.text }),
  ])
}
