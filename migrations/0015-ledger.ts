// Every movement of money, written once: what a balance is, is the sum of its lines here.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table ledger (
      seq bigint generated always as identity primary key,
      txn text not null,
      mode text not null check (mode in ('paper', 'live')),
      venue text not null,
      asset text not null,
      amount amount not null check (amount <> 0),
      kind text not null
        check (kind in ('opening', 'deposit', 'withdrawal', 'spent', 'received', 'fee')),
      trade text,
      key text not null unique,
      at timestamptz not null default clock_timestamp(),
      check ((trade is not null) = (kind in ('spent', 'received', 'fee')))
    )`.execute(db)
  await sql`create index ledger_by_balance on ledger (mode, venue, asset)`.execute(db)
  await sql`create index ledger_by_trade on ledger (trade) where trade is not null`.execute(db)
  // A mistake is put right by another line.
  await sql`
    create trigger ledger_is_final before update or delete or truncate on ledger
    for each statement execute function refuse_change()`.execute(db)
  // What moved before anybody wrote it down stands as one line a balance.
  await sql`
    insert into ledger (txn, mode, venue, asset, amount, kind, key)
    select 'opening', mode, venue, asset, free + reserved, 'opening',
      concat_ws(' ', 'opening', mode, venue, asset)
    from balances where free + reserved <> 0`.execute(db)
}
