// The people port on PostgreSQL. Paper and live desks on one database share people, not mandates.
import { sql, type Selectable } from 'kysely'
import type { Mandate } from '../approval/mandate.ts'
import { listOperators, type Operator, type OperatorChange } from '../approval/operator.ts'
import type { PeopleStore } from '../approval/people-store.ts'
import { newId } from '../id.ts'
import { midnight, msFromNow, now } from './clock.ts'
import type { Database } from './connect.ts'
import type { MandateColumns } from './people-tables.ts'

const usdtOrNone = (text: string | null) => (text === null ? undefined : Number(text))
const textOrNull = (usdt: number | undefined) => (usdt === undefined ? null : String(usdt))

const mandateOf = (row: Selectable<MandateColumns>): Mandate => ({
  id: row.id,
  route: row.route,
  person: row.person,
  by: row.given_by,
  capUsdt: Number(row.cap_usdt),
  usedUsdt: Number(row.used_usdt),
  givenAt: row.given_at,
  expiresAt: row.expires_at,
  revoked:
    row.revoked_at === null || row.revoked_by === null
      ? undefined
      : { at: row.revoked_at, by: row.revoked_by },
})

/** What trades that rest on one person's yes add up to since midnight UTC; abandoned ones moved nothing. */
export async function approvedTodayUsdt(
  db: Database,
  mode: 'paper' | 'live',
  person: string,
): Promise<number> {
  const { total } = await db
    .selectFrom('votes')
    .innerJoin('trades', 'trades.approval', 'votes.approval')
    .select((s) => s.fn.coalesce(s.fn.sum<string>('trades.notional_usdt'), sql`0`).as('total'))
    .where('votes.person', '=', person)
    .where('trades.mode', '=', mode)
    .where('trades.state', '!=', 'abandoned')
    .where('trades.created_at', '>=', midnight)
    .executeTakeFirstOrThrow()
  return Number(total)
}

export function openPostgresPeopleStore(
  db: Database,
  {
    mode,
    configured,
  }: { readonly mode: 'paper' | 'live'; readonly configured: readonly Operator[] },
): PeopleStore {
  const changes = async (): Promise<readonly OperatorChange[]> => {
    const rows = await db.selectFrom('operators').selectAll().orderBy('person').execute()
    return rows.map(({ surface, account, person, role }) => ({
      surface,
      id: account,
      name: person,
      role: role ?? undefined,
    }))
  }
  const operators = async () => listOperators(configured, await changes())

  return {
    async findOperator(surface, id) {
      const all = await operators()
      return all.find((operator) => operator.surface === surface && operator.id === id)
    },
    listOperators: operators,
    async changeOperator({ surface, id, name, role }, by) {
      const values = { person: name, role: role ?? null, changed_by: by }
      await db
        .insertInto('operators')
        .values({ surface, account: id, ...values })
        .onConflict((conflict) =>
          conflict.columns(['surface', 'account']).doUpdateSet({ ...values, changed_at: now }),
        )
        .execute()
    },

    async limitsOf(person) {
      const row = await db
        .selectFrom('person_limits')
        .selectAll()
        .where('person', '=', person)
        .executeTakeFirst()
      return {
        tradeUsdtMax: usdtOrNone(row?.trade_usdt_max ?? null),
        dayUsdtMax: usdtOrNone(row?.day_usdt_max ?? null),
      }
    },
    async listLimits() {
      const rows = await db.selectFrom('person_limits').selectAll().orderBy('person').execute()
      return rows.map((row) => ({
        person: row.person,
        tradeUsdtMax: usdtOrNone(row.trade_usdt_max),
        dayUsdtMax: usdtOrNone(row.day_usdt_max),
      }))
    },
    async changeLimits(person, { tradeUsdtMax, dayUsdtMax }, by) {
      const values = {
        trade_usdt_max: textOrNull(tradeUsdtMax),
        day_usdt_max: textOrNull(dayUsdtMax),
        changed_by: by,
      }
      await db
        .insertInto('person_limits')
        .values({ person, ...values })
        .onConflict((conflict) =>
          conflict.column('person').doUpdateSet({ ...values, changed_at: now }),
        )
        .execute()
    },
    approvedTodayUsdt: (person) => approvedTodayUsdt(db, mode, person),

    async giveMandate({ route, person, by, capUsdt, livesMs }) {
      const row = await db
        .insertInto('mandates')
        .values({
          id: newId(Date.now()),
          mode,
          route,
          person,
          given_by: by,
          cap_usdt: String(capUsdt),
          expires_at: msFromNow(livesMs),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      return mandateOf(row)
    },
    async listMandates() {
      const rows = await db
        .selectFrom('mandates')
        .selectAll()
        .where('mode', '=', mode)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', sql<Date>`statement_timestamp()`)
        .orderBy('expires_at')
        .execute()
      return rows.map(mandateOf)
    },
    async revokeMandate(id, by) {
      const row = await db
        .updateTable('mandates')
        .set({ revoked_at: now, revoked_by: by })
        .where('id', '=', id)
        .where('mode', '=', mode)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now)
        .returningAll()
        .executeTakeFirst()
      return row && mandateOf(row)
    },

    async waitingConfirmations(step) {
      const rows = await db
        .selectFrom('confirmations')
        .select(['person', 'given_at'])
        .where('mode', '=', mode)
        .where('step', '=', step)
        .where('used_at', 'is', null)
        .where('expires_at', '>', sql<Date>`statement_timestamp()`)
        .orderBy('given_at')
        .execute()
      return rows.map(({ person, given_at }) => ({ person, givenAt: given_at }))
    },
    async addConfirmation(step, person, by, livesMs) {
      await sql`
        insert into confirmations (id, mode, step, person, given_by, expires_at)
        select ${newId(Date.now())}, ${mode}, ${step}, ${person}, ${by}, ${msFromNow(livesMs)}
        where not exists (
          select from confirmations
          where mode = ${mode} and step = ${step} and person = ${person}
            and used_at is null and expires_at > clock_timestamp())`.execute(db)
    },
    async useConfirmations(step) {
      await db
        .updateTable('confirmations')
        .set({ used_at: now })
        .where('mode', '=', mode)
        .where('step', '=', step)
        .where('used_at', 'is', null)
        .execute()
    },
  }
}
