import { renderAsync } from '@resvg/resvg-js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chartSvg } from './chart-svg.ts'
import { drawChart } from './draw-chart.ts'
import { sampleChart, sampleKinds } from './sample-charts.ts'
import { hostileCharts } from './sample-hostile-charts.ts'
import { inkShare, readPng } from './sample-png.ts'
import { heightPx, pixelDensity, widthPx } from './theme.ts'
import { thinChart } from './thin-chart.ts'

/** Parts of every picture, in its own px: where letters stand and where they cannot. */
const parts = {
  band: { x: 40, y: 8, width: 700, height: 60 },
  title: { x: 40, y: 100, width: 700, height: 70 },
  below: { x: 800, y: 970, width: 740, height: 64 },
  edge: { x: 2, y: 90, width: 20, height: 900 },
}

test.each(sampleKinds)('%s is a picture with letters in it and a plot', async (kind) => {
  const picture = readPng(await drawChart(thinChart(sampleChart(kind))))
  expect([picture.width, picture.height]).toEqual([widthPx * pixelDensity, heightPx * pixelDensity])
  for (const name of ['band', 'title', 'below'] as const)
    expect(inkShare(picture, parts[name]), name).toBeGreaterThan(0.02)
  expect(inkShare(picture, parts.edge)).toBe(0)
  expect(inkShare(picture, { x: 60, y: 400, width: 1440, height: 500 })).toBeGreaterThan(0.05)
})

test('without the font every letter would be gone: what the tests above look at is letters', async () => {
  const svg = chartSvg(thinChart(sampleChart('profit')))
  const image = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: pixelDensity },
    font: { loadSystemFonts: false },
  })
  const bare = readPng(new Uint8Array(image.asPng()))
  for (const name of ['band', 'title', 'below'] as const)
    expect(inkShare(bare, parts[name]), name).toBe(0)
})

test('the same chart is the same picture', async () => {
  const thin = thinChart(sampleChart('book'))
  expect(await drawChart(thin)).toEqual(await drawChart(thin))
})

test.each(sampleKinds)('no %s brings the process down that draws it', async (kind) => {
  const runs = { numRuns: 8, endOnFailure: true }
  await fc.assert(
    fc.asyncProperty(hostileCharts[kind], async (chart) => {
      const png = await drawChart(thinChart(chart))
      expect(Buffer.from(png).readUInt32BE(16)).toBe(widthPx * pixelDensity)
    }),
    runs,
  )
})
