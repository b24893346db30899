// Open positions as rows. They follow their execution in the transaction of each change.
import { sql, type Selectable, type Transaction } from 'kysely'
import { format, parseDecimal } from '../money.ts'
import type { ExposureNews } from '../notification/exposure-alert.ts'
import { openRanges } from '../trade/engine/balance.ts'
import { filledOf, type Execution } from '../trade/engine/execution.ts'
import { answerDueAt } from '../trade/engine/obey.ts'
import type { Exposure } from '../trade/exposure.ts'
import { now } from './clock.ts'
import type { Database } from './connect.ts'
import { decodeFacts, decodeQuoted, encodeFacts } from './exposure-json.ts'
import type { ExposureTables } from './exposure-tables.ts'
import type { Tables } from './tables.ts'

type Trx = Transaction<Tables>
type Row = Selectable<ExposureTables['exposures']>

const exposureOf = (row: Row): Exposure => ({
  since: row.since,
  reason: row.reason,
  ...decodeFacts(row.document),
  quoted: row.quoted === null ? undefined : decodeQuoted(row.quoted),
  decided:
    row.choice === null || row.decided_by === null || row.decided_at === null
      ? undefined
      : {
          choice: row.choice,
          by: row.decided_by,
          at: row.decided_at,
          cost: row.cost === null ? undefined : parseDecimal(row.cost),
        },
  closedAt: row.closed_at ?? undefined,
})

/** The last exposure of each of these trades that ever had one. */
export async function exposuresOf(
  db: Database,
  trades: readonly string[],
): Promise<ReadonlyMap<string, Exposure>> {
  const rows = await db
    .selectFrom('exposures')
    .selectAll()
    .distinctOn('execution')
    .where('execution', 'in', trades)
    .orderBy('execution')
    .orderBy('since', 'desc')
    .execute()
  return new Map(rows.map((row) => [row.execution, exposureOf(row)]))
}

/** Orders of the plan of which nothing came, in the venues' own words. */
const refusalsOf = ({ legs }: Execution): readonly string[] =>
  legs
    .filter((leg) => leg.role === 'primary' && leg.endedAt !== undefined && filledOf(leg) === 0n)
    .map(({ market, side, reason, state }) => {
      const { venue, symbol } = market
      const words = state === 'cancelled-zero' ? 'nothing was there within its limit' : state
      const why = (reason ?? words).replace(/\.(\)?)$/, '$1')
      return `${venue} did not ${side} ${symbol.split('/')[0] ?? ''}: ${why}`
    })

const factsOf = (execution: Execution) => {
  const dueAt = answerDueAt(execution)
  return encodeFacts({
    open: openRanges(execution),
    refusals: refusalsOf(execution),
    unanswered: dueAt === undefined ? undefined : { choice: execution.terms.unanswered, at: dueAt },
  })
}

async function decide(trx: Trx, { id, resolution }: Execution): Promise<boolean> {
  if (resolution === undefined) return false
  const { exposedAt, choice, by, at, answer } = resolution
  const asked =
    answer === undefined
      ? undefined
      : await trx
          .updateTable('exposure_answers')
          .set({ state: 'taken', answered_at: now })
          .where('id', '=', answer)
          .where('state', '=', 'asked')
          .returning('cost')
          .executeTakeFirst()
  const { numUpdatedRows } = await trx
    .updateTable('exposures')
    .set({ choice, decided_by: by, decided_at: at, cost: asked?.cost ?? null })
    .where('execution', '=', id)
    .where('since', '=', exposedAt)
    .where((where) => where.or([where('decided_at', 'is', null), where('decided_at', '<>', at)]))
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

async function close(trx: Trx, id: string, but: Date | undefined): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('exposures')
    .set({ closed_at: now })
    .where('execution', '=', id)
    .where('closed_at', 'is', null)
    .$if(but !== undefined, (rows) => rows.where('since', '<>', but ?? new Date(0)))
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** What is open may still change while it waits, and so may what happens unless somebody answers. */
async function open(trx: Trx, execution: Execution, since: Date): Promise<boolean> {
  const document = sql<string>`${factsOf(execution)}::jsonb`
  const { rows } = await sql<{ is_new: boolean }>`
    insert into exposures (execution, since, reason, document)
    values (${execution.id}, ${since}, ${execution.reason ?? ''}, ${document})
    on conflict (execution, since) do update set document = excluded.document
    returning xmax = 0 as is_new`.execute(trx)
  return rows[0]?.is_new === true
}

export async function projectExposure(
  trx: Trx,
  execution: Execution,
): Promise<readonly ExposureNews[]> {
  const { id, state, exposedAt } = execution
  const since = state === 'exposed' ? exposedAt : undefined
  const news: ExposureNews[] = []
  if (await decide(trx, execution)) news.push('decided')
  if (await close(trx, id, since)) news.push('closed')
  if (since !== undefined && (await open(trx, execution, since))) news.push('begun')
  return news
}

export const costText = (cost: bigint | undefined): string | null =>
  cost === undefined ? null : format(cost)
