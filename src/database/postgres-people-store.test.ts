import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import type { Operator } from '../approval/operator.ts'
import { openDatabase, type OpenDatabase } from './connect.ts'
import { migrate } from './migrate.ts'
import { openPostgresAudit } from './postgres-audit.ts'
import { openPostgresPeopleStore } from './postgres-people-store.ts'

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
  await sql`truncate operators, person_limits, confirmations, mandates cascade`.execute(opened.db)
})

const ann: Operator = { surface: 'discord', id: '1', name: 'ann', role: 'admin' }
const people = (mode: 'paper' | 'live' = 'paper') =>
  openPostgresPeopleStore(opened.db, { mode, configured: [ann] })
const wish = { route: 'cross ETH/USDT a>b', person: 'ann', by: 'discord:ann', capUsdt: 500 }

test('E5 authority that was taken away is gone at the next look, and can be given back', async () => {
  expect(await people().findOperator('discord', '1')).toMatchObject({ role: 'admin' })
  await people().changeOperator({ ...ann, role: undefined }, 'telegram:bob')
  expect(await people().findOperator('discord', '1')).toBeUndefined()
  await people().changeOperator({ ...ann, role: 'viewer' }, 'telegram:bob')
  expect(await people().findOperator('discord', '1')).toMatchObject({
    role: 'viewer',
    from: 'chat',
  })
  expect(await people().findOperator('telegram', '1')).toBeUndefined()
})

test('limits are kept by person, and nobody has any at first', async () => {
  expect(await people().limitsOf('ann')).toEqual({ tradeUsdtMax: undefined, dayUsdtMax: undefined })
  await people().changeLimits('ann', { tradeUsdtMax: 50, dayUsdtMax: undefined }, 'discord:bob')
  await people().changeLimits('ann', { tradeUsdtMax: 50.5, dayUsdtMax: 0 }, 'discord:bob')
  expect(await people().limitsOf('ann')).toEqual({ tradeUsdtMax: 50.5, dayUsdtMax: 0 })
  expect(await people().listLimits()).toEqual([
    { person: 'ann', tradeUsdtMax: 50.5, dayUsdtMax: 0 },
  ])
  expect(await people().approvedTodayUsdt('ann')).toBe(0)
})

test('a mandate holds until it is over or revoked, once', async () => {
  const mandate = await people().giveMandate({ ...wish, livesMs: 60_000 })
  await people().giveMandate({ ...wish, livesMs: 0 })
  expect(await people().listMandates()).toEqual([mandate])
  expect(await people('live').listMandates()).toEqual([])
  expect(await people('live').revokeMandate(mandate.id, 'discord:ann')).toBeUndefined()
  const revoked = await people().revokeMandate(mandate.id, 'telegram:ann')
  expect(revoked?.revoked?.by).toBe('telegram:ann')
  expect(await people().revokeMandate(mandate.id, 'discord:bob')).toBeUndefined()
  expect(await people().listMandates()).toEqual([])
})

test('the first confirmation of a person counts, until the step is taken or it is too old', async () => {
  await people().addConfirmation('resume', 'ann', 'discord:ann', 60_000)
  const [first] = await people().waitingConfirmations('resume')
  await people().addConfirmation('resume', 'ann', 'discord:ann', 60_000)
  await people().addConfirmation('resume', 'bob', 'discord:bob', 0)
  expect(await people().waitingConfirmations('resume')).toEqual([first])
  expect(await people('live').waitingConfirmations('resume')).toEqual([])
  await people().useConfirmations('resume')
  expect(await people().waitingConfirmations('resume')).toEqual([])
})

test('S33 what stands in the audit can be read and not be changed', async () => {
  const audit = openPostgresAudit(opened.db)
  const entry = {
    surface: 'discord',
    account: '7',
    person: 'mallory',
    role: 'stranger',
    chat: '99',
    action: 'approve',
    arguments: { approval: 'k3f9' },
    outcome: 'forbidden',
    detail: 'not listed',
  }
  await audit.record(entry)
  await audit.record({ ...entry, person: 'ann', chat: undefined, outcome: 'answered' })
  const [newest, older] = await audit.list({ limit: 10 })
  expect(newest).toMatchObject({ person: 'ann', chat: undefined })
  expect(older).toMatchObject(entry)
  expect(await audit.list({ limit: 10, beforeSeq: newest?.seq ?? 0 })).toEqual([older])
  expect(await audit.list({ limit: 10, person: 'ann', action: 'approve' })).toEqual([newest])
  for (const change of [
    sql`update audit set person = 'bob'`,
    sql`delete from audit`,
    sql`truncate audit`,
  ])
    await expect(change.execute(opened.db)).rejects.toThrow('written once')
})
