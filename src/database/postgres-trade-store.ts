// The trade port on PostgreSQL. A claim's epoch fences every write: whoever lost the trade changes nothing.
import { sql } from 'kysely'
import { decimalOf, format, parseDecimal } from '../money.ts'
import { reservationsOf } from '../trade/reservation.ts'
import type { Trade } from '../trade/trade.ts'
import type { Claim, Exposure, TradeStore } from '../trade/trade-store.ts'
import { reserve } from './balance-rows.ts'
import { midnight, msFromNow, now } from './clock.ts'
import { transact, type Database } from './connect.ts'
import { readFillShares } from './fill-shares.ts'
import { declareBalances, redeclareBalances } from './deposit-rows.ts'
import { unexplainedBalances } from './ledger-rows.ts'
import { barredVenues } from './reconcile-facts.ts'
import { replaceLegs } from './leg-rows.ts'
import { trippedBreakers } from './postgres-breaker-store.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'
import { profitSince } from './profit-rows.ts'
import { bookFill, endTrade } from './trade-booking.ts'
import { findTrade, listTrades, tradesOf } from './trade-rows.ts'

/** Undoes a beginning that found too little money. */
class Short extends Error {
  readonly venue: string
  readonly asset: string
  constructor(venue: string, asset: string) {
    super(`not enough ${asset} on ${venue}`)
    this.venue = venue
    this.asset = asset
  }
}

const msSinceCreated = sql<number>`
  extract(epoch from clock_timestamp() - created_at)::float8 * 1000`

/** A paper desk and a live desk on one database have their own trades and their own money. */
export function openPostgresTradeStore(
  db: Database,
  { mode }: { readonly mode: 'paper' | 'live' },
): TradeStore {
  async function claim(id: string, worker: string, leaseMs: number): Promise<Claim> {
    const row = await db
      .updateTable('trades')
      .set((column) => ({
        epoch: sql<number>`${column.ref('epoch')} + 1`,
        worker,
        lease_until: msFromNow(leaseMs),
      }))
      .where('id', '=', id)
      .where('mode', '=', mode)
      .where('state', 'in', ['approved', 'executing'])
      .where((where) =>
        where.or([where('lease_until', 'is', null), where('lease_until', '<=', now)]),
      )
      .returningAll()
      .returning(msSinceCreated.as('approved_ms_ago'))
      .executeTakeFirst()
    if (row !== undefined) {
      const [trade] = await tradesOf(db, [row])
      const { epoch, approved_ms_ago: approvedMsAgo } = row
      return { outcome: 'claimed', trade: trade as Trade, epoch, approvedMsAgo }
    }
    return { outcome: (await findTrade(db, id)) === undefined ? 'unknown' : 'not-yours' }
  }

  return {
    claim,
    async release(id, epoch) {
      await db
        .updateTable('trades')
        .set({ lease_until: null })
        .where('id', '=', id)
        .where('epoch', '=', epoch)
        .where('state', '=', 'approved')
        .execute()
    },
    async begin(id, epoch, { plan, net, notional, notionalUsdt }) {
      try {
        return await transact(db, async (trx) => {
          const begun = await trx
            .updateTable('trades')
            .set({
              state: 'executing',
              begun_at: now,
              expected_net: format(net),
              notional: format(notional),
              notional_usdt: decimalOf(notionalUsdt),
            })
            .where('id', '=', id)
            .where('epoch', '=', epoch)
            .where('state', '=', 'approved')
            .where('lease_until', '>', now)
            .returning('mode')
            .executeTakeFirst()
          if (begun === undefined) return { outcome: 'lost' as const }
          await replaceLegs(trx, id, plan)
          const short = await reserve(trx, begun.mode, id, reservationsOf(plan))
          if (short !== undefined) throw new Short(short.venue, short.asset)
          const trade = await findTrade(trx, id)
          if (trade !== undefined) await openPostgresOutbox(trx).post({ kind: 'trade', trade })
          return { outcome: 'begun' as const }
        })
      } catch (error) {
        if (!(error instanceof Short)) throw error
        return { outcome: 'short', venue: error.venue, asset: error.asset }
      }
    },
    addFill: (id, epoch, fill) => transact(db, (trx) => bookFill(trx, id, epoch, fill)),
    finish: (id, epoch, ending) => transact(db, (trx) => endTrade(trx, id, epoch, ending)),
    find: (id) => findTrade(db, id),
    list: (filter) => listTrades(db, mode, filter),
    async begunAt(id) {
      const row = await db
        .selectFrom('trades')
        .select('begun_at')
        .where('id', '=', id)
        .executeTakeFirst()
      return row?.begun_at ?? undefined
    },
    async listExposed(limit) {
      const rows = await db
        .selectFrom('trades')
        .selectAll()
        .where('mode', '=', mode)
        .where('state', '=', 'exposed')
        .orderBy('finished_at', 'desc')
        .limit(limit)
        .execute()
      return tradesOf(db, rows)
    },
    async listUnfinished() {
      const rows = await db
        .selectFrom('trades')
        .select('id')
        .where('mode', '=', mode)
        .where('state', 'in', ['approved', 'executing'])
        .where((where) =>
          where.or([where('lease_until', 'is', null), where('lease_until', '<=', now)]),
        )
        .orderBy('created_at')
        .execute()
      return rows.map(({ id }) => id)
    },
    async listGranted() {
      const rows = await db
        .selectFrom('trades')
        .select('id')
        .where('mode', '=', mode)
        .where('state', '=', 'approved')
        .where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom('executions')
                .select('executions.id')
                .whereRef('executions.id', '=', 'trades.id'),
            ),
          ),
        )
        .orderBy('created_at')
        .execute()
      return rows.map(({ id }) => id)
    },
    exposure: (judged) => exposureOf(db, mode, judged),
    fillShares: () => readFillShares(db, mode),
    async balances() {
      const rows = await db
        .selectFrom('balances')
        .select(['venue', 'asset', 'free', 'reserved', 'withheld'])
        .where('mode', '=', mode)
        .orderBy('venue')
        .orderBy('asset')
        .execute()
      return rows.map(({ venue, asset, ...row }) => {
        const withheld = parseDecimal(row.withheld)
        const money = { free: parseDecimal(row.free), reserved: parseDecimal(row.reserved) }
        return { venue, asset, ...money, ...(withheld > 0n && { withheld }) }
      })
    },
    unexplained: () => unexplainedBalances(db, mode),
    declareBalances: (balances) => transact(db, (trx) => declareBalances(trx, mode, balances)),
    redeclareBalances: (declaration) =>
      transact(db, (trx) => redeclareBalances(trx, mode, declaration)),
  }
}

async function exposureOf(
  db: Database,
  mode: 'paper' | 'live',
  judged: string | undefined,
): Promise<Exposure> {
  const { rows } = await sql<{ open: string[]; notional: string }>`
    select
      coalesce(array_agg(route) filter (where state in ('approved', 'executing')), '{}') as open,
      coalesce(sum(notional_usdt)
        filter (where created_at >= ${midnight} and state <> 'abandoned'), 0) as notional
    from trades
    where mode = ${mode} and id is distinct from ${judged ?? null}
      and (state <> 'approved' or (created_at, id) < coalesce(
        (select (of.created_at, of.id) from trades of where of.id = ${judged ?? null}),
        ('infinity'::timestamptz, '')))
      and (state in ('approved', 'executing') or created_at >= ${midnight})`.execute(db)
  const row = rows[0] ?? { open: [], notional: '0' }
  const profit = await profitSince(db, mode, midnight)
  return {
    openTrades: row.open.length,
    openRoutes: row.open,
    notionalTodayUsdt: Number(row.notional),
    realisedTodayUsdt: profit.usdt,
    unvaluedToday: profit.unvalued,
    tripped: await trippedBreakers(db, mode),
    barred: await barredVenues(db, mode),
  }
}
