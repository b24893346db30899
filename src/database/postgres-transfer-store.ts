// The transfer port on PostgreSQL. Whatever is heard of a transfer is joined to what is known under its row
// lock, and the money follows in the same transaction.
import { sql, type Transaction } from 'kysely'
import { estimate, parseDecimal } from '../money.ts'
import { transferNotice } from '../notification/transfer-notice.ts'
import type { ControlMode } from '../trade/engine/control.ts'
import { learn } from '../trade/transfer/learn.ts'
import { positionOf, transferEntries } from '../trade/transfer/transfer-money.ts'
import type {
  Observation,
  Transfer,
  TransferFacts,
  TransferOrder,
} from '../trade/transfer/transfer.ts'
import type { Leave, TransferStore } from '../trade/transfer/transfer-store.ts'
import { moveBalances } from './balance-rows.ts'
import { now } from './clock.ts'
import { transact, type Database } from './connect.ts'
import { judgeLeaving, usedToday } from './judge-leaving.ts'
import { writeLedger } from './ledger-rows.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import type { Tables } from './tables.ts'
import { findTrade } from './trade-rows.ts'
import { writeRequest } from './transfer-request.ts'
import { factColumns, transferOf } from './transfer-rows.ts'

type Trx = Transaction<Tables>
type Mode = 'paper' | 'live'

/** A no that turns out to be none is heard of within this. */
const doubtfulMs = 3_600_000

export type TransferScope = {
  readonly mode: Mode
  /** What this process alone knows to stop it. */
  readonly here?: () => ControlMode
  /** Told after each change: surfaces may look at once. */
  readonly posted?: () => void
}

async function hold(trx: Trx, mode: Mode, id: string) {
  const row = await trx
    .selectFrom('transfers')
    .selectAll()
    .where('id', '=', id)
    .where('mode', '=', mode)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new Error(`there is no transfer ${id}`)
  return { transfer: transferOf(row), step: row.step }
}

/** Writes what is known now and moves what that moves; tells people where the state is another. */
async function become(
  trx: Trx,
  { order, facts: before, state: was }: Transfer,
  after: TransferFacts,
  step: number,
): Promise<Transfer> {
  const columns = factColumns(after)
  const { state } = columns
  const { changed_at } = await trx
    .updateTable('transfers')
    .set({ ...columns, step, ...(state !== was && { changed_at: now }) })
    .where('id', '=', order.id)
    .returning('changed_at')
    .executeTakeFirstOrThrow()
  const [from, to] = [positionOf(order, before), positionOf(order, after)]
  await writeLedger(trx, order.mode, transferEntries(order, from, to, step))
  const reserved = to.reserved - from.reserved
  const sent = to.atSender - from.atSender
  const arrived = to.atReceiver - from.atReceiver
  const moves = [
    { venue: order.from, asset: order.asset, free: sent - reserved, reserved },
    { venue: order.to, asset: order.asset, free: arrived, reserved: 0n },
  ].filter((move) => move.free !== 0n || move.reserved !== 0n)
  await moveBalances(trx, order.mode, moves, 'fact')
  const transfer = { order, facts: after, state, changedAt: changed_at }
  if (state !== was) await tell(trx, transfer)
  return transfer
}

/** The card of its trade tells how a transfer of a trade goes; what needs somebody is an alert besides. */
async function tell(trx: Trx, transfer: Transfer): Promise<void> {
  const outbox = openPostgresOutbox(trx)
  const notice = transferNotice(transfer)
  const { trade } = transfer.order
  if (notice !== undefined && (trade === undefined || notice.kind === 'alert'))
    await outbox.post(notice)
  const told = trade === undefined ? undefined : await findTrade(trx, trade)
  if (told !== undefined) await outbox.post({ kind: 'trade', trade: told })
}

async function ask(trx: Trx, order: TransferOrder) {
  const needed = order.amount + order.fee
  const row = await trx
    .selectFrom('balances')
    .select(['free', 'withheld'])
    .where('mode', '=', order.mode)
    .where('venue', '=', order.from)
    .where('asset', '=', order.asset)
    .forUpdate()
    .executeTakeFirst()
  const free = row === undefined ? 0n : parseDecimal(row.free) - parseDecimal(row.withheld)
  if (free < needed) return { outcome: 'short', free } as const
  await writeRequest(trx, order, 'wish')
  return { outcome: 'requested' } as const
}

/** Two that leave at once must not both find room under the day's cap. */
const takeTurns = (trx: Trx) =>
  sql`select pg_advisory_xact_lock(hashtextextended('arbdesk transfers', 0))`.execute(trx)

export function openPostgresTransferStore(
  db: Database,
  { mode, here = () => 'running', posted = () => {} }: TransferScope,
): TransferStore {
  const observe = async (id: string, observed: Observation): Promise<Transfer> => {
    const done = await transact(db, async (trx) => {
      const { transfer, step } = await hold(trx, mode, id)
      const facts = learn(transfer.facts, observed)
      const isSame = factColumns(facts).facts === factColumns(transfer.facts).facts
      return isSame ? transfer : await become(trx, transfer, facts, step + 1)
    })
    posted()
    return done
  }

  return {
    async request(order) {
      if (order.mode !== mode) throw new Error(`transfer ${order.id} is no ${mode} transfer`)
      return transact(db, (trx) => ask(trx, order))
    },
    async leave(id, admitted) {
      const leave = await transact(db, async (trx): Promise<Leave> => {
        await takeTurns(trx)
        const { transfer, step } = await hold(trx, mode, id)
        if (transfer.state !== 'requested') return { outcome: 'gone' }
        const judged = await judgeLeaving(trx, transfer.order, admitted, here())
        if (judged.outcome === 'waits') return judged
        const observed: Observation =
          judged.outcome === 'left'
            ? { kind: 'left', at: judged.at, to: judged.to }
            : { kind: 'refused', reason: judged.reason }
        await become(trx, transfer, learn(transfer.facts, observed), step + 1)
        return judged
      })
      if (leave.outcome !== 'waits') posted()
      return leave
    },
    observe,
    async expire() {
      const rows = await db
        .selectFrom('transfers')
        .select('id')
        .where('mode', '=', mode)
        .where('state', '=', 'requested')
        .where('expires_at', '<=', now)
        .execute()
      for (const { id } of rows)
        await observe(id, { kind: 'refused', reason: 'nobody sent it in time' })
    },
    async declareAbsent(id, by) {
      const row = await db
        .selectFrom('transfers')
        .select('state')
        .where('id', '=', id)
        .where('mode', '=', mode)
        .executeTakeFirst()
      if (row?.state !== 'unknown') return undefined
      return await observe(id, { kind: 'declared-absent', by })
    },
    async find(id) {
      const row = await db
        .selectFrom('transfers')
        .selectAll()
        .where('id', '=', id)
        .where('mode', '=', mode)
        .executeTakeFirst()
      return row && transferOf(row)
    },
    async list({ limit, trade }) {
      const rows = await db
        .selectFrom('transfers')
        .selectAll()
        .where('mode', '=', mode)
        .$if(trade !== undefined, (all) => all.where('trade', '=', trade ?? ''))
        .orderBy('requested_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows.map(transferOf)
    },
    async open() {
      const rows = await db
        .selectFrom('transfers')
        .selectAll()
        .where('mode', '=', mode)
        .where((where) =>
          where.or([
            where('state', 'in', ['requested', 'sending', 'in-transit', 'unknown', 'stuck']),
            where.and([
              where('state', 'in', ['rejected', 'returned']),
              where(
                'sent_at',
                '>',
                sql<Date>`clock_timestamp() - ${doubtfulMs} * interval '1 millisecond'`,
              ),
            ]),
          ]),
        )
        .orderBy('requested_at')
        .execute()
      return rows.map(transferOf)
    },
    async taken(id, venue) {
      const rows = await db
        .selectFrom('transfers')
        .select(['from_venue', 'to_venue', 'withdrawal_id', 'deposit_id'])
        .where('mode', '=', mode)
        .where('id', '<>', id)
        .where((where) =>
          where.or([where('from_venue', '=', venue), where('to_venue', '=', venue)]),
        )
        .execute()
      const of = (which: 'from_venue' | 'to_venue', what: 'withdrawal_id' | 'deposit_id') =>
        new Set(rows.flatMap((row) => (row[which] === venue ? (row[what] ?? []) : [])))
      return {
        withdrawals: of('from_venue', 'withdrawal_id'),
        deposits: of('to_venue', 'deposit_id'),
      }
    },
    async inTransit() {
      const rows = await db
        .selectFrom('transfers')
        .selectAll()
        .where('mode', '=', mode)
        .where('state', 'in', ['in-transit', 'stuck'])
        .orderBy('requested_at')
        .execute()
      return rows.map((row) => ({
        id: row.id,
        asset: row.asset,
        amount: parseDecimal(row.amount),
        from: row.from_venue,
        to: row.to_venue,
        state: row.state as 'in-transit' | 'stuck',
      }))
    },
    async usedTodayUsdt() {
      const { rows } = await usedToday(mode).execute(db)
      return estimate(Number(rows[0]?.used ?? 0))
    },
  }
}
