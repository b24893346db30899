// The books of one venue's private side: whatever is sent and goes wrong, every balance is explained by
// prints, and what is held belongs to open orders.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { baseAmount, parseDecimal, price } from '../../money.ts'
import { createScriptedSource, scriptedMarket } from '../../../test/scripted-source.ts'
import type { Level } from '../market-source.ts'
import { openAccount, simulatorKey } from './account.ts'
import type { DeskFault } from './desk-faults.ts'
import { holdOf } from './order-fee.ts'
import { createSpotDesk, type SpotDesk } from './spot-desk.ts'
import { costOf, filledOf, remainingOf, type OrderWish } from './spot-order.ts'
import { venueHabits, type VenueHabits } from './venue-habits.ts'

const symbol = 'BTC/USDT'
const starting = { USDT: parseDecimal('10000'), BTC: parseDecimal('50'), KCS: parseDecimal('0.5') }

function openDesk(habits: VenueHabits) {
  const market = scriptedMarket(symbol, { takerFee: 0.0015 })
  const source = createScriptedSource({ venue: [market, scriptedMarket('KCS/USDT')] })
  const venue = source.venues[0]
  if (venue === undefined) throw new Error('no venue')
  const account = openAccount('venue', { ...simulatorKey, paysInOwnCoin: true }, starting)
  let nowMs = 1_700_000_000_000
  const desk = createSpotDesk({ venue, habits, accounts: [account], now: () => (nowMs += 1) })
  const wish = (change: Partial<OrderWish>): OrderWish => ({
    market,
    side: 'buy',
    price: price('101'),
    amount: baseAmount('1'),
    timeInForce: 'IOC',
    clientId: '',
    ...change,
  })
  return { desk, account, source, wish }
}

/** What every asset must be, from the declared start and the prints alone. */
function explained(desk: SpotDesk): Map<string, bigint> {
  const sums = new Map<string, bigint>(Object.entries(starting))
  const add = (asset: string, amount: bigint) => sums.set(asset, (sums.get(asset) ?? 0n) + amount)
  for (const { prints, side, market } of desk.history())
    for (const print of prints) {
      const cost = costOf({ prints: [print], side })
      add(market.base, side === 'buy' ? print.amount : 0n - print.amount)
      add(market.quote, side === 'buy' ? 0n - cost : cost)
      add(print.fee.asset, -print.fee.amount)
    }
  return sums
}

const faults: readonly DeskFault[] = [
  { kind: 'overfill', bps: 500, times: 1 },
  { kind: 'split', prints: 3, times: 1 },
  { kind: 'worse-price', bps: 30, times: 1 },
  { kind: 'moved-price', bps: 80, times: 1 },
  { kind: 'fee-token', asset: 'ETH', rate: '0.0007' },
  { kind: 'same-trade-ids' },
]

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      price: fc.integer({ min: 960_000, max: 1_060_000 }),
      amount: fc.integer({ min: 10, max: 4000 }),
      timeInForce: fc.constantFrom('GTC' as const, 'IOC' as const, 'FOK' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(30) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      by: fc.integer({ min: -3, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('spoil' as const),
      fault: fc.constantFrom(...faults),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('heal' as const) }) },
)

type Desk = ReturnType<typeof openDesk>
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Puts another book in the place of the one that is shown. */
function move({ source }: Desk, by: number): void {
  const { bids, asks } = source.book('venue', symbol)
  const gone = (levels: readonly Level[]) => levels.map(([at]): Level => [at, 0])
  const middle = 100 + by
  const bid: Level = [middle - 0.5, 1 + Math.abs(by)]
  const ask: Level = [middle + 0.5, 2]
  source.change('venue', symbol, [...gone(bids), bid], [...gone(asks), ask, [middle + 1, 1]])
}

function act(open: Desk, one: Step): void {
  const { desk, account, wish } = open
  switch (one.kind) {
    case 'send': {
      const at = price(String(one.price / 10_000))
      const amount = baseAmount(String(one.amount / 1000))
      const { side, timeInForce } = one
      return void desk.place(account, wish({ side, price: at, amount, timeInForce }))
    }
    case 'cancel': {
      const order = desk.history()[one.which]
      return order && void desk.cancel(account, { id: order.id })
    }
    case 'move':
      return move(open, one.by)
    case 'spoil':
      return desk.misbehave(one.fault)
    case 'heal':
      return desk.heal()
  }
}

function checkBooks({ desk, account }: Desk, habits: VenueHabits): void {
  const sums = explained(desk)
  for (const { asset, free, held } of account.holdings.all())
    expect([asset, free + held]).toEqual([asset, sums.get(asset) ?? 0n])
  const open = desk.history().filter(({ state }) => state === 'open')
  for (const asset of ['USDT', 'BTC']) {
    const due = open
      .map((order) => holdOf(habits, order, remainingOf(order)))
      .filter((hold) => hold.asset === asset)
      .reduce((sum, { amount }) => sum + amount, 0n)
    // Each part of a hold is rounded up as it is given back.
    const off = account.holdings.of(asset).held - due
    expect(off <= 0n && off > -1000n).toBe(true)
  }
  for (const { amount, prints, state } of desk.history())
    if (state === 'filled') expect(filledOf({ prints })).toBeGreaterThanOrEqual(amount)
}

test.each(venueHabits.map((habits) => [habits.venue, habits] as const))(
  '%s: balances are the start and the prints, and holds are those of open orders',
  (_, habits) => {
    const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const open = openDesk(habits)
      for (const one of steps) act(open, one)
      checkBooks(open, habits)
      open.desk.close()
    })
    expect(() => fc.assert(property, { numRuns: 150 })).not.toThrow()
  },
)

test('the same quantity is not sold twice', () => {
  const { desk, account, wish } = openDesk(venueHabits[1] as VenueHabits)
  const first = desk.place(account, wish({ amount: baseAmount('1.5') }))
  const second = desk.place(account, wish({ amount: baseAmount('1.5') }))
  const filled = [first, second].map((one) => one.outcome === 'accepted' && filledOf(one.order))
  expect(filled).toEqual([baseAmount('1.5'), baseAmount('0.5')])
  desk.close()
})
