import { expect, test } from 'vitest'
import { crossOpportunity } from '../test/opportunities.ts'
import { unlimited } from '../src/approval/authority.ts'
import type { Mandate } from '../src/approval/mandate.ts'
import type { ListedOperator } from '../src/approval/operator.ts'
import { mandateAnswer } from './mandate-answer.ts'

const now = new Date('2026-03-01T12:00:00Z')
const gap = crossOpportunity({ wallet: 'open', notionalUsdt: 100 })
const mandate: Mandate = {
  id: 'm1',
  route: gap.route,
  person: 'ann',
  by: 'discord:ann',
  capUsdt: 150,
  usedUsdt: 0,
  givenAt: now,
  expiresAt: new Date(now.getTime() + 60_000),
  revoked: undefined,
}
const ann: ListedOperator = {
  surface: 'discord',
  id: '1',
  name: 'ann',
  role: 'trader',
  from: 'chat',
}

const answerWith = (
  changes: Partial<Mandate> = {},
  { operators = [ann], two = 0, opportunity = gap } = {},
) =>
  mandateAnswer(opportunity, {
    people: {
      listMandates: async () => [{ ...mandate, ...changes }],
      listOperators: async () => operators,
      limitsOf: async () => unlimited,
    },
    twoPeopleUsdtMin: () => two,
    now: () => now,
  })

test('a mandate that covers the trade answers in the name of who gave it', async () => {
  expect(await answerWith()).toMatchObject({
    verdict: 'granted',
    by: 'mandate m1 of discord:ann',
    yes: { person: 'ann', people: 1, mandate: 'm1' },
  })
})

test('a person is asked where the mandate does not reach', async () => {
  expect(await answerWith({ usedUsdt: 51 })).toBeUndefined()
  expect(await answerWith({ expiresAt: now })).toBeUndefined()
  expect(await answerWith({ route: 'cross OTHER/USDT a>b' })).toBeUndefined()
  expect(await answerWith({ revoked: { at: now, by: 'discord:ann' } })).toBeUndefined()
})

test('E5 who lost the right to trade gives no mandate any more', async () => {
  expect(await answerWith({}, { operators: [] })).toBeUndefined()
  expect(await answerWith({}, { operators: [{ ...ann, role: 'viewer' }] })).toBeUndefined()
  expect(await answerWith({ by: 'terminal:ann' }, { operators: [] })).toBeDefined()
})

test('what takes two people, or a coin that may be stuck, is asked in spite of a mandate', async () => {
  expect(await answerWith({}, { two: 100 })).toBeUndefined()
  expect(await answerWith({}, { opportunity: { ...gap, wallet: 'unknown' } })).toBeUndefined()
})
