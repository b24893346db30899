import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createDispatch } from '../../bots/dispatch.ts'
import { ann, cardIn, textOf } from '../../test/desk.ts'
import { readTickerDump } from '../exchanges/ticker-dump.ts'
import { allCommands } from './all-commands.ts'

const recording = join(import.meta.dirname, '../../../shared/data/tickers-20221122T0051Z')

const scan = (...words: string[]) =>
  createDispatch({
    commands: allCommands,
    desk: undefined,
    readTickerDump,
    now: () => new Date(),
    reportBug: (error) => {
      throw error
    },
  })({ actor: ann, command: 'scan', arguments: words })

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scan-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}
const rows = (tickers: Record<string, readonly [bid: number, ask: number]>) =>
  JSON.stringify({
    tickers: Object.fromEntries(
      Object.entries(tickers).map(([symbol, [bid, ask]]) => [symbol, { bid, ask }]),
    ),
  })

test('cycles and pairs are counted at the fee given', async () => {
  const folder = await folderWith({
    'aa.json': rows({ 'B/A': [1, 1], 'C/B': [1, 1], 'C/A': [1.01, 1.01] }),
    'bb.json': rows({ 'C/A': [1.02, 1.03] }),
    'cc.json': rows({}),
  })
  expect(cardIn(await scan('--tickers', folder, '--fee', '0.001', '--raw')).json).toEqual({
    triangles: {
      aa: {
        symbols: 3,
        cycles: 2,
        gross_positive: 1,
        net_positive: 1,
        best: [
          {
            path: ['A', 'B', 'C'],
            gross: expect.closeTo(0.01),
            net: expect.closeTo(1.01 * 0.999 ** 3 - 1),
          },
          expect.anything(),
        ],
      },
      bb: { symbols: 1, cycles: 0, gross_positive: 0, net_positive: 0, best: [] },
      cc: { symbols: 0, cycles: 0, gross_positive: 0, net_positive: 0, best: [] },
    },
    cross: {
      symbols: 1,
      pairs: 2,
      gross_positive: 1,
      net_positive: 1,
      best: [
        {
          symbol: 'C/A',
          buy: 'aa',
          sell: 'bb',
          bid: 1.02,
          ask: 1.01,
          gross: expect.closeTo(1.02 / 1.01 - 1),
          net: expect.closeTo((1.02 * 0.999) / (1.01 * 1.001) - 1),
        },
        expect.anything(),
      ],
    },
    ms: { read: expect.any(Number), parse: expect.any(Number), detect: expect.any(Number) },
  })
})

test('a broken file is named and the rest is scanned', async () => {
  const folder = await folderWith({ 'aa.json': rows({ 'B/A': [1, 1] }), 'bad.json': '<html>' })
  const reply = await scan(folder, '--raw')
  expect(cardIn(reply).json).toMatchObject({ faults: [{ file: 'bad.json' }] })
  expect(textOf(reply)).toContain('Left out bad.json')
})

test('a folder in which no file can be read is one clear line, and no result', async () => {
  const both = await folderWith({ 'aa.json': '<html>', 'bad.json': '{}' })
  expect(await scan(both, '--raw')).toEqual({
    outcome: 'failed',
    message: expect.stringMatching(
      /^none of the 2 files of \S+ can be read: aa\.json: .*not valid JSON/,
    ),
  })
  const one = await folderWith({ 'aa.json': '[]' })
  expect(await scan(one)).toEqual({
    outcome: 'failed',
    message: `the one file of ${one} cannot be read: aa.json: it holds no "tickers" object`,
  })
})

test('a folder that cannot be read is one clear line', async () => {
  expect(await scan('/nowhere')).toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('cannot read the folder /nowhere'),
  })
})

test.skipIf(!existsSync(recording))(
  'the recording of 2022-11-22 gives the known figures (skipped where ../shared/data is absent)',
  async () => {
    const card = cardIn(await scan('--tickers', recording, '--raw', '--venues', 'binance,kucoin'))
    expect(card.json).toMatchObject({
      triangles: {
        binance: { cycles: 5082, gross_positive: 40, net_positive: 0 },
        kucoin: { cycles: 1314, gross_positive: 33, net_positive: 13 },
      },
    })
    const filtered = cardIn(await scan('--tickers', recording, '--venues', 'binance,kucoin'))
    const { why_not } = filtered.json as { why_not: Record<string, number> }
    expect(Object.keys(why_not).length).toBeGreaterThan(3)
  },
)
