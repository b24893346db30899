import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  openPostgresExecutionBench,
  type PostgresExecutionBench,
} from '../../test/postgres-execution-bench.ts'
import { intentOf } from '../../test/executions.ts'
import type { Choice, Execution } from '../trade/engine/execution.ts'
import type { QuotedWays } from '../trade/exposure.ts'
import type { Wish } from '../trade/exposure-store.ts'
import { openPostgresExposureStore } from './postgres-exposure-store.ts'
import { openPostgresTradeStore } from './postgres-trade-store.ts'

let bench: PostgresExecutionBench
beforeAll(async () => {
  bench = await openPostgresExecutionBench()
})
afterAll(() => bench.close())

const scope = { mode: 'paper' } as const
const exposures = () => openPostgresExposureStore(bench.db, scope)
const exposureOf = async (id: string) =>
  (await openPostgresTradeStore(bench.db, scope).find(id))?.exposure

/** An execution that waits for a person. */
async function exposed() {
  const [store] = bench.stores
  let execution: Execution = await bench.approved()
  await store.create(execution)
  const claim = await store.claim(execution.id, 'worker', 60_000)
  if (claim.outcome !== 'claimed') throw new Error(claim.outcome)
  const { epoch } = claim
  async function go(change: Partial<Execution>): Promise<void> {
    const changed = { ...execution, ...change }
    const none = { sends: false, reserves: false, entries: [], requests: [], alerts: [] }
    const committed = await store.commit({ execution: changed, epoch, leaseMs: 60_000, ...none })
    expect(committed).toMatchObject({ outcome: 'committed' })
    execution = { ...changed, version: execution.version + 1 }
  }
  const since = new Date()
  await go({ state: 'preflight' })
  await go({ state: 'legs', legs: [intentOf(execution, 0)] })
  await go({ state: 'imbalanced' })
  await go({ state: 'exposed', reason: '3 orders have not closed it', exposedAt: since })
  const wish = (by: string, choice: Choice = 'reverse'): Wish => ({
    trade: execution.id,
    since,
    choice,
    by,
    cost: 12n,
    mayExceed: false,
  })
  const resolved = (choice: Choice, answer: string | undefined, at = new Date()) => ({
    resolution: { exposedAt: since, choice, by: 'discord:ann', at, answer, limits: [] },
  })
  return { id: execution.id, since, go, wish, resolved }
}

const posts = async (id: string) =>
  (await bench.posts()).flatMap((one) =>
    one.kind === 'alert' && one.subject.includes(id) ? [one] : [],
  )

test('B6 of fifty people who answer at once one is heard, and the others are told who', async () => {
  const { id, wish, go, resolved } = await exposed()
  const asked = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      exposures().ask(wish(`discord:p${n}`, n % 2 === 0 ? 'reverse' : 'proceed')),
    ),
  )
  const heard = asked.flatMap((one) => (one.outcome === 'asked' ? [one.id] : []))
  expect(heard).toHaveLength(1)
  const answer = await exposures().find(heard[0] ?? '')
  for (const one of asked.filter(({ outcome }) => outcome !== 'asked'))
    expect(one).toMatchObject({ outcome: 'first', by: answer?.by, choice: answer?.choice })
  expect(await exposures().listAsked()).toContain(heard[0])

  // What the engine took is taken, in the same commit.
  await go({ state: 'imbalanced', exposedAt: undefined, ...resolved('reverse', heard[0]) })
  expect(await exposures().find(heard[0] ?? '')).toMatchObject({ state: { outcome: 'taken' } })
  expect(await exposureOf(id)).toMatchObject({
    decided: { choice: 'reverse', by: 'discord:ann', cost: 12n },
    closedAt: expect.any(Date),
  })
  expect(await exposures().ask(wish('discord:late'))).toMatchObject({ outcome: 'first' })
  expect((await posts(id)).map(({ severity, ends }) => [severity, ends])).toEqual([
    ['P0', undefined],
    ['P2', 'discord:ann'],
  ])
})

test('an answer that was refused makes room for another, and is kept with its reason', async () => {
  const { wish } = await exposed()
  const first = await exposures().ask(wish('discord:ann'))
  if (first.outcome !== 'asked') throw new Error(first.outcome)
  await exposures().refuse(first.id, 'it costs more now')
  expect(await exposures().find(first.id)).toMatchObject({
    state: { outcome: 'refused', reason: 'it costs more now' },
  })
  expect(await exposures().ask(wish('telegram:bob'))).toMatchObject({ outcome: 'asked' })
  await exposures().refuse(first.id, 'twice')
  expect(await exposures().find(first.id)).toMatchObject({
    state: { reason: 'it costs more now' },
  })
})

test('who holds leaves it to be decided; what was exposed anew is another question', async () => {
  const { id, since, wish, go, resolved } = await exposed()
  const held = await exposures().ask(wish('discord:ann', 'hold'))
  if (held.outcome !== 'asked') throw new Error(held.outcome)
  await go(resolved('hold', held.id))
  expect(await exposureOf(id)).toMatchObject({ decided: { choice: 'hold' }, closedAt: undefined })
  expect(await exposures().ask(wish('telegram:bob'))).toMatchObject({ outcome: 'asked' })
  await go({ state: 'imbalanced', exposedAt: undefined })
  expect((await exposures().listOpen()).map(({ trade }) => trade)).not.toContain(id)
  const again = new Date(since.getTime() + 5_000)
  await go({ state: 'exposed', exposedAt: again, reason: 'it did not fill' })
  expect(await exposureOf(id)).toMatchObject({ since: again, decided: undefined })
  // Each time it is told at once.
  expect((await posts(id)).filter(({ severity }) => severity === 'P0')).toHaveLength(2)
  expect(await exposures().ask({ ...wish('x'), since: again })).toMatchObject({ outcome: 'asked' })
  expect(await exposures().ask(wish('x'))).toMatchObject({ outcome: 'first' })
})

test('costs are kept with the position they are of, read back exactly, and shown where that is wished', async () => {
  const { id, since } = await exposed()
  const quoted: QuotedWays = {
    at: new Date(),
    worthUsdt: 99.5,
    ways: [
      { choice: 'reverse', outcome: 'possible', orders: [], net: -7n, isBeyond: true },
      { choice: 'proceed', outcome: 'impossible', why: 'no book' },
    ],
  }
  await exposures().quote(id, new Date(since.getTime() - 1), quoted, true)
  expect((await exposureOf(id))?.quoted).toBeUndefined()
  await exposures().quote(id, since, quoted, false)
  expect(await posts(id)).toHaveLength(1)
  await exposures().quote(id, since, quoted, true)
  expect((await exposureOf(id))?.quoted).toEqual(quoted)
  expect((await posts(id)).at(-1)).toMatchObject({ severity: 'P0', renews: true })
  expect((await posts(id)).at(-1)?.actions?.map(({ label }) => label)).toEqual([
    expect.stringMatching(/^Reverse: costs /),
    'Hold',
    'Accept as it is',
  ])
})
