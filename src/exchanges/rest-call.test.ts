import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { RequestBudget } from '../market/request-budget.ts'
import { callRest, type RestCaller } from './rest-call.ts'

const callerWith = (take: RequestBudget['take']): RestCaller => ({
  venue: 'kucoin',
  budget: { take, penalise: async () => undefined },
  closing: new AbortController().signal,
  budgetWaitMsMax: 10,
})
const call = (take: RequestBudget['take']) =>
  callRest(callerWith(take), 1, 1000, async () => 'never asked')

test('a budget that stays spent for longer than the patience leaves the venue unasked', async () => {
  const spent = await call(async (_, __, signal) => {
    await sleep(20)
    signal?.throwIfAborted()
    return { waitedMs: 0 }
  })
  expect(spent).toEqual({
    outcome: 'failed',
    reason: 'busy',
    detail: 'kucoin: our own request budget is spent',
  })
})

test('a budget that fails is no failure of the venue, however long it took', async () => {
  const fail = async () => {
    await sleep(20)
    throw new Error('Connection terminated due to connection timeout')
  }
  await expect(call(fail)).rejects.toThrow('Connection terminated')
})
