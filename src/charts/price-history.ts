// The prices of one symbol on several venues: a ribbon from bid to ask for each, so that where two
// ribbons do not touch a gap is seen between them.
import { timeAxis, valueAxis } from './axis.ts'
import type { Sketch } from './drawing.ts'
import { drawableText, fitText } from './font.ts'
import type { LegendEntry } from './frame.ts'
import { lineShapes, timeRuns } from './line-shapes.ts'
import { createPlot, nameAbove, nameBelow, noData, plotBox, plotLeft, type Plot } from './plot.ts'
import { scaleOf, valueText, type Scale } from './scale.ts'
import { onLayer, polygonAt, type Shape } from './shapes.ts'
import { colours, palette, sizes } from './theme.ts'
import type { ThinPriceHistory, ThinVenue } from './thin-chart.ts'
import { offeredShade } from './time-shades.ts'
import { windowText } from './time-ticks.ts'

const venueNamePx = 150
const dashes = [undefined, [10, 5], [3, 4]] as const

/** The first venues have whole lines, those after them broken ones: colour alone tells nothing. */
const lookOf = (n: number) => {
  const dash = dashes[Math.floor(n / 4) % dashes.length]
  const colour = palette[n % palette.length] as string
  return { colour, ...(dash === undefined ? {} : { dash }) }
}

const ribbonShapes = ({ band }: ThinVenue, fill: string, { at }: Plot): readonly Shape[] =>
  onLayer(
    'area',
    band.map((run) => {
      const asks = run.map(({ atMs, high }) => at(atMs, high))
      const bids = run.map(({ atMs, low }) => at(atMs, low)).toReversed()
      return polygonAt([...asks, ...bids], { fill, fillOpacity: 0.28 })
    }),
  )

function legendOf({ venues, moreVenues }: ThinPriceHistory, scale: Scale): LegendEntry[] {
  const entries = venues.map(({ venue, bid, ask }, n): LegendEntry => {
    const lastBid = bid.at(-1)?.at(-1)?.value
    const lastAsk = ask.at(-1)?.at(-1)?.value
    const last = [...new Set([lastBid, lastAsk])].filter((value) => value !== undefined)
    const prices = venues.length > 3 ? '' : last.map((price) => valueText(price, scale)).join(' / ')
    const name = fitText(drawableText(venue), venueNamePx, sizes.text)
    const { colour, dash } = lookOf(n)
    return {
      name: `${name} ${prices}`.trim(),
      colour,
      mark: dash === undefined ? 'line' : 'dashed',
    }
  })
  const more: LegendEntry = { name: `${moreVenues} more not drawn`, colour: 'none', mark: 'area' }
  return moreVenues > 0 ? [...entries, more] : entries
}

export function sketchPriceHistory(chart: ThinPriceHistory): Sketch {
  const { window, venues, quoteAsset, episodes } = chart
  const seen = venues.flatMap(({ bid, ask }) =>
    [...bid, ...ask].flatMap((run) => run.map(({ value }) => value)),
  )
  const scale = scaleOf(seen)
  const legend = legendOf(chart, scale)
  if (episodes.length > 0) legend.push({ name: 'offered', colour: colours.offered, mark: 'area' })
  return {
    legend,
    draw: (plotTopPx) => {
      const y = valueAxis(scale)
      const x = timeAxis(window)
      const plot = createPlot(plotBox(x, plotLeft(y), plotTopPx), x, y)
      return {
        plots: [plot],
        shapes: [
          ...offeredShade(episodes, plot),
          ...venues.flatMap((venue, n) => [
            ...ribbonShapes(venue, lookOf(n).colour, plot),
            ...lineShapes(timeRuns(venue.bid), plot, lookOf(n)),
            ...lineShapes(timeRuns(venue.ask), plot, lookOf(n)),
          ]),
          nameAbove(plot, `bid to ask, ${fitText(drawableText(quoteAsset), 400, sizes.small)}`),
          nameBelow(plot, windowText(window)),
          ...(seen.length === 0 ? noData(plot) : []),
        ],
      }
    },
  }
}
