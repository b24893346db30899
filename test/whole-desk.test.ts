// The whole desk, from the command a person types to its last word, judged against what was planted.
// TEST_DESK_SEED=<text> plants another market, and TEST_DESK_SECONDS=<n> runs for longer, by hand.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { format, parseDecimal } from '../src/money.ts'
import { judge, readTruth } from './judge.ts'
import { discardHome, makeClosedHome, npmStart, processesOf, type NpmDesk } from './npm-desk.ts'
import { settledIn, toldOf, type Told } from './told.ts'

const seconds = Number(process.env['TEST_DESK_SECONDS'] ?? 45)
const seed = process.env['TEST_DESK_SEED']
const firstCardMsMax = 60_000

let home: string
let desk: NpmDesk
let code: Awaited<NpmDesk['ended']>
let told: readonly Told[]

beforeAll(
  async () => {
    home = makeClosedHome()
    desk = npmStart(home, {
      args: ['--for', `${seconds}s`, '--json', '--set', 'approval.mode=auto'],
      env: seed === undefined ? {} : { ARBDESK_SEED: seed },
    })
    code = await desk.ended
    told = desk.told()
  },
  (seconds + 90) * 1000,
)
afterAll(() => discardHome(home))

/** When the market was up, as the desk itself says. */
function upMs(): number {
  const up = toldOf(told, 'status').find(({ subject }) => subject === 'market')
  if (up === undefined) throw new Error(`the market never came up: ${desk.errors()}`)
  return Date.parse(up.at)
}

const chapterOf = (each: Told): string =>
  each.kind === 'approval' || each.kind === 'trade' ? `${each.kind} ${each.state}` : each.kind

test('it stops by itself with 0, and leaves no process behind', () => {
  expect(code, desk.errors()).toBe(0)
  expect(processesOf(home)).toEqual([])
})

test('nothing goes wrong, and nothing is said about it', () => {
  const complaints = desk
    .errors()
    .split('\n')
    .filter((line) => !line.includes('"level":"info"'))
  expect(complaints).toEqual([''])
  expect(toldOf(told, 'alert')).toEqual([])
})

test('its home is closed to others, so root is told once where the database went', () => {
  const lines = desk
    .errors()
    .match(/is closed to user postgres, so the embedded database lives in/g)
  expect(lines?.length ?? 0).toBe(process.getuid?.() === 0 ? 1 : 0)
})

test('standard output has one promised object a line: cards, trades, and the run in short', () => {
  expect(new Set(told.map(({ kind }) => kind))).toEqual(
    new Set(['status', 'opportunity', 'approval', 'trade']),
  )
  expect(told.at(-1)).toMatchObject({ kind: 'status', subject: 'summary' })
})

test('the first card comes within a minute of the start', () => {
  const first = told.find(({ kind }) => kind === 'opportunity' || kind === 'approval')
  const afterMs = Date.parse(first?.at ?? '') - desk.startedAtMs
  process.stderr.write(`first card ${(afterMs / 1000).toFixed(1)} s after npm start\n`)
  expect(afterMs).toBeLessThan(firstCardMsMax)
})

test('trades are settled that were offered, asked about and granted before', () => {
  const settled = settledIn(told)
  expect(settled.length).toBeGreaterThan(0)
  for (const trade of settled) {
    expect(trade.realised?.asset).toBe(trade.expected.asset)
    // A gap whose first trade came to nothing is asked about again, and told of once.
    const gap = toldOf(told, 'opportunity').find(({ route }) => route === trade.route)
    expect(Date.parse(gap?.at ?? '')).toBeLessThanOrEqual(Date.parse(trade.at))
    const story = told.filter(
      (each) =>
        (each.kind === 'approval' && each.id === trade.approval) ||
        (each.kind === 'trade' && each.id === trade.id),
    )
    expect(story.map(chapterOf)).toEqual([
      'approval asked',
      'approval granted',
      'trade executing',
      'trade settled',
    ])
  }
  expect(told.at(-1)).toMatchObject({ trades: { settled: settled.length } })
})

test('a settled profit is what its legs brought and took, to the last digit', () => {
  for (const trade of settledIn(told)) {
    const flows = new Map<string, bigint>()
    for (const { spent, received } of trade.legs)
      for (const [flow, sign] of [
        [spent, -1n],
        [received, 1n],
      ] as const)
        if (flow !== null)
          flows.set(flow.asset, (flows.get(flow.asset) ?? 0n) + sign * parseDecimal(flow.amount))
    const { asset } = trade.expected
    expect(format(flows.get(asset) ?? 0n)).toBe(trade.realised?.net)
    flows.delete(asset)
    const left = [...flows].filter(([, amount]) => amount !== 0n)
    expect(left.map(([of, amount]) => ({ asset: of, amount: format(amount) }))).toEqual(
      trade.residual,
    )
  }
})

test('every gap worth it is offered, and nothing else ever is', () => {
  const truth = readTruth(home)
  expect(new Set(truth.map(({ id }) => id)).size).toBe(truth.length)
  const offers = toldOf(told, 'opportunity')
  const fromMs = upMs()
  const verdict = judge(truth, offers, { fromMs, toMs: fromMs + seconds * 1000 })
  const { due, missed, falseOffers, recall, precision, delaysMs } = verdict
  const delays = Array.from(delaysMs, ([id, ms]) => `${id} ${(ms / 1000).toFixed(1)} s`)
  process.stderr.write(
    `seed ${seed ?? 'default'}, ${seconds} s: recall ${due.length - missed.length}/${due.length}, precision ${offers.length - falseOffers.length}/${offers.length}, offered after: ${delays.join(', ')}; ${settledIn(told).length} settled\n`,
  )
  expect(due.length).toBeGreaterThan(3)
  expect(falseOffers).toEqual([])
  expect(precision).toBe(1)
  expect(recall, JSON.stringify(missed)).toBeGreaterThanOrEqual(0.95)
})
