// The ledger as rows. Whoever moves a balance writes its lines in the same transaction.
import { sql, type Transaction } from 'kysely'
import { format, parseDecimal } from '../money.ts'
import type { LedgerEntry, Unexplained } from '../trade/ledger.ts'
import type { Database } from './connect.ts'
import type { Tables } from './tables.ts'

type Mode = 'paper' | 'live'

/** An event that was written before breaks its transaction, so that no money moves twice. */
export async function writeLedger(
  trx: Transaction<Tables>,
  mode: Mode,
  entries: readonly LedgerEntry[],
): Promise<void> {
  if (entries.length === 0) return
  await trx
    .insertInto('ledger')
    .values(
      entries.map(({ amount, trade, account = 'venue', ...entry }) => ({
        ...entry,
        account,
        mode,
        amount: format(amount),
        trade: trade ?? null,
      })),
    )
    .execute()
}

/** In one statement, so that a trade under way is in both sums or in neither. */
export async function unexplainedBalances(
  db: Database,
  mode: Mode,
): Promise<readonly Unexplained[]> {
  const { rows } = await sql<{ venue: string; asset: string; held: string; written: string }>`
    select venue, asset, coalesce(held, 0) as held, coalesce(written, 0) as written
    from (select venue, asset, free + reserved as held from balances where mode = ${mode}) balance
      full join (
        select venue, asset, sum(amount) as written from ledger
        where mode = ${mode} and account = 'venue'
        group by venue, asset
      ) line using (venue, asset)
    where coalesce(held, 0) <> coalesce(written, 0)
    order by venue, asset`.execute(db)
  return rows.map((row) => ({
    venue: row.venue,
    asset: row.asset,
    held: parseDecimal(row.held),
    written: parseDecimal(row.written),
  }))
}
