import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { readTickerDump } from './ticker-dump.ts'

const recording = join(import.meta.dirname, '../../../shared/data/tickers-20221122T0051Z')

async function folderWith(files: Record<string, string | Buffer>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ticker-dump-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

const oneRow = (symbol: string, row: object) => JSON.stringify({ tickers: { [symbol]: row } })

test('a plain file and a compressed file read alike', async () => {
  const body = oneRow('BTC/USDT', {
    bid: 100,
    ask: 101,
    bidVolume: 0,
    askVolume: 2,
    quoteVolume: 5,
    timestamp: 7,
  })
  const folder = await folderWith({ 'aa.json': body, 'bb.json.gz': gzipSync(body) })
  const dump = await readTickerDump(folder)
  const row = {
    symbol: 'BTC/USDT',
    base: 'BTC',
    quote: 'USDT',
    bid: 100,
    ask: 101,
    bidSize: 0,
    askSize: 2,
    quoteVolume: 5,
    venueTimeMs: 7,
  }
  expect(dump).toMatchObject({
    outcome: 'ok',
    faults: [],
    venues: [
      { venue: 'aa', tickers: [{ venue: 'aa', ...row }] },
      { venue: 'bb', tickers: [{ venue: 'bb', ...row }] },
    ],
  })
})

test('a broken file is named and the others are read', async () => {
  const folder = await folderWith({
    'cut.json.gz': gzipSync(oneRow('A/B', { bid: 1, ask: 2 })).subarray(0, 20),
    'good.json': oneRow('A/B', { bid: 1, ask: 2 }),
    'html.json': '<html>502</html>',
    'list.json': '[]',
    'rows.json': '{"tickers":[]}',
    'notes.txt': 'not a dump',
  })
  const dump = await readTickerDump(folder)
  if (dump.outcome !== 'ok') throw new Error(dump.detail)
  expect(dump.venues.map(({ venue }) => venue)).toEqual(['good'])
  expect(dump.faults.map(({ file }) => file)).toEqual([
    'cut.json.gz',
    'html.json',
    'list.json',
    'rows.json',
  ])
  for (const { reason } of dump.faults) expect(reason).toMatch(/\w/)
})

test('only spot rows with both prices count', async () => {
  const rows: Record<string, unknown> = {
    'BTC/USDT': { bid: 1, ask: 2 },
    'BTC/USDT:USDT': { bid: 1, ask: 2 },
    'BTC/BTC': { bid: 1, ask: 2 },
    BTCUSDT: { bid: 1, ask: 2 },
    'A B/USDT': { bid: 1, ask: 2 },
    'ZERO/USDT': { bid: 0, ask: 2 },
    'NEG/USDT': { bid: 1, ask: -2 },
    'TEXT/USDT': { bid: '1', ask: 2 },
    'NONE/USDT': { ask: 2 },
    'NULL/USDT': null,
    'CROSSED/USDT': { bid: 3, ask: 2 },
  }
  const folder = await folderWith({
    'x.json': JSON.stringify({ tickers: rows }).replace('"ask":-2', '"ask":1e999'),
  })
  const dump = await readTickerDump(folder)
  if (dump.outcome !== 'ok') throw new Error(dump.detail)
  expect(dump.venues[0]?.tickers.map(({ symbol }) => symbol)).toEqual(['BTC/USDT', 'CROSSED/USDT'])
})

test('a file without a usable row still has an entry', async () => {
  const folder = await folderWith({ 'empty.json': '{"tickers":{}}' })
  expect(await readTickerDump(folder)).toMatchObject({
    outcome: 'ok',
    venues: [{ venue: 'empty', tickers: [] }],
  })
})

test('only the venues asked for are read, and one that is missing is named', async () => {
  const body = oneRow('A/B', { bid: 1, ask: 2 })
  const folder = await folderWith({ 'a.json': body, 'b.json': body, 'b.json.gz': gzipSync(body) })
  const dump = await readTickerDump(folder, ['b', 'zz'])
  if (dump.outcome !== 'ok') throw new Error(dump.detail)
  expect(dump.venues.map(({ venue }) => venue)).toEqual(['b'])
  expect(dump.faults.map(({ file }) => file)).toEqual(['b.json.gz', 'zz.json'])
})

test('a folder that cannot be read, or holds nothing to read, is one clear line', async () => {
  const folder = await folderWith({})
  await mkdir(join(folder, 'sub'))
  for (const path of [join(folder, 'missing'), folder]) {
    const dump = await readTickerDump(path)
    expect(dump.outcome).toBe('unreadable')
    if (dump.outcome === 'unreadable') {
      expect(dump.detail).toContain(path)
      expect(dump.detail).not.toContain('\n')
    }
  }
})

test.skipIf(!existsSync(recording))(
  'the recording of 2022-11-22 reads whole (skipped where ../shared/data is absent)',
  async () => {
    const dump = await readTickerDump(recording)
    if (dump.outcome !== 'ok') throw new Error(dump.detail)
    expect(dump.faults).toEqual([])
    expect(dump.venues).toHaveLength(63)
    const rowsOf = (venue: string) =>
      dump.venues.find((entry) => entry.venue === venue)?.tickers.length ?? 0
    expect(rowsOf('binance')).toBeGreaterThan(1000)
    expect(rowsOf('kucoin')).toBeGreaterThan(1000)
    expect(rowsOf('coinbase')).toBe(0)
  },
)
