import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import {
  crossOpportunity,
  cycleOpportunity,
  transferOpportunity,
} from '../../test/opportunities.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import type { Opportunity } from '../opportunity/opportunity.ts'
import { migrate } from './migrate.ts'
import { openPostgresApprovalStore } from './postgres-approval-store.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import { openPostgresShardStore } from './postgres-shard-store.ts'

let database: FreshDatabase
let discord: OpenDatabase
let telegram: OpenDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  discord = openDatabase({ url: database.url, name: 'discord' })
  telegram = openDatabase({ url: database.url, name: 'telegram' })
})
afterAll(async () => {
  await discord.close()
  await telegram.close()
  await database.drop()
})
beforeEach(async () => {
  await sql`truncate opportunities, approvals, trades, balances, outbox cascade`.execute(discord.db)
})

/** Two processes with a pool each. */
const storeOf = (surface: OpenDatabase) => openPostgresApprovalStore(surface.db, { mode: 'paper' })
const either = (i: number) => storeOf(i % 2 === 0 ? discord : telegram)
const store = () => storeOf(discord)
const count = async (table: 'trades' | 'approvals' | 'legs') => {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(
    discord.db,
  )
  return rows[0]?.n
}

/** "opportunity", "approval asked" … in the order they were told, each with the gap it is about. */
async function told(): Promise<readonly (readonly [what: string, gap: string])[]> {
  const posted = await openPostgresOutbox(discord.db).read(0, 1000)
  return posted.map(({ notification, key }) => [
    notification.kind === 'approval'
      ? `approval ${notification.approval.state}`
      : notification.kind,
    key,
  ])
}

async function asked(livesMs = 60_000, opportunity = crossOpportunity()) {
  const result = await store().ask(opportunity, livesMs)
  if (result.outcome !== 'asked') throw new Error('not asked')
  return result.approval
}

test('an opportunity is read back digit for digit', async () => {
  for (const opportunity of [crossOpportunity(), cycleOpportunity(), transferOpportunity()]) {
    await store().tell(opportunity, 'paused')
    await store().tell(opportunity, 'paused')
    expect(await store().findOpportunity(opportunity.id)).toEqual(opportunity)
  }
  expect(await store().listOpportunities({ sinceMs: 60_000, limit: 10 })).toHaveLength(3)
  expect(await store().listOpportunities({ sinceMs: 60_000, limit: 1 })).toHaveLength(1)
  expect(await store().findOpportunity('nothing')).toBeUndefined()
})

test('an opportunity is live until its gap closes', async () => {
  const opportunity = crossOpportunity()
  await store().tell(opportunity, 'paused')
  expect(await store().listLive()).toEqual([opportunity])
  await store().endOpportunity(opportunity.id)
  expect(await store().listLive()).toEqual([])
})

test('whatever happens to a question is told with it, its gap first and each thing once', async () => {
  const [granted, refused, closed, late] = [1, 2, 3, 4].map((n) =>
    crossOpportunity({ route: `cross A/B a>b${n}` }),
  ) as [Opportunity, Opportunity, Opportunity, Opportunity]
  const before = ({ id }: Opportunity) => [
    ['opportunity', id],
    ['approval asked', id],
  ]
  const yes = await asked(60_000, granted)
  await store().answer(yes.id, { verdict: 'granted', by: 'discord:1' })
  await store().answer(yes.id, { verdict: 'refused', by: 'telegram:2' })
  await store().supersede(yes.id, 'the gap closed')
  const no = await asked(60_000, refused)
  await store().answer(no.id, { verdict: 'refused', by: 'discord:1' })
  const over = await asked(60_000, closed)
  await store().supersede(over.id, 'the gap closed')
  await asked(1, late)
  await sql`select pg_sleep(0.01)`.execute(discord.db)
  await Promise.all([store().expire(), either(1).expire()])
  expect(await told()).toEqual([
    ...before(granted),
    ['approval granted', granted.id],
    ...before(refused),
    ['approval refused', refused.id],
    ...before(closed),
    ['approval superseded', closed.id],
    ...before(late),
    ['approval expired', late.id],
  ])
})

test('what cannot be told does not happen', async () => {
  const open = await asked()
  await sql`alter table outbox add constraint full_disk check (false) not valid`.execute(discord.db)
  try {
    const other = crossOpportunity({ route: 'cross A/B a>b' })
    await expect(store().ask(other, 60_000)).rejects.toThrow('full_disk')
    await expect(store().tell(other, 'paused')).rejects.toThrow('full_disk')
    expect(await store().findOpportunity(other.id)).toBeUndefined()
    const yes = { verdict: 'granted', by: 'discord:1' } as const
    await expect(store().answer(open.id, yes)).rejects.toThrow('full_disk')
    await expect(store().supersede(open.id, 'over')).rejects.toThrow('full_disk')
    await sql`update approvals set expires_at = asked_at + interval '1 microsecond'`.execute(
      discord.db,
    )
    await expect(store().expire()).rejects.toThrow('full_disk')
    expect(await store().find(open.id)).toMatchObject({ state: 'asked' })
    expect(await count('trades')).toBe(0)
  } finally {
    await sql`alter table outbox drop constraint full_disk`.execute(discord.db)
  }
})

test('an opportunity that nobody is asked about is told once', async () => {
  const opportunity = crossOpportunity()
  await store().tell(opportunity, 'paused')
  await store().tell(opportunity, 'paused')
  expect(await told()).toEqual([['opportunity', opportunity.id]])
})

test('all open questions are closed together', async () => {
  const open = await Promise.all(
    [1, 2, 3].map((n) => asked(60_000, crossOpportunity({ route: `cross A/B a>b${n}` }))),
  )
  const closed = await store().supersedeAll('approval.mode is alert')
  expect(closed.map(({ id }) => id).toSorted()).toEqual(open.map(({ id }) => id).toSorted())
  expect(closed.map(({ state }) => state)).toEqual(Array(3).fill('superseded'))
  expect(await store().listOpen()).toEqual([])
  expect(await store().supersedeAll('again')).toEqual([])
  expect((await told()).slice(6).map(([what]) => what)).toEqual(
    Array(3).fill('approval superseded'),
  )
})

test('twenty shards asking about one route ask once between them', async () => {
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, i) => either(i).ask(crossOpportunity(), 60_000)),
  )
  const winners = results.filter((result) => result.outcome === 'asked')
  expect(winners).toHaveLength(1)
  for (const result of results) expect(result).toMatchObject({ approval: winners[0]?.approval })
  expect(await count('approvals')).toBe(1)
})

test('whoever lost a shard asks and tells nothing about its gaps any more', async () => {
  const shards = openPostgresShardStore(telegram.db)
  await shards.declare(['cross:0'])
  const former = await shards.claim('cross:0', 'loop-1', 60_000)
  expect(await store().ask(crossOpportunity(), 60_000, former)).toMatchObject({ outcome: 'asked' })
  const before = await told()
  // What was asked on its way to the database while the next owner took the shard.
  await sql`update shards set lease_until = clock_timestamp()`.execute(discord.db)
  const owner = await shards.claim('cross:0', 'loop-2', 60_000)
  const late = cycleOpportunity()
  expect(await store().ask(late, 60_000, former)).toEqual({ outcome: 'not-ours' })
  await store().tell(late, 'day notional', former)
  expect([await told(), await store().findOpportunity(late.id)]).toEqual([before, undefined])
  expect(await store().ask(late, 60_000, owner)).toMatchObject({ outcome: 'asked' })
})

test('a lease that nobody renewed in time asks nothing either', async () => {
  const shards = openPostgresShardStore(telegram.db)
  await shards.declare(['cross:1'])
  const lease = await shards.claim('cross:1', 'loop-1', 0)
  expect(await store().ask(crossOpportunity(), 60_000, lease)).toEqual({ outcome: 'not-ours' })
  expect(await told()).toEqual([])
})

test('E1: of fifty answers from two platforms at once one is heard, and it makes one trade', async () => {
  const approval = await asked()
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      either(i).answer(approval.id, {
        verdict: 'granted',
        by: `${i % 2 === 0 ? 'discord' : 'telegram'}:${i}`,
      }),
    ),
  )
  const heard = results.filter((result) => result.outcome === 'answered')
  expect(heard).toHaveLength(1)
  const stands = await store().find(approval.id)
  expect(stands?.state).toBe('granted')
  for (const result of results)
    expect(result).toEqual({ outcome: result.outcome, approval: stands })
  expect(await count('trades')).toBe(1)
  expect(await count('legs')).toBe(2)
})

test('E4: of a grant and a refusal at once the first stands', async () => {
  for (let round = 0; round < 10; round++) {
    const approval = await asked(60_000, crossOpportunity({ route: `cross A/B a>b${round}` }))
    const results = await Promise.all([
      store().answer(approval.id, { verdict: 'granted', by: 'discord:1' }),
      store().answer(approval.id, { verdict: 'refused', by: 'telegram:2' }),
      store().supersede(approval.id, 'the gap ended'),
    ])
    const heard = results.filter(
      (result) => result !== undefined && (!('outcome' in result) || result.outcome === 'answered'),
    )
    expect(heard).toHaveLength(1)
  }
})

test('E2: an answer after the deadline changes nothing and says that time was up', async () => {
  const approval = await asked(30)
  await sql`select pg_sleep(0.05)`.execute(discord.db)
  const late = await store().answer(approval.id, { verdict: 'granted', by: 'discord:1' })
  expect(late).toMatchObject({ outcome: 'too-late', approval: { state: 'expired' } })
  expect(await count('trades')).toBe(0)
  const closed = await store().expire()
  expect(closed.map(({ id, state }) => [id, state])).toEqual([[approval.id, 'expired']])
  expect(await store().expire()).toEqual([])
})

test('answers and expiries around the deadline leave either a trade or an expired question', async () => {
  for (let round = 0; round < 20; round++) {
    const approval = await asked(15, crossOpportunity({ route: `cross A/B a>b${round}` }))
    const attempts = Array.from({ length: 6 }, async (_, i) => {
      await sql`select pg_sleep(${0.003 * (i + 1)})`.execute(telegram.db)
      const result = await store().answer(approval.id, { verdict: 'granted', by: `discord:${i}` })
      const expired = await store().expire()
      return [result.outcome === 'answered', expired.length === 1]
    })
    const results = await Promise.all(attempts)
    const granted = results.filter(([answered]) => answered).length
    const expired = results.filter(([, closed]) => closed).length
    expect(granted + expired).toBe(1)
    expect((await store().find(approval.id))?.state).toBe(granted === 1 ? 'granted' : 'expired')
  }
})

test('a route with an unfinished trade is not asked about again', async () => {
  const opportunity = crossOpportunity()
  const approval = await asked(60_000, opportunity)
  await store().answer(approval.id, { verdict: 'granted', by: 'auto' })
  const again = await store().ask(crossOpportunity(), 60_000)
  expect(again).toMatchObject({ outcome: 'already-open', approval: { id: approval.id } })
  await sql`update trades set state = 'abandoned', reason = 'gone', finished_at = now()`.execute(
    discord.db,
  )
  expect((await store().ask(opportunity, 60_000)).outcome).toBe('already-open')
  expect((await store().ask(crossOpportunity(), 60_000)).outcome).toBe('asked')
})

test('asking while the answer is being written never leaves a question beside a trade', async () => {
  for (let round = 0; round < 15; round++) {
    const route = `cross A/B a>b${round}`
    const approval = await asked(60_000, crossOpportunity({ route }))
    const [, ...again] = await Promise.all([
      store().answer(approval.id, { verdict: 'granted', by: 'auto' }),
      ...Array.from({ length: 5 }, (_, i) => either(i).ask(crossOpportunity({ route }), 60_000)),
    ])
    expect(again.map((result) => result.outcome)).toEqual(Array(5).fill('already-open'))
  }
  expect(await store().listOpen()).toEqual([])
})

test('a paper question cannot be answered by a live desk', async () => {
  const approval = await asked()
  const live = openPostgresApprovalStore(discord.db, { mode: 'live' })
  const result = await live.answer(approval.id, { verdict: 'granted', by: 'discord:1' })
  expect(result).toEqual({ outcome: 'unknown' })
  expect(await live.listOpen()).toEqual([])
  expect(await live.supersede(approval.id, 'the gap closed')).toBeUndefined()
  expect(await live.supersedeAll('the gap closed')).toEqual([])
  expect(await store().listOpen()).toEqual([approval])
})

test('a live desk neither adopts the gaps of a paper desk nor lets its questions expire', async () => {
  const live = openPostgresApprovalStore(discord.db, { mode: 'live' })
  const approval = await asked(1)
  await sql`select pg_sleep(0.01)`.execute(discord.db)
  expect(await live.expire()).toEqual([])
  expect(await live.listLive()).toEqual([])
  expect(await live.listOpportunities({ sinceMs: 60_000, limit: 10 })).toEqual([])
  const own = crossOpportunity()
  await live.tell(own, 'paused')
  expect(await live.listLive()).toEqual([own])
  expect((await store().listLive()).map(({ id }) => id)).toEqual([approval.opportunity])
  expect((await store().expire()).map(({ id }) => id)).toEqual([approval.id])
})

test('the database itself refuses a grant without its trade and a trade without its grant', async () => {
  const approval = await asked()
  await expect(
    sql`update approvals set state = 'granted', answered_by = 'x', closed_at = clock_timestamp(),
        trade = 'none' where id = ${approval.id}`.execute(discord.db),
  ).rejects.toThrow('foreign key')
  await expect(
    sql`insert into trades (id, mode, opportunity, approval, route, kind, asset, expected_net,
        notional, notional_usdt)
      select 'stray', mode, opportunity, id, route, 'cross', asset, 1, 1, 1 from approvals`.execute(
      discord.db,
    ),
  ).rejects.toThrow('foreign key')
})

test('the database itself refuses a state that does not follow', async () => {
  const approval = await asked()
  await store().answer(approval.id, { verdict: 'refused', by: 'discord:1' })
  await expect(
    sql`update approvals set state = 'asked', closed_at = null, answered_by = null`.execute(
      discord.db,
    ),
  ).rejects.toThrow(`approval ${approval.id} may not go from "refused" to "asked"`)
})
