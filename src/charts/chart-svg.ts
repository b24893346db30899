// A chart as SVG text. The only place that runs echarts.
import { GraphicComponent, GridComponent } from 'echarts/components'
import { init, setPlatformAPI, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { sketchBook } from './book-chart.ts'
import type { Drawing, Sketch } from './drawing.ts'
import { drawableText, fontFamily, textWidth } from './font.ts'
import { frameOf } from './frame.ts'
import { sketchGapHeat } from './gap-heat.ts'
import { sketchGapHistory } from './gap-history.ts'
import { sketchPriceHistory } from './price-history.ts'
import { sketchProfit } from './profit-chart.ts'
import { sketchRouteBars } from './route-bars.ts'
import { plotOption } from './plot.ts'
import { onLayer, textAt, type Pixel, type Shape } from './shapes.ts'
import { colours, heightPx, widthPx } from './theme.ts'
import type { ThinChart } from './thin-chart.ts'

use([GraphicComponent, GridComponent, SVGRenderer])
// Without a browser echarts guesses how wide a text is; the shipped font knows.
setPlatformAPI({
  measureText: (text, font = '') => {
    const sizePx = Number(/([\d.]+)px/.exec(font)?.[1] ?? 12)
    return { width: textWidth(text, sizePx, font.includes('bold') ? 'bold' : 'normal') }
  },
})

function sketchOf(chart: ThinChart): Sketch {
  switch (chart.kind) {
    case 'gap-history':
      return sketchGapHistory(chart)
    case 'price-history':
      return sketchPriceHistory(chart)
    case 'book':
      return sketchBook(chart)
    case 'profit':
      return sketchProfit(chart)
    case 'route-bars':
      return sketchRouteBars(chart)
    case 'gap-heat':
      return sketchGapHeat(chart)
  }
}

/** The badges once more across the plot, for whoever crops a picture to it. */
function watermark({ plots }: Drawing, badges: readonly string[]): readonly Shape[] {
  const box = plots[0]?.box
  const text = drawableText(badges.join(' · '))
  if (box === undefined || text === '') return []
  const sizePx = Math.min(48, Math.floor((box.width - 40) / textWidth(text, 1, 'bold')))
  const middle: Pixel = [box.left + box.width / 2, box.top + box.height / 2]
  const style = { sizePx, weight: 'bold', fill: colours.text, align: 'center' } as const
  return onLayer('watermark', [textAt(text, middle, { ...style, opacity: 0.1 })])
}

/** One complete SVG document of widthPx × heightPx. */
export function chartSvg(chart: ThinChart): string {
  const sketch = sketchOf(chart)
  const frame = frameOf(chart, sketch.legend)
  const drawing = sketch.draw(frame.plotTopPx)
  const plots = drawing.plots.map(plotOption)
  const canvas = { renderer: 'svg', ssr: true, width: widthPx, height: heightPx } as const
  const painting = init(null, null, canvas)
  try {
    painting.setOption({
      animation: false,
      backgroundColor: colours.ground,
      textStyle: { fontFamily },
      grid: plots.map(({ grid }) => grid),
      xAxis: plots.map(({ xAxis }) => xAxis),
      yAxis: plots.map(({ yAxis }) => yAxis),
      graphic: [
        ...drawing.shapes,
        ...watermark(drawing, chart.badges),
        ...onLayer('frame', frame.shapes),
      ],
    })
    return painting.renderToSVGString()
  } finally {
    painting.dispose()
  }
}
