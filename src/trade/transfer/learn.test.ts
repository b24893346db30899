import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDecimal } from '../../money.ts'
import { learn, stateOf, transferTransitions, withdrawalOf } from './learn.ts'
import { sampleLeft, sampleOrder, sampleTransfer } from './sample-transfer.ts'
import { positionOf, transferEntries, type TransferPosition } from './transfer-money.ts'
import { nothingKnown, type Observation, type TransferFacts } from './transfer.ts'

const silence = { kind: 'answered', answer: { kind: 'silence', reason: 'no answer' } } as const
const yes = { kind: 'answered', answer: { kind: 'yes', withdrawalId: '77' } } as const
const no = { kind: 'answered', answer: { kind: 'no', reason: 'too little' } } as const
const seen = (
  status: 'pending' | 'done' | 'failed',
  more: { id?: string; by?: 'match' | 'client-id'; fee?: bigint } = {},
): Observation => ({
  kind: 'at-sender',
  withdrawal: { id: '77', by: 'client-id', txId: '0x1', fee: undefined, ...more, status },
})
const credited: Observation = {
  kind: 'at-receiver',
  deposit: { id: '9', amount: parseDecimal('100') },
}

const stateAfter = (...observed: readonly Observation[]) =>
  sampleTransfer([sampleLeft, ...observed]).state

test('the way of a transfer that goes well', () => {
  expect(stateOf(nothingKnown)).toBe('requested')
  expect(stateAfter()).toBe('sending')
  expect(stateAfter(yes)).toBe('in-transit')
  expect(stateAfter(yes, seen('done'))).toBe('in-transit')
  expect(stateAfter(yes, seen('done'), credited)).toBe('credited')
})

test('D3: what takes too long is stuck, what comes back is returned, and both may still arrive', () => {
  expect(stateAfter(yes, { kind: 'overdue' })).toBe('stuck')
  expect(stateAfter(yes, { kind: 'overdue' }, credited)).toBe('credited')
  expect(stateAfter(yes, seen('failed'))).toBe('returned')
  expect(stateAfter(yes, seen('failed'), credited)).toBe('credited')
})

test('D6: silence is unknown until the withdrawal is seen or a person says that it never left', () => {
  expect(stateAfter(silence)).toBe('unknown')
  expect(stateAfter(silence, { kind: 'overdue' })).toBe('unknown')
  expect(stateAfter(silence, seen('pending'))).toBe('in-transit')
  const absent = { kind: 'declared-absent', by: 'terminal:ann' } as const
  expect(stateAfter(silence, absent)).toBe('rejected')
  // They were wrong.
  expect(stateAfter(silence, absent, seen('pending'))).toBe('in-transit')
})

test('a definite no is no, unless the withdrawal is seen all the same', () => {
  expect(stateAfter(no)).toBe('rejected')
  expect(stateAfter(no, seen('pending'))).toBe('in-transit')
  expect(sampleTransfer([{ kind: 'refused', reason: 'it is off' }]).state).toBe('rejected')
})

test('the withdrawal that the venue named stands over one that only looks like it', () => {
  const alike = seen('failed', { id: '12', by: 'match' })
  expect(stateAfter(silence, alike)).toBe('returned')
  expect(withdrawalOf(sampleTransfer([sampleLeft, alike, yes, seen('pending')]).facts)?.id).toBe(
    '77',
  )
})

const amountText = fc.integer({ min: 90, max: 101 }).map(String)
const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc.constantFrom(silence, yes, no, { kind: 'overdue' } as const),
  fc.record({
    kind: fc.constant('at-sender' as const),
    withdrawal: fc.record({
      id: fc.constantFrom('77', '78', '12'),
      by: fc.constantFrom('match' as const, 'client-id' as const, 'answer' as const),
      status: fc.constantFrom('pending' as const, 'done' as const, 'failed' as const),
      txId: fc.constantFrom(undefined, '0x1', '0x2'),
      fee: fc.constantFrom(undefined, parseDecimal('1'), parseDecimal('1.5')),
    }),
  }),
  fc.record({
    kind: fc.constant('at-receiver' as const),
    deposit: fc.record({ id: fc.constantFrom('9', '10'), amount: amountText.map(parseDecimal) }),
  }),
  fc.record({
    kind: fc.constant('declared-absent' as const),
    by: fc.constantFrom('terminal:ann', 'discord:bob'),
  }),
)

const learnAll = (observed: readonly Observation[]) => observed.reduce(learn, nothingKnown)
const order = sampleOrder()

/** What every step of it wrote down, in sum. */
function written(observed: readonly Observation[]): TransferPosition {
  const sum = { atSender: 0n, inTransit: 0n, atReceiver: 0n, cost: 0n }
  let facts: TransferFacts = nothingKnown
  for (const [step, one] of observed.entries()) {
    const next = learn(facts, one)
    const lines = transferEntries(order, positionOf(order, facts), positionOf(order, next), step)
    expect(lines.reduce((total, { amount }) => total + amount, 0n)).toBe(0n)
    for (const { account, venue, amount } of lines)
      if (account === 'in-transit') sum.inTransit += amount
      else if (account === 'transfer-cost') sum.cost += amount
      else if (venue === order.from) sum.atSender += amount
      else sum.atReceiver += amount
    facts = next
  }
  return { ...sum, reserved: positionOf(order, facts).reserved }
}

test('D3: in whatever order and however often it is heard, the end and its money are the same', () => {
  fc.assert(
    fc.property(
      fc.array(observation, { maxLength: 8 }).chain((observed) =>
        fc.tuple(
          fc.constant(observed),
          fc.shuffledSubarray([...observed, ...observed], {
            minLength: observed.length * 2,
            maxLength: observed.length * 2,
          }),
        ),
      ),
      ([once, again]) => {
        const facts = learnAll([sampleLeft, ...once])
        expect(learnAll([...again, sampleLeft])).toEqual(facts)
        expect(learnAll([sampleLeft, ...again])).toEqual(facts)
        expect(written([sampleLeft, ...again])).toEqual(positionOf(order, facts))
      },
    ),
    { numRuns: 500 },
  )
})

test('no observation takes a way that is not on the list, and nothing is in two places', () => {
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 10 }), (observed) => {
      let facts = learn(nothingKnown, sampleLeft)
      for (const one of observed) {
        const was = stateOf(facts)
        facts = learn(facts, one)
        const state = stateOf(facts)
        if (state !== was) expect(transferTransitions[was]).toContain(state)
        const { reserved, atSender, inTransit, atReceiver, cost } = positionOf(order, facts)
        expect(atSender + inTransit + atReceiver + cost).toBe(0n)
        // D1: set aside or gone, never both, and free neither time.
        expect(reserved === 0n || atSender === 0n).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})
