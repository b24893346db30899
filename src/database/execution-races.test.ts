import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { plannedFill, type DrivenExecution } from '../../test/driven-execution.ts'
import { entriesOfLeg } from '../../test/executions.ts'
import { fillStep, openMoneyBench, sendAll, type MoneyBench } from '../../test/money-bench.ts'
import { crossOpportunity, cycleOpportunity } from '../../test/opportunities.ts'
import { parseDecimal } from '../money.ts'
import type { Execution } from '../trade/engine/execution.ts'
import type { Commit, ExecutionStore } from '../trade/engine/execution-store.ts'

let bench: MoneyBench
beforeAll(async () => {
  bench = await openMoneyBench()
})
afterAll(() => bench.close())
beforeEach(() => bench.forget())

const at = new Date()

test('a fill that is committed twenty times at once is booked once', async () => {
  await bench.declare({ 'kucoin USDT': '1000', 'binance BTC': '1' })
  const driven = await bench.begun(crossOpportunity())
  const [leg, other] = driven.current().legs
  if (leg === undefined || other === undefined) throw new Error('a cross has two legs')
  const fills = [plannedFill(driven.current(), 0, at)]
  const booking = driven.next({ legs: [{ ...leg, state: 'filled', fills }, other] })
  const committed = await Promise.all(
    Array.from({ length: 20 }, (_, i) => bench.stores[i % 2 === 0 ? 0 : 1].commit(booking)),
  )
  const times = (outcome: string) => committed.filter((one) => one.outcome === outcome).length
  expect([times('committed'), times('lost')]).toEqual([1, 19])
  expect(await bench.balances()).toMatchObject({
    'kucoin USDT': ['899.999848484212450611', '0'],
    'kucoin BTC': ['0', '0.001233333322233333'],
  })
})

test('forty executions that set the same accounts aside in either order take no more than there is', async () => {
  // Enough USDT for 15 of them and enough BTC for 17.
  await bench.declare({ 'kucoin USDT': '1500.1', 'binance BTC': '0.021' })
  const all: DrivenExecution[] = []
  for (let i = 0; i < 40; i++)
    all.push(await bench.planned(crossOpportunity({ route: `cross ${i}` }), bench.stores[i % 2]))
  const results = await Promise.allSettled(
    all.map(async (driven, i) => {
      const { plan } = driven.current()
      // What is set aside follows the plan, so this is the order in which it is asked for.
      await driven.go({ plan: i % 2 === 0 ? plan : plan.toReversed() })
      await sendAll(driven)
    }),
  )
  const refusals = results.flatMap((one) =>
    one.status === 'rejected' ? [(one.reason as Error).message] : [],
  )
  expect(refusals).toHaveLength(25)
  expect(new Set(refusals)).toEqual(
    new Set([JSON.stringify({ outcome: 'short', venue: 'kucoin', asset: 'USDT' })]),
  )
  expect(await bench.isHeldBySomebody()).toBe(true)
  const [bitcoin, dollars] = await bench.trades.balances()
  expect([bitcoin?.free, dollars?.free].every((free) => free !== undefined && free >= 0n)).toBe(
    true,
  )
})

/** As when a worker that stood still wakes up beside its successor: every commit is made twice at once. */
const doubled = ([one, two]: MoneyBench['stores']): ExecutionStore => ({
  ...one,
  async commit(commit: Commit) {
    const both = await Promise.allSettled([one.commit(commit), two.commit(commit)])
    const refused = both.find((each) => each.status === 'rejected')
    if (refused !== undefined) throw refused.reason as Error
    const answers = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    const committed = answers.filter(({ outcome }) => outcome === 'committed')
    expect(committed.length).toBeLessThanOrEqual(1)
    const [answer] = [...committed, ...answers]
    if (answer === undefined) throw new Error('nobody answered')
    return answer
  },
})

type Step = 'begin' | 'fill 0' | 'fill 1' | 'fill 2' | 'end'

async function take(driven: DrivenExecution, step: Step): Promise<void> {
  const { state, legs } = driven.current()
  if (step === 'begin') {
    if (legs.length > 0) return
    await sendAll(driven)
    return driven.acknowledge()
  }
  if (step === 'end')
    return state === 'legs' ? driven.enter('settling', 'done') : driven.enter('settling')
  const leg = legs.find((one) => `fill ${one.step}` === step)
  if (leg !== undefined && leg.fills.length === 0) await fillStep(driven, leg.step)
}

/** For want of money, or out of its turn: that may leave no trace. */
function expectRefusal(error: unknown): void {
  expect(String(error)).toMatch(/"outcome":"short"|may not go from/)
}

/** What its fills moved, on each account of ours. */
const movedBy = (execution: Execution) =>
  execution.legs
    .flatMap((leg) => entriesOfLeg(execution, leg))
    .flatMap(({ account, asset, amount }) =>
      account.type === 'venue' ? [[`${account.venue} ${asset}`, amount] as const] : [],
    )

test('G8 whatever happens to trades, and however often it is said, no money appears or gets lost', async () => {
  const declared = { 'kucoin USDT': '250', 'kucoin BTC': '0.001', 'binance BTC': '0.002' }
  const step = fc.constantFrom<Step>('begin', 'begin', 'fill 0', 'fill 1', 'fill 2', 'end')
  const scripts = fc.array(fc.array(step, { maxLength: 7 }), { minLength: 4, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(scripts, async (script) => {
      await bench.forget()
      await bench.declare(declared)
      const store = doubled(bench.stores)
      const all = await Promise.all(
        script.map((_, i) =>
          bench.planned(
            i % 2 === 0
              ? crossOpportunity({ route: `cross ${i}` })
              : cycleOpportunity({ route: `cycle ${i}` }),
            store,
          ),
        ),
      )
      const ended = await Promise.allSettled(
        script.map(async (steps, i) => {
          const driven = all[i] as DrivenExecution
          for (const one of steps) await take(driven, one).catch(expectRefusal)
        }),
      )
      expect(ended.filter(({ status }) => status === 'rejected')).toEqual([])
      const expected = new Map(
        Object.entries(declared).map(([place, free]) => [place, parseDecimal(free)]),
      )
      for (const [place, amount] of all.flatMap((driven) => movedBy(driven.current())))
        expected.set(place, (expected.get(place) ?? 0n) + amount)
      const found = (await bench.trades.balances()).map(
        ({ venue, asset, free, reserved }) => [`${venue} ${asset}`, free + reserved] as const,
      )
      for (const [place, total] of found)
        expect([place, total]).toEqual([place, expected.get(place) ?? 0n])
      expect(await bench.isHeldBySomebody()).toBe(true)
      expect(await bench.trades.unexplained()).toEqual([])
    }),
    { numRuns: 15 },
  )
}, 120_000)
