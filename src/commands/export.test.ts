import { afterAll, beforeAll, expect, test } from 'vitest'
import { ann, cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { cycleOpportunity } from '../../test/opportunities.ts'
import { makePastTrades } from '../../test/past-trades.ts'
import { readCsv } from '../../test/read-csv.ts'
import { seedDesk, seededRoute } from '../../test/seeded-desk.ts'
import { openDatabase } from '../database/connect.ts'
import { exportKinds } from '../history/export-store.ts'

const evil = `=cmd|' /C calc'!A0`
const minuteMs = 60_000

let empty: TestDesk
let desk: TestDesk
beforeAll(async () => {
  empty = await openTestDesk()
  desk = await openTestDesk()
  await seedDesk(desk.desk)
  const { runtime } = desk
  await makePastTrades(runtime.config.databaseUrl?.reveal() ?? '', runtime, [
    { net: '1.5', endedAt: new Date(), residual: { BTC: '0.0001', [evil]: '2' } },
    { net: '-0.25', endedAt: new Date(), opportunity: cycleOpportunity({ route: evil }) },
  ])
  await runtime.audit.record({
    surface: 'telegram',
    account: '-100123',
    person: evil,
    role: 'admin',
    chat: undefined,
    action: 'approve',
    arguments: { approval: evil },
    outcome: 'answered',
    detail: `+ two\r\nlines, "quoted"`,
  })
})
afterAll(async () => {
  await empty.close()
  await desk.close()
})

const fileOf = async (line: string) => {
  const { file } = cardIn(await desk.say(line))
  if (file === undefined || typeof file.content !== 'string') throw new Error(`no file: ${line}`)
  return { name: file.name, rows: readCsv(file.content) }
}
const symbol = ' --symbol BTC/USDT'

test('a desk without rows says so and hands out no file', async () => {
  for (const kind of exportKinds) {
    const reply = await empty.say(`export ${kind}${kind === 'prices' ? symbol : ''}`)
    expect(textOf(reply), kind).toContain('None was recorded')
    expect(cardIn(reply).file, kind).toBeUndefined()
  }
})

test('every kind is handed out whole, a column for each name and a row for each thing', async () => {
  const counts: Record<string, number> = {}
  for (const kind of exportKinds) {
    const { name, rows } = await fileOf(`export ${kind}${kind === 'prices' ? symbol : ''}`)
    const [head = []] = rows
    expect(name).toMatch(new RegExp(`^arbdesk-${kind}-\\d{8}-\\d{8}\\.csv$`))
    for (const row of rows) expect(row, kind).toHaveLength(head.length)
    expect(new Set(head).size, kind).toBe(head.length)
    counts[kind] = rows.length - 1
  }
  expect(counts).toEqual({ trades: 2, fills: 5, opportunities: 4, gaps: 1, prices: 2, audit: 1 })
})

test('S24 hostile words are text in every file, and amounts are numbers with every digit', async () => {
  for (const kind of exportKinds) {
    const { rows } = await fileOf(`export ${kind}${kind === 'prices' ? symbol : ''}`)
    for (const cell of rows.flat())
      if (!/^-?\d+(\.\d+)?$/.test(cell)) expect(cell, kind).not.toMatch(/^[=+\-@\t\r\0]/)
  }
  const { rows } = await fileOf('export trades')
  const [head = [], ...trades] = rows
  const column = (name: string) => trades.map((row) => row[head.indexOf(name)])
  expect(column('realised_net')).toEqual(['-0.25', '1.5'])
  expect(column('expected_net')).toEqual(['1.200000000000000001', '1.200000000000000001'])
  expect(column('route')).toEqual([`'${evil}`, seededRoute])
  expect(column('left_over')).toEqual(['', `0.0001 BTC; 2 ${evil}`])
  expect(column('answered_by')).toEqual(['auto', 'auto'])
  const audit = await fileOf('export audit')
  expect(audit.rows[1]?.slice(3)).toEqual([
    `'-100123`,
    `'${evil}`,
    'admin',
    '',
    'approve',
    `{"approval": "${evil}"}`,
    'answered',
    `'+ two\r\nlines, "quoted"`,
  ])
})

test('worths in USDT are handed out without the noise of doubles, and amounts with every digit', async () => {
  const { db, close } = openDatabase({
    url: desk.runtime.config.databaseUrl?.reveal() ?? '',
    name: 'test',
  })
  const worths = { notional_usdt: '401.61722519999995', realised_usdt: '16.189005235779998' }
  await db.updateTable('trades').set(worths).execute()
  await db
    .updateTable('opportunities')
    .set({ notional_usdt: worths.notional_usdt, net_usdt: '100.000000001' })
    .execute()
  await close()
  const told = async (kind: string, ...names: readonly string[]) => {
    const { rows } = await fileOf(`export ${kind}`)
    const [head = [], ...lines] = rows
    return new Set(lines.map((row) => names.map((name) => row[head.indexOf(name)]).join(' ')))
  }
  expect(await told('trades', 'notional_usdt', 'realised_usdt')).toEqual(
    new Set(['401.6172252 16.18900524']),
  )
  expect(await told('trades', 'expected_net')).toEqual(new Set(['1.200000000000000001']))
  expect(await told('opportunities', 'notional_usdt', 'net_usdt')).toEqual(
    new Set(['401.6172252 100']),
  )
})

test('a file holds what was asked for', async () => {
  const count = async (line: string) => (await fileOf(line)).rows.length - 1
  expect(await count('export trades --venue binance')).toBe(1)
  expect(await count('export fills --venue KUCOIN')).toBe(4)
  expect(await count('export opportunities --symbol eth')).toBe(2)
  expect(await count(`export trades --route "${seededRoute}"`)).toBe(1)
  expect(await count('export prices --symbol btc/usdt --venue kucoin')).toBe(1)
  expect(textOf(await desk.say('export trades --to 2020-01-01'))).toContain('None was recorded')
  for (const [line, message] of [
    ['export prices', 'export prices needs a symbol'],
    ['export gaps --venue kucoin', 'export gaps cannot be filtered by venue'],
    [
      'export trades --from 2025-01-02 --to 2025-01-01',
      'is no stretch of time; --from must be before --to',
    ],
  ])
    expect(await desk.say(line ?? '')).toMatchObject({
      outcome: 'bad-usage',
      message: expect.stringContaining(message ?? ''),
    })
})

test('the audit is for operators, and for the one who asked alone', async () => {
  expect(await desk.say('export audit', { ...ann, role: 'trader' })).toMatchObject({
    outcome: 'forbidden',
  })
  expect(cardIn(await desk.say('export audit')).isPrivate).toBe(true)
  expect(cardIn(await desk.say('export trades')).isPrivate).toBe(false)
})

test('with --json the file is in the document', async () => {
  const { json, file } = cardIn(await desk.say('export gaps'))
  expect(json).toMatchObject({ what: 'gaps', rows: 1, cut: false, file: file?.name })
  expect((json as { csv: string }).csv).toBe(file?.content)
})

test('a file of more than 8 MB is cut at a line, and says so', async () => {
  const now = Math.floor(Date.now() / minuteMs) * minuteMs
  const minutes = 2_000
  const rows = Array.from({ length: 100 * minutes }, (_, i) => ({
    venue: `venue-with-a-long-name-${i % 100}`,
    symbol: 'LONG/USDT',
    minute: new Date(now - Math.floor(i / 100) * minuteMs),
    bid: 80_000.123456,
    ask: 80_001.123456,
  }))
  await desk.runtime.history.addPrices(rows)
  const reply = await desk.say('export prices --symbol long/usdt')
  const { file, tone, title } = cardIn(reply)
  expect(tone).toBe('warning')
  expect(textOf(reply)).toContain('CUT: a file may have 8 MB, so it holds the newest')
  expect(file?.name).toMatch(/-cut\.csv$/)
  const bytes = Buffer.byteLength(String(file?.content))
  expect(bytes).toBeLessThanOrEqual(8 * 1024 * 1024)
  expect(bytes).toBeGreaterThan(8 * 1024 * 1024 - 200)
  const read = readCsv(String(file?.content))
  expect(title).toBe(`${(read.length - 1).toLocaleString('en-US')} rows of prices`)
  expect(new Set(read.slice(1).map((row) => `${row[1]} ${row[2]}`)).size).toBe(read.length - 1)
})
