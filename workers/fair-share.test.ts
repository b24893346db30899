import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { eventually, newPrefix } from '../test/queues/test-desks.ts'
import { openTestStores, type TestStores } from '../test/stores.ts'
import { openQueues } from '../src/queues/queues.ts'
import { openFairShare, type FairShare } from './fair-share.ts'

let stores: TestStores
beforeAll(async () => {
  stores = await openTestStores()
})
afterAll(() => stores.close())

async function openWorker(owner: string, prefix: string): Promise<FairShare> {
  const queues = await openQueues({ databaseUrl: stores.url, prefix })
  const share = await openFairShare(queues, owner, () => undefined)
  onTestFinished(async () => {
    await share.close()
    await queues.close()
  })
  return share
}

test('a worker alone takes everything, and each that lives beside it a part', async () => {
  const prefix = newPrefix()
  const one = await openWorker('one', prefix)
  expect([one.of(8), one.of(0)]).toEqual([8, 0])
  const two = await openWorker('two', prefix)
  await eventually('they hear of each other', () => one.of(8) === 4 && two.of(8) === 4)
  const three = await openWorker('three', prefix)
  await eventually('so do three', () => [one, two, three].every((share) => share.of(8) === 3))
  // Rounded up: together they have room for every shard.
  expect([one.of(1), one.of(3), one.of(4)]).toEqual([1, 1, 2])
  // Another desk on the same server is nobody's colleague.
  const stranger = await openWorker('four', newPrefix())
  expect(stranger.of(8)).toBe(8)
})
