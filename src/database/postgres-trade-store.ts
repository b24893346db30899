// The trade port on PostgreSQL.
import { sql } from 'kysely'
import { estimate, parseDecimal } from '../money.ts'
import type { Exposure, TradeStore } from '../trade/trade-store.ts'
import { midnight } from './clock.ts'
import { transact, type Database } from './connect.ts'
import { readFillShares } from './fill-shares.ts'
import { declareBalances, redeclareBalances } from './deposit-rows.ts'
import { unexplainedBalances } from './ledger-rows.ts'
import { barredVenues } from './reconcile-facts.ts'
import { trippedBreakers } from './postgres-breaker-store.ts'
import { profitSince } from './profit-rows.ts'
import { findTrade, listTrades, tradesOf } from './trade-rows.ts'

/** A paper desk and a live desk on one database have their own trades and their own money. */
export function openPostgresTradeStore(
  db: Database,
  { mode }: { readonly mode: 'paper' | 'live' },
): TradeStore {
  return {
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
    notionalTodayUsdt: estimate(Number(row.notional)),
    realisedTodayUsdt: profit.usdt,
    unvaluedToday: profit.unvalued,
    tripped: await trippedBreakers(db, mode),
    barred: await barredVenues(db, mode),
  }
}
