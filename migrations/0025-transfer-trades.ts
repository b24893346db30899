// Transfer trades: bought on one venue, sent, sold on another, and the money sent back. A transfer that is
// part of a trade is paper always, whatever the code does: nothing that a chat can start may withdraw.
import { sql, type Kysely } from 'kysely'

const intoTransit = [
  'legs',
  'resolving',
  'imbalanced',
  'hedging',
  'exposed',
  'settling',
  'done',
  'settled-with-diff',
  'aborted',
]
const outOfTransit = ['legs', 'resolving', 'imbalanced', 'exposed', 'settling']

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['opportunities', 'trades'])
    await sql`
      alter table ${sql.table(table)}
        add column transfer jsonb,
        drop constraint ${sql.ref(`${table}_kind_check`)},
        add constraint ${sql.ref(`${table}_kind_check`)}
          check (kind in ('cross', 'cycle', 'transfer')),
        add constraint ${sql.ref(`${table}_say_how_they_send`)}
          check ((kind = 'transfer') = (transfer is not null))`.execute(db)
  await sql`
    insert into transitions
    select 'execution', state, 'transit' from unnest(${intoTransit}::text[]) state
    union all
    select 'execution', 'transit', state from unnest(${outOfTransit}::text[]) state`.execute(db)
  await sql`
    alter table transfers
      add column trade text references trades,
      add constraint trades_send_paper_alone check (trade is null or mode = 'paper')`.execute(db)
  await sql`
    create index transfers_by_trade on transfers (trade) where trade is not null`.execute(db)
  await sql`
    create function keep_transfer_trade() returns trigger language plpgsql as $$
    begin
      raise exception 'transfer % is written down and may not be changed', old.id
        using errcode = 'check_violation', constraint = 'transfers_keep_trade';
    end $$`.execute(db)
  await sql`
    create trigger transfers_keep_trade before update on transfers
    for each row when (new.trade is distinct from old.trade)
    execute function keep_transfer_trade()`.execute(db)
  // What a transfer of a trade costs is in what the trade brought.
  await sql`
    alter table ledger
      drop constraint ledger_check,
      add constraint ledger_check check (kind = 'transfer'
        or (trade is not null) = (kind in ('spent', 'received', 'fee')))`.execute(db)
}
