// Who may grant how much, on a real database: limits, second people, mandates, and all of them racing.
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { crossOpportunity } from '../../test/opportunities.ts'
import type { Answer, Yes } from '../approval/approval.ts'
import { unlimited } from '../approval/authority.ts'
import { format } from '../money.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresApprovalStore } from './postgres-approval-store.ts'
import { openPostgresPeopleStore } from './postgres-people-store.ts'
import { openPostgresTradeStore } from './postgres-trade-store.ts'

let database: FreshDatabase
let opened: OpenDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  opened = openDatabase({ url: database.url })
})
afterAll(async () => {
  await opened.close()
  await database.drop()
})
beforeEach(async () => {
  await sql`truncate opportunities, approvals, trades, mandates, votes cascade`.execute(opened.db)
})

const mode = 'paper' as const
const approvals = () => openPostgresApprovalStore(opened.db, { mode })
const people = () => openPostgresPeopleStore(opened.db, { mode, configured: [] })
const trades = () => openPostgresTradeStore(opened.db, { mode })

let routes = 0
async function ask(notionalUsdt = 100) {
  const route = `cross A/B a>b${++routes}`
  const asked = await approvals().ask(crossOpportunity({ route, notionalUsdt }), 60_000)
  if (asked.outcome !== 'asked') throw new Error('not asked')
  return asked.approval
}
const yesOf = (person: string, more: Partial<Yes> = {}): Answer & { verdict: 'granted' } => ({
  verdict: 'granted',
  by: `discord:${person}`,
  yes: { person, limits: unlimited, people: 1, ...more },
})

test('half of a size is half a trade, to the last digit and never more', async () => {
  const { id } = await ask()
  const outcome = await approvals().answer(id, { ...yesOf('ann'), share: 0.5 })
  if (outcome.outcome !== 'answered' || outcome.approval.state !== 'granted')
    throw new Error('not granted')
  expect(outcome.approval).toMatchObject({ share: 0.5, approvedBy: ['discord:ann'] })
  const trade = await trades().find(outcome.approval.trade)
  const whole = outcome.approval.shownNotional
  expect(trade?.notional).toBe(whole / 2n)
  expect(trade?.share).toBe(0.5)
  expect(trade?.notionalUsdt).toBe(50)
  for (const leg of trade?.plan ?? []) expect(format(leg.spends.amount).length).toBeLessThan(40)
})

test('a limit of a person holds, says so, and leaves the question open for others', async () => {
  const { id } = await ask(100)
  const limits = { tradeUsdtMax: 99, dayUsdtMax: undefined }
  const refused = await approvals().answer(id, yesOf('ann', { limits }))
  expect(refused).toMatchObject({ outcome: 'over-limit', detail: expect.stringContaining('99.00') })
  expect(await approvals().find(id)).toMatchObject({ state: 'asked', approvedBy: [] })
  expect((await approvals().answer(id, yesOf('bob'))).outcome).toBe('answered')
})

test('twenty yeses of one person at once fit under the limit of a day, whatever the order', async () => {
  const limits = { tradeUsdtMax: undefined, dayUsdtMax: 350 }
  const asked = await Promise.all(Array.from({ length: 20 }, () => ask(100)))
  const outcomes = await Promise.all(
    asked.map(({ id }) => approvals().answer(id, yesOf('ann', { limits }))),
  )
  expect(outcomes.filter(({ outcome }) => outcome === 'answered')).toHaveLength(3)
  expect(await people().approvedTodayUsdt('ann')).toBe(300)
})

test('E1 fifty yeses of fifty people to one question make one trade', async () => {
  const { id } = await ask()
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, i) => approvals().answer(id, yesOf(`p${i}`))),
  )
  expect(outcomes.filter(({ outcome }) => outcome === 'answered')).toHaveLength(1)
  expect(outcomes.filter(({ outcome }) => outcome === 'too-late')).toHaveLength(49)
  const { rows } = await sql`select id from trades`.execute(opened.db)
  expect(rows).toHaveLength(1)
})

test('S33 what takes two people takes two different ones, and the smaller of their sizes', async () => {
  const { id } = await ask()
  const two = { people: 2 } as const
  const first = await approvals().answer(id, yesOf('ann', two))
  expect(first).toMatchObject({ outcome: 'waiting', approval: { approvedBy: ['discord:ann'] } })
  const again = await approvals().answer(id, { ...yesOf('ann', two), by: 'telegram:ann' })
  expect(again.outcome).toBe('waiting')
  expect((await sql`select id from trades`.execute(opened.db)).rows).toHaveLength(0)
  const second = await approvals().answer(id, { ...yesOf('bob', two), share: 0.25 })
  expect(second).toMatchObject({
    outcome: 'answered',
    approval: { state: 'granted', share: 0.25, approvedBy: ['telegram:ann', 'discord:bob'] },
  })
  expect(await people().approvedTodayUsdt('ann')).toBe(25)
  expect(await people().approvedTodayUsdt('bob')).toBe(25)
})

test('a no after the first of two yeses closes the question', async () => {
  const { id } = await ask()
  await approvals().answer(id, yesOf('ann', { people: 2 }))
  const no = await approvals().answer(id, { verdict: 'refused', by: 'discord:bob' })
  expect(no).toMatchObject({ outcome: 'answered', approval: { state: 'refused' } })
  expect((await approvals().answer(id, yesOf('carol', { people: 2 }))).outcome).toBe('too-late')
})

test('a mandate pays for what fits under its total, on its route, while it holds', async () => {
  const first = await ask(100)
  const mandate = await people().giveMandate({
    route: first.route,
    person: 'ann',
    by: 'discord:ann',
    capUsdt: 150,
    livesMs: 60_000,
  })
  const under = { mandate: mandate.id }
  const elsewhere = await ask(10)
  expect((await approvals().answer(elsewhere.id, yesOf('ann', under))).outcome).toBe('over-limit')
  expect((await approvals().answer(first.id, yesOf('ann', under))).outcome).toBe('answered')
  expect(await people().listMandates()).toMatchObject([{ usedUsdt: 100, capUsdt: 150 }])
  await sql`update trades set state = 'abandoned', reason = 'test', finished_at = clock_timestamp()`.execute(
    opened.db,
  )
  const next = await approvals().ask(
    crossOpportunity({ route: first.route, notionalUsdt: 51 }),
    60_000,
  )
  if (next.outcome !== 'asked') throw new Error('not asked')
  const over = await approvals().answer(next.approval.id, yesOf('ann', under))
  expect(over).toMatchObject({ outcome: 'over-limit', detail: expect.stringContaining('mandate') })
  await people().revokeMandate(mandate.id, 'discord:ann')
  expect((await approvals().answer(next.approval.id, yesOf('ann', under))).outcome).toBe(
    'over-limit',
  )
  expect(await approvals().find(next.approval.id)).toMatchObject({ state: 'asked' })
})
