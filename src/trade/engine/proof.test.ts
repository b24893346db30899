// What proves that an order which nobody finds is dead, and what proves nothing.
import { expect, test } from 'vitest'
import { testMarket } from '../../../test/market.ts'
import type { Proof } from './execution.ts'
import {
  isEndedUnseen,
  isNeverAccepted,
  proofFor,
  proofOfEnd,
  withAbsence,
  withoutProof,
  withProof,
} from './proof.ts'

const at = (seconds: number) => new Date(1_000_000 + seconds * 1000)
const market = testMarket('SOL/USDT')
const none = { absentAt: [], notOpenAt: undefined, noFillAt: undefined, balancedAt: undefined }
const fresh: Proof = { deadAt: at(0), ...none }

test('a request is dead five seconds after its venue says it could no longer arrive', () => {
  const leg = { market, notAfter: at(0) }
  expect(proofFor({ requestLifeMs: { kucoin: 3_000 } }, leg)).toEqual({ deadAt: at(8), ...none })
  expect(proofFor({ requestLifeMs: { okx: 3_000 } }, leg)).toBeUndefined()
  expect(
    proofFor({ requestLifeMs: { kucoin: 3_000 } }, { market, notAfter: undefined }),
  ).toBeUndefined()
  expect(proofOfEnd(at(0))).toEqual({ deadAt: at(15), ...none })
})

test('"not found" counts from when the request is dead on, and five seconds apart', () => {
  expect(withAbsence(undefined, at(9))).toBeUndefined()
  expect(withAbsence(fresh, at(-0.001))).toBe(fresh)
  const once = withAbsence(fresh, at(0))
  expect(once).toEqual({ ...fresh, absentAt: [at(0)] })
  expect(withAbsence(once, at(4.999))).toBe(once)
  expect(withAbsence(once, at(5))).toEqual({ ...fresh, absentAt: [at(0), at(5)] })
})

test('a single proof counts from then on too, and a look that says otherwise takes it back at any time', () => {
  for (const name of ['notOpenAt', 'noFillAt', 'balancedAt'] as const) {
    expect(withProof(undefined, name, at(1), true)).toBeUndefined()
    expect(withProof(fresh, name, at(-1), true)).toBe(fresh)
    const proved = withProof(fresh, name, at(0), true)
    expect(proved).toEqual({ ...fresh, [name]: at(0) })
    expect(withProof(proved, name, at(-1), false)).toEqual(fresh)
  }
})

test('whatever was proved of an order that is found after all is forgotten', () => {
  const proved = { ...fresh, absentAt: [at(0), at(5)], notOpenAt: at(1), noFillAt: at(1) }
  expect(withoutProof(proved)).toEqual(fresh)
  expect(withoutProof(undefined)).toBeUndefined()
})

test('never accepted takes all of it; ended unseen all but the balance', () => {
  const all: Proof = {
    deadAt: at(0),
    absentAt: [at(0), at(5)],
    notOpenAt: at(1),
    noFillAt: at(1),
    balancedAt: at(1),
  }
  expect([isNeverAccepted(all), isEndedUnseen(all)]).toEqual([true, true])
  const unbalanced = { ...all, balancedAt: undefined }
  expect([isNeverAccepted(unbalanced), isEndedUnseen(unbalanced)]).toEqual([false, true])
  const lacking = [
    { ...all, absentAt: [at(0)] },
    { ...all, notOpenAt: undefined },
    { ...all, noFillAt: undefined },
    undefined,
  ]
  for (const proof of lacking)
    expect([isNeverAccepted(proof), isEndedUnseen(proof)]).toEqual([false, false])
})
