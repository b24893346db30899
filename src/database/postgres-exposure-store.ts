// The port of decisions about open positions on PostgreSQL.
import { sql, type Selectable } from 'kysely'
import { newId } from '../id.ts'
import { parseDecimal } from '../money.ts'
import { exposureRenewed, exposureSubject } from '../notification/exposure-alert.ts'
import type { AskedAnswer, ExposureStore } from '../trade/exposure-store.ts'
import type { Trade } from '../trade/trade.ts'
import { now } from './clock.ts'
import { transact, type Database } from './connect.ts'
import { encodeQuoted } from './exposure-json.ts'
import { costText } from './exposure-rows.ts'
import type { ExposureTables } from './exposure-tables.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import { findTrade } from './trade-rows.ts'

type AnswerRow = Selectable<ExposureTables['exposure_answers']>

function stateOf({ state, reason }: AnswerRow): AskedAnswer['state'] {
  switch (state) {
    case 'asked':
    case 'taken':
      return { outcome: state }
    case 'refused':
      return { outcome: 'refused', reason: reason ?? '' }
  }
}

const answerOf = (row: AnswerRow): AskedAnswer => ({
  id: row.id,
  trade: row.execution,
  since: row.since,
  choice: row.choice,
  by: row.made_by,
  cost: row.cost === null ? undefined : parseDecimal(row.cost),
  mayExceed: row.may_exceed,
  askedAt: row.asked_at,
  state: stateOf(row),
})

/** Somebody sees to it: newer costs are no reason to ring. */
async function isAcknowledged(db: Database, trade: Trade, since: Date): Promise<boolean> {
  const row = await db
    .selectFrom('urgent_alerts')
    .select('acked_at')
    .where('key', '=', `alert ${exposureSubject(trade)}`)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.acked_at !== null && row?.acked_at !== undefined && row.acked_at > since
}

export function openPostgresExposureStore(
  db: Database,
  { mode, posted = () => {} }: { readonly mode: 'paper' | 'live'; readonly posted?: () => void },
): ExposureStore {
  return {
    async listOpen() {
      const rows = await db
        .selectFrom('exposures')
        .innerJoin('executions', 'executions.id', 'exposures.execution')
        .select(['exposures.execution', 'exposures.since', 'exposures.quoted_at'])
        .where('executions.mode', '=', mode)
        .where('exposures.closed_at', 'is', null)
        .orderBy('exposures.since')
        .execute()
      return rows.map(({ execution, since, quoted_at }) => ({
        trade: execution,
        since,
        quotedAt: quoted_at ?? undefined,
      }))
    },
    async quote(id, since, quoted, tells) {
      const isTold = await transact(db, async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('exposures')
          .set({ quoted: sql<string>`${encodeQuoted(quoted)}::jsonb`, quoted_at: quoted.at })
          .where('execution', '=', id)
          .where('since', '=', since)
          .where('closed_at', 'is', null)
          .executeTakeFirstOrThrow()
        const trade = tells && numUpdatedRows > 0n ? await findTrade(trx, id) : undefined
        if (trade === undefined) return false
        const alert = exposureRenewed(trade, await isAcknowledged(trx, trade, since))
        const outbox = openPostgresOutbox(trx)
        await outbox.post({ kind: 'trade', trade })
        if (alert !== undefined) await outbox.post(alert)
        return true
      })
      if (isTold) posted()
    },
    ask: (wish) =>
      transact(db, async (trx) => {
        const { trade, since, choice, by, cost, mayExceed } = wish
        const open = await trx
          .selectFrom('exposures')
          .select('execution')
          .where('execution', '=', trade)
          .where('since', '=', since)
          .where('closed_at', 'is', null)
          .executeTakeFirst()
        const id = newId(Date.now())
        const { rows } = await sql`
          insert into exposure_answers (id, execution, since, choice, made_by, cost, may_exceed)
          select ${id}, ${trade}, ${since}, ${choice}, ${by}, ${costText(cost)}::numeric, ${mayExceed}
          where ${open !== undefined}
          on conflict do nothing
          returning id`.execute(trx)
        if (rows.length > 0) return { outcome: 'asked', id }
        const first = await trx
          .selectFrom('exposure_answers')
          .selectAll()
          .where('execution', '=', trade)
          .where('since', '=', since)
          .where('state', '<>', 'refused')
          .orderBy('asked_at', 'desc')
          .limit(1)
          .executeTakeFirst()
        return first === undefined
          ? { outcome: 'over' }
          : { outcome: 'first', by: first.made_by, choice: first.choice, at: first.asked_at }
      }),
    async listAsked() {
      const rows = await db
        .selectFrom('exposure_answers')
        .innerJoin('executions', 'executions.id', 'exposure_answers.execution')
        .select('exposure_answers.id')
        .where('executions.mode', '=', mode)
        .where('exposure_answers.state', '=', 'asked')
        .orderBy('exposure_answers.asked_at')
        .execute()
      return rows.map(({ id }) => id)
    },
    async find(id) {
      const row = await db
        .selectFrom('exposure_answers')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row && answerOf(row)
    },
    async refuse(id, reason) {
      await db
        .updateTable('exposure_answers')
        .set({ state: 'refused', reason, answered_at: now })
        .where('id', '=', id)
        .where('state', '=', 'asked')
        .execute()
    },
  }
}
