import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openCutter } from '../../test/connection-cutter.ts'
import { executionStoreContract } from '../../test/execution-store-contract.ts'
import { intentOf, sent } from '../../test/executions.ts'
import { openPostgresExecutionBench } from '../../test/postgres-execution-bench.ts'
import type { Commit } from '../trade/engine/execution-store.ts'
import { openDatabase } from './connect.ts'
import { openPostgresExecutionStore } from './postgres-execution-store.ts'

executionStoreContract('PostgreSQL', openPostgresExecutionBench)

/** A store whose connections all go through something that can cut them. */
async function openCuttable() {
  const bench = await openPostgresExecutionBench()
  onTestFinished(bench.close)
  const cutter = await openCutter(bench.url)
  onTestFinished(() => cutter.close())
  const { db, close } = openDatabase({ url: cutter.url, name: 'cuttable' })
  onTestFinished(close)
  const store = openPostgresExecutionStore(db, { mode: 'paper' })
  const execution = await bench.approved()
  await store.create(execution)
  const claim = await store.claim(execution.id, 'worker', 60_000)
  if (claim.outcome !== 'claimed') throw new Error(claim.outcome)
  const commit: Commit = {
    execution: { ...execution, state: 'preflight', legs: [intentOf(execution, 0)] },
    epoch: claim.epoch,
    leaseMs: 60_000,
    sends: false,
    reserves: false,
    entries: [],
    requests: [],
    alerts: [],
  }
  return { bench, cutter, store, execution, commit }
}

test('S26 what this process alone knows to stop it stops its orders, whatever the settings say', async () => {
  const { bench, execution, commit } = await openCuttable()
  const store = openPostgresExecutionStore(bench.db, { mode: 'paper', here: () => 'killed' })
  const planned = { ...commit.execution, legs: [intentOf(execution, 0)] }
  expect(await store.commit({ ...commit, execution: planned })).toMatchObject({
    outcome: 'committed',
  })
  const legs = planned.legs.map((leg) => sent(leg, new Date()))
  const out: Commit = { ...commit, execution: { ...planned, version: 1, legs }, sends: true }
  expect(await store.commit(out)).toEqual({ outcome: 'forbidden', mode: 'killed' })
  expect(await bench.stores[0].commit(out)).toMatchObject({ outcome: 'committed' })
})

test('F8 a commit whose answer is lost is unknown, and a read tells that it happened', async () => {
  const { cutter, store, execution, commit } = await openCuttable()
  cutter.cut('after commit')
  expect(await store.commit(commit)).toEqual({ outcome: 'unknown' })
  cutter.heal()
  expect(await store.find(execution.id)).toMatchObject({
    execution: { ...commit.execution, version: 1 },
    epoch: commit.epoch,
  })
  // Whoever tries it again has an old version: nothing happens twice.
  expect(await store.commit(commit)).toEqual({ outcome: 'lost' })
})

test('F8 a commit that is lost on its way is unknown, and a read tells that nothing happened', async () => {
  const { cutter, store, execution, commit } = await openCuttable()
  cutter.cut('before commit')
  expect(await store.commit(commit)).toEqual({ outcome: 'unknown' })
  cutter.heal()
  expect((await store.find(execution.id))?.execution).toStrictEqual(execution)
  expect(await store.commit(commit)).toMatchObject({ outcome: 'committed' })
})

test('F8 a read waits for a commit that is still under way, though nobody waits for its answer', async () => {
  const { bench, store, execution } = await openCuttable()
  const under = await bench.db.startTransaction().execute()
  await sql`update executions set reason = 'under way' where id = ${execution.id}`.execute(under)
  let read: string | undefined = 'waits'
  const reading = store.find(execution.id).then((found) => (read = found?.execution.reason))
  await sleep(200)
  expect(read).toBe('waits')
  await under.commit().execute()
  await reading
  expect(read).toBe('under way')
})

test('F8 a connection that is lost before the commit began has written nothing, and says so', async () => {
  const { bench, cutter, store, execution, commit } = await openCuttable()
  cutter.cut('at once')
  await expect(store.commit(commit)).rejects.toThrow('Connection terminated')
  expect((await bench.stores[0].find(execution.id))?.execution).toStrictEqual(execution)
})

test('F14 what newer code has begun is left to it, and taken up again when this code is the newer one', async () => {
  const { bench, store, execution } = await openCuttable()
  const { id } = execution
  const found = await store.find(id)
  await store.release(id, found?.epoch ?? 0)
  expect(await store.listDue()).toEqual([id])
  const setVersion = (by: number) =>
    sql`update executions set engine_version = engine_version + ${by} where id = ${id}`.execute(
      bench.db,
    )
  await setVersion(1)
  expect(await store.listDue()).toEqual([])
  expect(await store.claim(id, 'old code', 60_000)).toEqual({ outcome: 'not-yours' })
  await setVersion(-1)
  expect(await store.listDue()).toEqual([id])
  expect((await store.claim(id, 'new code', 60_000)).outcome).toBe('claimed')
})
