// What people are told that a way home costs, against what it then does cost.
import { expect, test } from 'vitest'
import { openBench, type BenchOptions } from '../../../test/simulation/engine-bench.ts'
import { rate, type Price } from '../../money.ts'
import type { SimulatedVenue } from '../../../test/simulation/simulated-venue.ts'
import { changesOf } from './balance.ts'
import type { Quote } from './event.ts'
import { openWorth, priceWay, type AskQuotes } from './way-home.ts'

type Bench = ReturnType<typeof openBench>

/** One order of the plan is refused, and a person is asked. */
async function asked(options: BenchOptions = {}): Promise<Bench> {
  const { terms, ...others } = options
  const bench = openBench({
    faults: { 'rejected funds': [2] },
    ...others,
    terms: { singleLeg: 'hold', ...terms },
  })
  bench.drive()
  await bench.run(8_000)
  expect(bench.execution().state).toBe('exposed')
  return bench
}

/** The venues' own tops, as the desk of the bench is told them; `change` spoils a quote. */
const quotesOf =
  ({ floor }: Bench, change: (quote: Quote) => Quote | undefined = (quote) => quote): AskQuotes =>
  (execution, asks) =>
    Promise.resolve(
      asks.flatMap(({ role, step, side }) => {
        const market = execution.legs.find((leg) => leg.step === step)?.market
        if (market === undefined) return []
        const best = (floor.venues.get(market.venue) as SimulatedVenue).top(market, side)
        const { venue, symbol } = market
        const book = { venue, symbol, ageMs: 5, synced: true, crossed: false }
        const quote = change({ role, step, side, market, average: best, worst: best, book })
        return quote === undefined ? [] : [quote]
      }),
    )

const netOf = (bench: Bench): bigint =>
  changesOf(bench.execution()).get(bench.execution().asset) ?? 0n

test.each(['reverse', 'proceed', 'hedge'] as const)(
  'B1 what a cross is told to end with by %s is what it ends with, as far as prices stand still',
  async (choice) => {
    const bench = await asked()
    const { exposedAt } = bench.execution()
    const { way, limits } = await priceWay(bench.execution(), choice, quotesOf(bench))
    if (way.outcome !== 'possible') throw new Error(way.why)
    expect(way.orders).toHaveLength(1)
    expect(limits).toHaveLength(1)
    bench.drive(0, {
      type: 'operator',
      choice,
      by: 'ann',
      limits,
      ...(exposedAt === undefined ? {} : { exposedAt }),
    })
    await bench.finish()
    expect(bench.execution().state).toBe('done')
    const apart = netOf(bench) - way.net
    // Prices walk in the meantime: never by as much as may slip.
    const slack = openWorth(await asked().then((one) => one.execution())) / 100n
    expect(apart < 0n ? -apart : apart).toBeLessThan(slack)
  },
)

test('B14 a cycle that broke off is priced all the way to the asset it began with', async () => {
  const bench = await asked({ kind: 'cycle' })
  const reverse = await priceWay(bench.execution(), 'reverse', quotesOf(bench))
  const proceed = await priceWay(bench.execution(), 'proceed', quotesOf(bench))
  expect(reverse.way).toMatchObject({ outcome: 'possible', orders: [{ side: 'sell' }] })
  expect(proceed.way).toMatchObject({ outcome: 'possible', orders: [{}, {}] })
  expect(proceed.limits.map(({ role, step }) => [role, step])).toEqual([
    ['hedge', 1],
    ['hedge', 2],
  ])
})

test('a book that is not fresh, or none, makes a way impossible and says which venue it is', async () => {
  const bench = await asked()
  const stale = quotesOf(bench, (quote) => ({ ...quote, book: { ...quote.book, ageMs: 60_000 } }))
  const none = quotesOf(bench, () => undefined)
  for (const quotes of [stale, none])
    expect((await priceWay(bench.execution(), 'reverse', quotes)).way).toMatchObject({
      outcome: 'impossible',
      why: expect.stringMatching(/shows no fresh book/),
    })
})

test('A13 a way that an account cannot pay for, or that a halted venue would not take, is none, and says why', async () => {
  const bench = await asked()
  const { plan } = bench.execution()
  const there = plan[1]?.venue
  const poor = quotesOf(bench, (quote) => ({
    ...quote,
    free: quote.market.venue === there ? 1n : 10n ** 30n,
  }))
  const { way } = await priceWay(bench.execution(), 'proceed', poor)
  expect(way).toMatchObject({
    outcome: 'impossible',
    why: expect.stringMatching(
      new RegExp(`^${there} has 0\\.000000000000000001 \\w+ free of the [\\d.]+ it takes$`),
    ),
  })
  // Whichever is cheaper, of those that can work.
  const hedge = await priceWay(bench.execution(), 'hedge', poor)
  const reverse = await priceWay(bench.execution(), 'reverse', poor)
  expect(hedge.way).toEqual({ ...reverse.way, choice: 'hedge' })
  const shut = quotesOf(bench, (quote) => ({ ...quote, shut: 'its key may not trade' }))
  expect((await priceWay(bench.execution(), 'reverse', shut)).way).toMatchObject({
    outcome: 'impossible',
    why: `${plan[0]?.venue} takes no orders: its key may not trade`,
  })
})

test('A13 an order further on spends what the ones before it bring', async () => {
  const bench = await asked({ kind: 'cycle' })
  const broke = quotesOf(bench, (quote) => ({
    ...quote,
    // What the first leg brought is there, and nothing of what comes in between.
    free: quote.step === 1 ? 10n ** 30n : 0n,
  }))
  expect((await priceWay(bench.execution(), 'proceed', broke)).way).toMatchObject({
    outcome: 'possible',
    orders: [{}, {}],
  })
})

test('B5 a price beyond the agreed slippage is priced, and marked as such', async () => {
  const bench = await asked({ terms: { slipMax: rate('0.01') } })
  const far = quotesOf(bench, (quote) => {
    const worse = (quote.side === 'sell' ? quote.average * 9n : quote.average * 11n) / 10n
    return { ...quote, average: worse as Price, worst: worse as Price }
  })
  const near = await priceWay(bench.execution(), 'reverse', quotesOf(bench))
  const { way } = await priceWay(bench.execution(), 'reverse', far)
  expect(near.way).toMatchObject({ outcome: 'possible', isBeyond: false })
  expect(way).toMatchObject({ outcome: 'possible', isBeyond: true })
  if (way.outcome !== 'possible' || near.way.outcome !== 'possible') throw new Error('not priced')
  expect(way.net).toBeLessThan(near.way.net)
})

test('pricing changes nothing of the execution', async () => {
  const bench = await asked()
  const before = structuredClone(bench.execution())
  await priceWay(bench.execution(), 'hedge', quotesOf(bench))
  expect(bench.execution()).toEqual(before)
})
