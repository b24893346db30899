import { mkdtemp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { renderChart } from '../../src/charts/render-chart.ts'
import { sampleChart } from '../../src/charts/sample-charts.ts'
import type { Card } from '../../src/notification/card.ts'
import { createKeepFiles } from './keep-files.ts'

const card: Card = { title: 'x', tone: 'neutral', badges: [], json: {} }
const now = new Date('2025-11-20T12:04:05Z')

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'arbdesk-keep-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return home
}

test('a chart becomes a picture in the home, named after what it shows and when', async () => {
  const home = await newHome()
  const keep = createKeepFiles({ home, drawChart: renderChart })
  const chart = sampleChart('route-bars')
  expect(await keep({ ...card, chart }, now)).toEqual([
    `chart: ${home}/charts/best-routes-of-this-week-20251120-120405.png`,
  ])
  const [name = ''] = await readdir(join(home, 'charts'))
  const png = await readFile(join(home, 'charts', name))
  expect(png.subarray(1, 4).toString()).toBe('PNG')
})

test('a file is written for its owner alone, and cannot leave its folder', async () => {
  const home = await newHome()
  const keep = createKeepFiles({ home, drawChart: renderChart })
  const file = { name: '../../trades.csv', mediaType: 'text/csv', content: 'a,b\r\n' }
  expect(await keep({ ...card, file }, now)).toEqual([`file: ${home}/exports/trades.csv`])
  const { mode } = await stat(join(home, 'exports', 'trades.csv'))
  expect((mode & 0o777).toString(8)).toBe('600')
})

test('two hundred pictures stay', async () => {
  const home = await newHome()
  const folder = join(home, 'charts')
  await mkdir(folder)
  for (let n = 0; n < 205; n++)
    await writeFile(join(folder, `z-20240101-${String(n).padStart(6, '0')}.png`), '')
  const keep = createKeepFiles({ home, drawChart: () => Promise.resolve(new Uint8Array([1])) })
  await keep({ ...card, chart: sampleChart('book') }, now)
  const names = await readdir(folder)
  expect(names).toHaveLength(200)
  expect(names).toContain('btc-usdt-kucoin-binance-20251120-120405.png')
  expect(names).not.toContain('z-20240101-000005.png')
})

test('what cannot be drawn or written is said in a line, and the answer stands', async () => {
  const keep = createKeepFiles({
    home: import.meta.filename,
    drawChart: () => Promise.reject(new Error('The chart was not drawn: 32 others are waiting')),
  })
  const file = { name: 'a.csv', mediaType: 'text/csv', content: '' }
  expect(await keep({ ...card, file, chart: sampleChart('book') }, now)).toEqual([
    expect.stringMatching(/^There is no file: ENOTDIR/),
    'There is no chart: The chart was not drawn: 32 others are waiting',
  ])
  expect(await keep(card, now)).toEqual([])
})
