// Two order books facing each other, sizes added up: asks where would be bought, bids where would be
// sold. Below both ladders at once lies what a trade would earn before costs, in size times price.
import { quoteText } from '../notification/amount-text.ts'
import type { Level } from '../notification/chart.ts'
import { valueAxis } from './axis.ts'
import { isDrawable } from './columns.ts'
import type { Sketch } from './drawing.ts'
import { drawableText, fitText } from './font.ts'
import type { LegendEntry } from './frame.ts'
import { capped, overlapOf, priceRange, sizeWorthShowing, stairs } from './ladders.ts'
import { lineShapes } from './line-shapes.ts'
import { createPlot, nameAbove, nameBelow, noData, plotBox, plotLeft, type Plot } from './plot.ts'
import { scaleOf } from './scale.ts'
import { lineAt, onLayer, polygonAt, textAt, type Shape } from './shapes.ts'
import { colours, palette, sizes } from './theme.ts'
import type { ThinBook } from './thin-chart.ts'

const [buyColour, sellColour] = palette
const unitPx = 200

/** The ground below a line of corners; nothing for nothing. */
function areaBelow(
  corners: readonly Level[],
  { at }: Plot,
  style: { readonly fill: string; readonly fillOpacity: number },
): readonly Shape[] {
  const [first] = corners
  const last = corners.at(-1)
  if (first === undefined || last === undefined) return []
  const outline: Level[] = [[first[0], 0], ...corners, [last[0], 0]]
  return [
    polygonAt(
      outline.map(([price, size]) => at(price, size)),
      style,
    ),
  ]
}

/** Past its last level a book has at least as much; how much more was not recorded. */
function ladderParts(
  ladder: readonly Level[],
  edge: number,
  { x, y }: Plot,
): { readonly known: readonly Level[]; readonly beyond: readonly Level[] } {
  const inView = ladder.filter(([price]) => price >= x.min && price <= x.max)
  const last = inView.at(-1)
  const toEdge: readonly Level[] = last === undefined ? [] : [last, [edge, last[1]]]
  const isWhole = inView.length === ladder.length
  const known = [...stairs(inView), ...(isWhole ? [] : toEdge)]
  return { known: capped(known, y.max), beyond: capped(isWhole ? toEdge : [], y.max) }
}

function ladderShapes(
  { known, beyond }: ReturnType<typeof ladderParts>,
  colour: string,
  plot: Plot,
): readonly Shape[] {
  const line = { colour, widthPx: 3 }
  return [
    ...onLayer('shade', [
      ...areaBelow(known, plot, { fill: colour, fillOpacity: 0.24 }),
      ...areaBelow(beyond, plot, { fill: colour, fillOpacity: 0.1 }),
    ]),
    ...lineShapes([known], plot, line),
    ...lineShapes([beyond], plot, { ...line, dash: [3, 6] }),
  ]
}

function plannedShapes(planned: number, base: string, { at, x }: Plot): readonly Shape[] {
  if (planned === 0) return []
  const [right, y] = at(x.max, planned)
  const style = { fill: colours.text, halo: colours.ground, align: 'right' } as const
  const dashes = { stroke: colours.text, lineWidth: 3, lineDash: [9, 6] }
  return onLayer('mark', [
    lineAt(at(x.min, planned), [right, y], dashes),
    textAt(`planned ${quoteText(planned)} ${base}`, [right - 10, y - 18], style),
  ])
}

function sideText(verb: string, venue: string, best: Level | undefined, word: string): string {
  const name = fitText(drawableText(venue), 150, sizes.text)
  return best === undefined
    ? `${verb} ${name}: empty`
    : `${verb} ${name} ${word} ${quoteText(best[0])}`
}

const legendOf = ({ buy, sell }: ThinBook, hasOverlap: boolean): readonly LegendEntry[] => [
  { name: sideText('buy', buy.venue, buy.ladder[0], 'from'), colour: buyColour, mark: 'area' },
  { name: sideText('sell', sell.venue, sell.ladder[0], 'up to'), colour: sellColour, mark: 'area' },
  {
    name: hasOverlap ? 'overlap: gain before costs' : 'no overlap: nothing to gain',
    colour: colours.offered,
    mark: 'block',
  },
]

export function sketchBook(chart: ThinBook): Sketch {
  const { buy, sell } = chart
  const wanted = chart.plannedBaseSize ?? 0
  const planned = isDrawable(wanted) ? Math.max(wanted, 0) : 0
  const overlap = overlapOf(buy.ladder, sell.ladder)
  const base = fitText(drawableText(chart.baseAsset), unitPx, sizes.text)
  const quote = fitText(drawableText(chart.quoteAsset), unitPx, sizes.text)
  return {
    legend: legendOf(chart, overlap.length > 0),
    draw: (plotTopPx) => {
      const x = valueAxis(scaleOf(priceRange(buy.ladder, sell.ladder), 4))
      const all = [...buy.ladder, ...sell.ladder]
      const top = sizeWorthShowing(
        all.filter(([price]) => price >= x.min && price <= x.max).map(([, size]) => size),
        Math.max(0, ...overlap.map(([, size]) => size)),
        planned,
      )
      const y = valueAxis(scaleOf([0, top || 1]))
      const plot = createPlot(plotBox(x, plotLeft(y), plotTopPx), x, y)
      const gain = { fill: colours.offered, fillOpacity: 0.75 }
      return {
        plots: [plot],
        shapes: [
          ...ladderShapes(ladderParts(buy.ladder, x.max, plot), buyColour, plot),
          ...ladderShapes(ladderParts(sell.ladder, x.min, plot), sellColour, plot),
          ...onLayer('area', areaBelow(capped(overlap, y.max), plot, gain)),
          ...plannedShapes(planned, base, plot),
          nameAbove(plot, `size up to this price, ${base}`),
          nameBelow(plot, `price, ${quote}`),
          ...(all.length === 0 ? noData(plot, 'neither book was recorded') : []),
        ],
      }
    },
  }
}
