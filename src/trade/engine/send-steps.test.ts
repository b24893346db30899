// A transfer trade on simulated venues and wallets, one thing that goes wrong at a time.
import { expect, test } from 'vitest'
import { openBench, type BenchOptions } from '../../../test/simulation/engine-bench.ts'
import { parseDecimal } from '../../money.ts'
import { decide } from './decide.ts'
import { paperOnly } from './preflight.ts'
import { madeAt } from './sends.ts'

async function traded(options: Omit<BenchOptions, 'kind'>) {
  const bench = openBench({ ...options, kind: 'transfer' })
  bench.drive()
  await bench.finish()
  expect(bench.breaches()).toEqual([])
  return bench
}
type Bench = Awaited<ReturnType<typeof traded>>

const sendsOf = (bench: Bench) =>
  bench.execution().sends.map(({ id, state }) => `${id.slice(4)} ${state}`)
/** "x00 v1", in the order in which they were filled. */
const ordersOf = (bench: Bench) =>
  bench
    .execution()
    .legs.filter(({ fills }) => fills.length > 0)
    .map(({ role, market }) => `${role} on ${market.venue}`)
/** What it has left on each of its two venues. */
function leftOf(bench: Bench) {
  const execution = bench.execution()
  const [buy, sell] = execution.plan
  return [buy?.venue, sell?.venue].map((venue = '') =>
    ['SOL', 'USDT'].map((asset) => madeAt(execution, venue, asset)),
  )
}

test('it is bought, sent, sold and brought home, one after the other, and its venues are as before but for the profit', async () => {
  const bench = await traded({})
  expect(bench.execution().state).toBe('done')
  expect(ordersOf(bench)).toEqual(['primary on v1', 'primary on v2'])
  expect(sendsOf(bench)).toEqual(['o1 credited', 'b1 credited'])
  const [[coin], [there, money]] = leftOf(bench) as [bigint[], bigint[]]
  expect([coin, money]).toEqual([0n, 0n])
  // Less than a lot is left where it is sold.
  expect(there).toBeLessThan(parseDecimal('0.1'))
  const states = bench.floor.committed.map(({ state }) => state)
  expect(states.filter((state, n) => state !== states[n - 1])).toEqual([
    'preflight',
    'legs',
    'transit',
    'legs',
    'transit',
    'settling',
    'done',
  ])
})

test('D6 an answer that is lost is looked up, and nothing is sent again', async () => {
  const bench = await traded({ faults: { 'transfer answer lost': 2 } })
  expect(sendsOf(bench)).toEqual(['o1 credited', 'b1 credited'])
  expect(bench.execution().state).toBe('done')
})

test('D6 what nobody can find waits for a person, who finds that it never left; then the coin is sold where it is', async () => {
  const bench = await traded({ faults: { 'transfer never left': 1 } })
  expect(sendsOf(bench)).toEqual(['o1 rejected'])
  expect(ordersOf(bench)).toEqual(['primary on v1', 'unwind on v1'])
  expect(bench.execution().state).toBe('done')
})

test('D3 a coin that takes long, or comes back, is nowhere twice', async () => {
  const late = await traded({ faults: { 'transfer delayed': 1 } })
  expect(sendsOf(late)).toEqual(['o1 credited', 'b1 credited'])
  const back = await traded({ faults: { 'transfer returned': [1] } })
  expect(sendsOf(back)).toEqual(['o1 returned'])
  expect(ordersOf(back)).toEqual(['primary on v1', 'unwind on v1'])
})

test('a coin that arrives short is sold as far as it is there, and what is missing is a loss of the trade', async () => {
  const whole = await traded({})
  const short = await traded({ faults: { 'transfer short': 1 } })
  expect(sendsOf(short)).toEqual(['o1 credited', 'b1 credited'])
  const netOf = (bench: Bench) => (leftOf(bench)[0] as bigint[])[1] ?? 0n
  expect(netOf(short)).toBeLessThan(netOf(whole))
  expect((leftOf(short)[1] as bigint[])[1]).toBe(0n)
})

test('D4 what is refused its way is not sent again by itself: the coin is taken back', async () => {
  const bench = await traded({ faults: { 'transfer refused': [1] } })
  expect(sendsOf(bench)).toEqual(['o1 rejected'])
  expect(ordersOf(bench)).toEqual(['primary on v1', 'unwind on v1'])
})

test('money that is refused its way back is sent again under another name, three times at most, and then told', async () => {
  const again = await traded({ faults: { 'transfer refused': [2] } })
  expect(sendsOf(again)).toEqual(['o1 credited', 'b1 rejected', 'b2 credited'])
  expect(again.execution().state).toBe('done')
  const never = await traded({ faults: { 'transfer refused': [2, 3, 4] } })
  expect(sendsOf(never)).toEqual(['o1 credited', 'b1 rejected', 'b2 rejected', 'b3 rejected'])
  expect(never.execution().state).toBe('settled-with-diff')
  const told = [...never.floor.store.tables.alerts.values()].find(({ kind }) => kind === 'leftover')
  expect(told?.text).toMatch(/left .*[\d.]+ USDT on v2 in the inventory/)
})

test.each(['killed', 'frozen'] as const)(
  'G2 money waits on a desk that is %s, however long that takes, and uses up no try',
  async (mode) => {
    const bench = openBench({ kind: 'transfer' })
    bench.drive()
    while (bench.execution().sends.length < 2) await bench.run(50)
    bench.floor.store.press(mode)
    await bench.run(1_200_000)
    expect(sendsOf(bench)).toEqual(['o1 credited', 'b1 requested'])
    bench.floor.store.press('running')
    await bench.finish()
    expect(sendsOf(bench)).toEqual(['o1 credited', 'b1 credited'])
    expect(bench.execution().state).toBe('done')
    expect(bench.breaches()).toEqual([])
  },
)

test('a person whose coin was refused its way may have it sent once more', async () => {
  const bench = openBench({
    kind: 'transfer',
    faults: { 'transfer refused': [1], 'no quote': 1_000 },
    terms: { hedgeMsMax: 3_000 },
  })
  bench.drive()
  await bench.run(60_000)
  expect(bench.execution().state).toBe('exposed')
  bench.drive(0, { type: 'operator', choice: 'retry', by: 'ann' })
  await bench.run(60_000)
  expect(sendsOf(bench)).toEqual(['o1 rejected', 'o2 credited'])
  expect(bench.breaches()).toEqual([])
})

test('B1 of a buy that filled in part, so much is sent as pays for its networks; else it is taken back', async () => {
  const bench = await traded({ faults: { 'partial fill': [1] }, amount: '12.3' })
  // The venues show no gap here, so that sending a part on is worth less than selling it.
  expect(sendsOf(bench)).toEqual([])
  expect(ordersOf(bench)).toEqual(['primary on v1', 'unwind on v1'])
})

test('G10 S17 a live execution of the kind is over before anything leaves', () => {
  const bench = openBench({ kind: 'transfer' })
  const live = { ...bench.execution(), mode: 'live', state: 'preflight' } as const
  const preflight = { outcome: 'passed', plan: live.plan, markets: [], net: 0n, books: [] } as const
  const { execution, effects } = decide(
    live,
    { type: 'preflight', preflight: { ...preflight, flaky: [] }, requestLifeMs: {} },
    live.createdAt,
  )
  expect([execution.state, execution.reason]).toEqual(['aborted', paperOnly])
  expect(effects.map(({ type }) => type)).toEqual(['alert'])
})
