// SVG to PNG, with the shipped font only: what is drawn is the same on every machine.
import { renderAsync } from '@resvg/resvg-js'
import { chartSvg } from './chart-svg.ts'
import { fontFamily, fontFiles } from './font.ts'
import { colours, pixelDensity } from './theme.ts'
import type { ThinChart } from './thin-chart.ts'

/** Takes tens of milliseconds of the thread it is called on, besides those of resvg's own. */
export async function drawChart(chart: ThinChart): Promise<Uint8Array> {
  const image = await renderAsync(chartSvg(chart), {
    background: colours.ground,
    fitTo: { mode: 'zoom', value: pixelDensity },
    font: {
      loadSystemFonts: false,
      fontFiles: Object.values(fontFiles),
      defaultFontFamily: fontFamily,
    },
  })
  return new Uint8Array(image.asPng())
}
