import { expect, test } from 'vitest'
import fc from 'fast-check'
import { parseDecimal } from '../../money.ts'
import {
  flowsThatExplain,
  isAlarming,
  judgeDifference,
  withheldOf,
  type AssetFacts,
  type Flow,
  type Policy,
} from './difference.ts'

const now = new Date('2026-03-01T12:00:00Z')
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000)
const facts = (changes: Partial<AssetFacts> = {}): AssetFacts => ({
  asset: 'BTC',
  ours: parseDecimal('2'),
  there: parseDecimal('2'),
  isInFlight: false,
  isUnbooked: false,
  flows: [],
  before: undefined,
  usdtEach: 50_000,
  ...changes,
})
const policy: Policy = { adopts: false, toleranceUsdt: 1, acceptedAt: undefined, now }
const judge = (changes: Partial<AssetFacts>, more: Partial<Policy> = {}) =>
  judgeDifference(facts(changes), { ...policy, ...more })
const seen = (amount: string, sightings = 1) => ({
  asset: 'BTC',
  amount: parseDecimal(amount),
  sightings,
  since: before(60),
})
const flow = (amount: string, key = amount): Flow => ({
  kind: 'deposit',
  key,
  asset: 'BTC',
  amount: parseDecimal(amount),
  at: before(30),
})
const less = parseDecimal('1.5')

test('what is the same, or differs by a rounding, is even', () => {
  expect(judge({})).toEqual({ kind: 'even' })
  expect(judge({ there: parseDecimal('2.000000009') })).toEqual({ kind: 'even' })
  expect(judge({ ours: 0n, there: undefined })).toEqual({ kind: 'even' })
})

test('while an order of ours may move it, and while a fill is not booked, nothing is judged', () => {
  expect(judge({ there: less, isInFlight: true, before: seen('-0.5', 9) }).kind).toBe('in-flight')
  expect(judge({ there: less, isUnbooked: true, before: seen('-0.5', 4) }).kind).toBe('unbooked')
  // The engine has had its time.
  expect(judge({ there: less, isUnbooked: true, before: seen('-0.5', 5) }).kind).toBe('unexplained')
})

test('what nobody explains alarms the second time in a row, also when it has grown', () => {
  const first = judge({ there: less })
  expect([first.kind, isAlarming(first)]).toEqual(['unexplained', false])
  const second = judge({ there: less, before: seen('-0.4') })
  expect(second).toMatchObject({ sighting: { sightings: 2, since: before(60) } })
  expect(isAlarming(second)).toBe(true)
  // A gain after a loss is another thing.
  expect(isAlarming(judge({ there: parseDecimal('3'), before: seen('-0.4') }))).toBe(false)
})

test('D1 what a list leaves out is believed the second time, and only at the first meeting at once', () => {
  expect(judge({ there: undefined }).kind).toBe('missing')
  expect(judge({ there: undefined, before: seen('-2') }).kind).toBe('unexplained')
  expect(judge({ there: undefined }, { adopts: true }).kind).toBe('external')
})

test('D2 D7 what came from outside is named by what is known of it', () => {
  const kindsOf = (changes: Partial<AssetFacts>, more: Partial<Policy> = {}) => {
    const verdict = judge(changes, more)
    return verdict.kind === 'external' ? verdict.flows.map(({ kind }) => kind) : verdict.kind
  }
  expect(kindsOf({ there: less, flows: [flow('-0.5'), flow('0.1')] })).toEqual(['deposit'])
  expect(kindsOf({ there: less, flows: [flow('0.1')] })).toBe('unexplained')
  expect(kindsOf({ there: parseDecimal('2.00001') })).toBe('unexplained')
  expect(kindsOf({ there: parseDecimal('2.00001'), before: seen('0.00001') })).toEqual(['small'])
  const unpriced = { usdtEach: undefined, before: seen('2') }
  expect(kindsOf({ ours: 0n, ...unpriced })).toEqual(['new-asset'])
  // Somebody's loss is never an airdrop, however little it seems to be worth.
  expect(kindsOf({ there: less, usdtEach: undefined, before: seen('-0.5') })).toBe('unexplained')
  expect(kindsOf({ there: less }, { adopts: true })).toEqual(['adopted'])
})

test('an operator’s word covers what was seen before it, and nothing later', () => {
  const there = { there: less, before: seen('-0.5', 2) }
  expect(judge(there, { acceptedAt: before(30) }).kind).toBe('external')
  expect(judge(there, { acceptedAt: before(90) }).kind).toBe('unexplained')
})

test('flows explain an amount when some of them add up to it', () => {
  const amounts = fc.array(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), {
    minLength: 1,
    maxLength: 8,
  })
  const isExplained = fc.property(amounts, fc.nat(), (parts, mask) => {
    const flows = parts.map((amount, n): Flow => ({ ...flow('1', String(n)), amount }))
    const sumOf = (some: readonly Flow[]) => some.reduce((sum, { amount }) => sum + amount, 0n)
    const some = flows.filter((_, bit) => (mask & (1 << bit)) !== 0)
    const found = flowsThatExplain(flows, sumOf(some))
    if (found === undefined) return some.length === 0
    const apart = sumOf(found) - sumOf(some)
    return apart <= 10n ** 10n && apart >= -(10n ** 10n)
  })
  expect(fc.check(isExplained).failed).toBe(false)
})

test('what the venue does not give out is withheld, and stays so while nothing can be judged', () => {
  const even = { kind: 'even' } as const
  expect(withheldOf(facts(), less, even)).toBe(parseDecimal('0.5'))
  expect(withheldOf(facts(), parseDecimal('2'), even)).toBe(0n)
  expect(withheldOf(facts(), less, { kind: 'in-flight' })).toBeUndefined()
  const gone = { kind: 'external', flows: [flow('-0.5')] } as const
  expect(withheldOf(facts(), less, gone)).toBe(0n)
})
