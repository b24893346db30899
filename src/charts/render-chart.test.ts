import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ChartNotDrawnError, createChartRenderer, renderChart } from './render-chart.ts'
import { sampleChart, sampleKinds } from './sample-charts.ts'

const folder = mkdtempSync(join(tmpdir(), 'charts-'))
afterAll(() => rmSync(folder, { recursive: true }))

let scripts = 0
/** A drawing process that does something else. */
function script(text: string): string {
  const file = join(folder, `${scripts++}.mjs`)
  writeFileSync(file, text)
  return file
}

const limits = { waitingMax: 4, drawMsMax: 60_000, idleMsMax: 60_000 }
const chart = sampleChart('book')

test('charts asked for at once are all drawn, each its own', async () => {
  const pictures = await Promise.all(sampleKinds.map((kind) => renderChart(sampleChart(kind))))
  for (const png of pictures) expect(Buffer.from(png).readUInt32BE(16)).toBe(1600)
  expect(new Set(pictures.map((png) => Buffer.from(png).toString('base64'))).size).toBe(
    sampleKinds.length,
  )
})

test('one chart is drawn at a time, and too many at once are turned away', async () => {
  const file = script(`
    let busy = 0, most = 0
    process.on('message', () => {
      most = Math.max(most, ++busy)
      setTimeout(() => { busy--; process.send({ outcome: 'drawn', png: new Uint8Array([most]) }) }, 30)
    })`)
  const render = createChartRenderer({ file, ...limits })
  const asked = await Promise.allSettled(Array.from({ length: 6 }, () => render(chart)))
  expect(asked.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 4 }, () => 'fulfilled'),
    'rejected',
    'rejected',
  ])
  expect(await render(chart)).toEqual(new Uint8Array([1]))
})

test('a drawing process that dies fails its own chart only', async () => {
  const file = script(`
    process.on('message', ({ title }) =>
      title === 'fatal' ? process.abort() : process.send({ outcome: 'drawn', png: new Uint8Array([7]) }))`)
  const render = createChartRenderer({ file, ...limits })
  const asked = [render({ ...chart, title: 'fatal' }), render(chart)]
  await expect(asked[0]).rejects.toThrow('the drawing process ended with SIGABRT')
  await expect(asked[1]).resolves.toEqual(new Uint8Array([7]))
})

test('a drawing process that hangs is ended, and the next chart has a new one', async () => {
  const file = script(`
    process.on('message', ({ title }) => {
      if (title !== 'endless') process.send({ outcome: 'drawn', png: new Uint8Array([7]) })
    })`)
  const render = createChartRenderer({ file, ...limits, drawMsMax: 5000 })
  await expect(render({ ...chart, title: 'endless' })).rejects.toThrow('longer than 5 s')
  await expect(render(chart)).resolves.toEqual(new Uint8Array([7]))
})

test('a drawing process that is not there is an error', async () => {
  const render = createChartRenderer({ file: join(folder, 'none.mjs'), ...limits })
  await expect(render(chart)).rejects.toThrow(ChartNotDrawnError)
})

test('an idle drawing process ends, and is started again when needed', async () => {
  const file = script(
    `process.on('message', () => process.send({ outcome: 'drawn', png: new TextEncoder().encode(String(process.pid)) }))`,
  )
  const render = createChartRenderer({ file, ...limits, idleMsMax: 1 })
  const pidOf = async (): Promise<string> => new TextDecoder().decode(await render(chart))
  const first = await pidOf()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await pidOf()).not.toBe(first)
})

test('the drawing process knows none of the secrets around it', async () => {
  process.env['CHART_TEST_SECRET'] = 'hidden'
  const file = script(
    `process.on('message', () => process.send({ outcome: 'failed', detail: JSON.stringify(process.env) }))`,
  )
  const told = await createChartRenderer({ file, ...limits })(chart).catch(String)
  delete process.env['CHART_TEST_SECRET']
  expect(told).toContain('NODE_ENV')
  expect(told).not.toContain('hidden')
})
