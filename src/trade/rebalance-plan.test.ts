import fc from 'fast-check'
import { expect, test } from 'vitest'
import { baseAmount, format, parseDecimal, quoteAmount, toNumber } from '../money.ts'
import { outsideOf } from './inventory-band.ts'
import { breakEvenTrades, planRebalance } from './rebalance-plan.ts'
import { balanceKey, balancesAfter, balancesOf } from './rebalance-steps.ts'
import type { RebalanceInput, RebalanceStep } from './rebalance.ts'
import { conversion, holding, link, passage, sampleInput } from './sample-rebalance.ts'

const values = { USDT: 1, BTC: 100_000, XRP: 2 }
const fees = { USDT: '1', BTC: '0.0005', XRP: '0.1' }

const textOf = (step: RebalanceStep): string =>
  step.kind === 'convert'
    ? `${step.side} ${step.symbol} on ${step.venue}: ${format(step.spent.amount)} for ${format(step.received.amount)}`
    : `send ${format(step.sent)} ${step.link.asset} ${step.link.from}>${step.link.to}: ${format(step.received)}`

const textsOf = (input: RebalanceInput) => planRebalance(input).steps.map(textOf)

test('a coin that lies on one venue only is sent, up to its target, for a flat fee', () => {
  const input = sampleInput(
    [holding('a', 'XRP', '10000'), holding('b', 'XRP', '0')],
    { USDT: 1, XRP: 2 },
    fees,
  )
  const plan = planRebalance(input)
  expect(plan.steps.map(textOf)).toEqual(['send 5000.1 XRP a>b: 5000'])
  expect(plan).toMatchObject({ costUsdt: 0.2, minutes: 10, left: [], isProved: true })
  expect(plan.outsideBeforeUsdt).toBe(16_000)
})

test('two venues that lack what the other has too much of trade instead of sending', () => {
  const input = sampleInput(
    [
      holding('a', 'XRP', '1000'),
      holding('b', 'XRP', '0'),
      holding('a', 'USDT', '0'),
      holding('b', 'USDT', '2000'),
    ],
    values,
    // Both coins cost 20 to send; 800 converted on both sides costs less than 2.
    { XRP: '10', USDT: '20' },
  )
  const { steps, costUsdt, minutes, left } = planRebalance(input)
  expect(steps.map(({ kind }) => kind)).toEqual(['convert', 'convert'])
  expect(steps.map((step) => step.kind === 'convert' && [step.venue, step.side])).toEqual([
    ['a', 'sell'],
    ['b', 'buy'],
  ])
  expect(costUsdt).toBeLessThan(4)
  expect(minutes).toBe(0)
  expect(left).toEqual([])
})

test('a cheap coin carries the worth of a dear one, bought here and sold there', () => {
  const input = sampleInput(
    [
      holding('a', 'BTC', '0.02'),
      holding('b', 'BTC', '0'),
      holding('a', 'USDT', '500'),
      holding('b', 'USDT', '500'),
    ],
    values,
    // Sending BTC or USDT costs 30, XRP next to nothing.
    { BTC: '0.0003', USDT: '30', XRP: '0.1' },
  )
  const { steps, costUsdt, left } = planRebalance(input)
  expect(steps.map((step) => (step.kind === 'transfer' ? step.link.asset : step.symbol))).toEqual([
    'BTC/USDT',
    'XRP/USDT',
    'XRP',
    'XRP/USDT',
    'BTC/USDT',
  ])
  expect(costUsdt).toBeLessThan(10)
  expect(left).toEqual([])
})

test('between ways of one price the direct and the quick one is taken', () => {
  const holdings = [
    holding('a', 'XRP', '9000'),
    holding('b', 'XRP', '0'),
    holding('c', 'XRP', '0'),
    holding('d', 'XRP', '0'),
  ]
  const slow = { network: 'SLOW', arrival: { minutes: 90, source: 'venue' } } as const
  const input = sampleInput(holdings, { USDT: 1, XRP: 2 }, fees)
  const { steps, minutes } = planRebalance({
    ...input,
    passages: input.passages.map((way) => ({
      ...way,
      links: [...way.links.map((one) => ({ ...one, ...slow })), ...way.links],
    })),
  })
  const ways = steps.flatMap((step) =>
    step.kind === 'transfer' ? [`${step.link.from}>${step.link.to}`] : [],
  )
  expect(ways.toSorted()).toEqual(['a>b', 'a>c', 'a>d'])
  expect(minutes).toBe(10)
})

test('what stays outside its band is told with what stands in the way', () => {
  const holdings = [holding('a', 'XRP', '10000'), holding('b', 'XRP', '0')]
  const reasons = (changes: Partial<RebalanceInput>) => {
    const { steps, left } = planRebalance(
      sampleInput(holdings, { USDT: 1, XRP: 2 }, {}, { conversions: [], ...changes }),
    )
    expect(steps).toEqual([])
    return left.map(({ band, reason }) => `${band.venue}: ${reason}`)
  }
  const shut = { asset: 'XRP', from: 'a', to: 'b', links: [], obstacle: 'a has shut withdrawals' }
  expect(reasons({ passages: [shut] })).toEqual([
    'a: a has shut withdrawals',
    'b: a has shut withdrawals',
  ])
  const wide = link('XRP', 'a', 'b', '0.1', { min: parseDecimal('9000') })
  expect(reasons({ passages: [passage(wide)] })[1]).toBe('b: it is less than a withdrawal may be')
  expect(reasons({ passages: [passage(link('XRP', 'a', 'b', '900'))] })[1]).toBe(
    'b: it would cost more than 5 % of it',
  )
  expect(reasons({ passages: [] })).toEqual(['a: nothing leads there', 'b: nothing leads there'])
  expect(reasons({ valueUsdt: new Map() })).toEqual([
    'a: no venue has priced it',
    'b: no venue has priced it',
  ])
})

test('what open trades reserved is not moved', () => {
  const input = sampleInput(
    [holding('a', 'XRP', '10000', '9500'), holding('b', 'XRP', '0')],
    { USDT: 1, XRP: 2 },
    fees,
    { conversions: [] },
  )
  expect(textsOf(input)).toEqual(['send 500 XRP a>b: 499.9'])
})

test('a conversion keeps to lots, and there is none below the smallest order', () => {
  const swapped = (rules: Parameters<typeof conversion>[3]) => {
    const input = sampleInput(
      [
        holding('a', 'XRP', '1000'),
        holding('b', 'XRP', '0'),
        holding('a', 'USDT', '0'),
        holding('b', 'USDT', '2000'),
      ],
      { USDT: 1, XRP: 2 },
      {},
      { conversions: ['a', 'b'].map((venue) => conversion(venue, 'XRP', 2, rules)) },
    )
    return planRebalance(input).steps.map(
      (step) => step.kind === 'convert' && (step.side === 'sell' ? step.spent : step.received),
    )
  }
  // It aims at 410, a twentieth inside the band; the fee of a purchase is taken from what it brings.
  const [sold, bought] = swapped({ amountStep: baseAmount('25') })
  expect(sold).toEqual({ asset: 'XRP', amount: parseDecimal('400') })
  expect(bought).toEqual({ asset: 'XRP', amount: parseDecimal('399.6') })
  expect(swapped({ notionalMin: quoteAmount('1200') })).toEqual([])
})

test('an unknown wait makes the wait of the plan unknown', () => {
  const holdings = [holding('a', 'XRP', '10000'), holding('b', 'XRP', '0')]
  const slow = link('XRP', 'a', 'b', '0.1', { arrival: undefined })
  const input = sampleInput(holdings, { USDT: 1, XRP: 2 }, {}, { passages: [passage(slow)] })
  expect(planRebalance(input)).toMatchObject({ minutes: undefined, steps: [{ kind: 'transfer' }] })
})

test('a cost is paid for by so many trades of the average net, if they bring anything', () => {
  expect(breakEvenTrades(10, { trades: 20, usdt: 30 })).toBe(7)
  expect(breakEvenTrades(10, { trades: 20, usdt: -1 })).toBeUndefined()
  expect(breakEvenTrades(10, { trades: 0, usdt: 0 })).toBeUndefined()
})

const venues = ['a', 'b', 'c']
const worth = fc.constantFrom(0, 0, 40, 300, 1000, 2500)
const anyInput = fc
  .record({
    held: fc.array(fc.tuple(worth, fc.constantFrom(0, 0, 0.5, 1)), { minLength: 9, maxLength: 9 }),
    feeUsdt: fc.array(fc.constantFrom(0, 0.3, 1, 6), { minLength: 3, maxLength: 3 }),
    broken: fc.array(fc.boolean(), { minLength: 18, maxLength: 18 }),
    costPercentMax: fc.constantFrom(0.5, 5, 100),
    spread: fc.constantFrom(0, 0.0005, 0.02),
  })
  .map(({ held, feeUsdt, broken, costPercentMax, spread }) => {
    const coins = Object.entries(values)
    const holdings = coins.flatMap(([asset, value], c) =>
      venues.map((venue, v) => {
        const [usdt, reserved] = held[c * 3 + v] ?? [0, 0]
        return holding(venue, asset, String(usdt / value), String((usdt * reserved) / value))
      }),
    )
    const fee = Object.fromEntries(
      coins.map(([asset, value], c) => [asset, String((feeUsdt[c] ?? 0) / value)]),
    )
    const input = sampleInput(holdings, values, fee, { costPercentMax })
    return {
      ...input,
      passages: input.passages.filter((_, i) => broken[i] !== true),
      conversions: input.conversions.map(({ market }) =>
        conversion(market.venue, market.base, input.valueUsdt.get(market.base) ?? 0, { spread }),
      ),
    }
  })

const worthOf = (balances: ReadonlyMap<string, bigint>): number =>
  Array.from(balances, ([key, amount]) => {
    const asset = key.split(' ')[1] as keyof typeof values
    return toNumber(amount) * values[asset]
  }).reduce((sum, each) => sum + each, 0)

test('no plan moves what is not there, leaves a band that was kept, or costs more than its parts', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const plan = planRebalance(input)
      let balances = balancesOf(input)
      for (const step of plan.steps) {
        const before = balances
        balances = balancesAfter(balances, [step])
        for (const { venue, asset, reserved, amount, low } of input.bands) {
          const key = balanceKey(venue, asset)
          const held = balances.get(key) ?? 0n
          expect(held >= reserved, `${textOf(step)} leaves ${key} ${format(held)}`).toBe(true)
          if (held < (before.get(key) ?? 0n))
            expect(held >= (amount < low ? amount : low)).toBe(true)
        }
      }
      for (const band of input.bands) {
        const value = input.valueUsdt.get(band.asset) ?? 0
        const amount = balances.get(balanceKey(band.venue, band.asset)) ?? 0n
        const after = toNumber(outsideOf({ ...band, amount })) * value
        // Five USDT are dust.
        expect(after).toBeLessThanOrEqual(Math.max(5, toNumber(outsideOf(band)) * value))
        const isTold = plan.left.some((left) => left.band === band)
        expect(isTold, `${band.venue} ${band.asset} ${after}`).toBe(after >= 5)
      }
      const parts = plan.steps.reduce((sum, { costUsdt }) => sum + costUsdt, 0)
      expect(plan.costUsdt).toBe(parts)
      expect(worthOf(balancesOf(input)) - worthOf(balances)).toBeCloseTo(plan.costUsdt, 4)
      expect(plan.outsideAfterUsdt).toBeLessThanOrEqual(plan.outsideBeforeUsdt + 0.01)
    }),
    { numRuns: 200 },
  )
})
