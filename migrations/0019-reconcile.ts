// What looking at the venues' own accounts has shown: how each stands, orders that are not the desk's, and
// money that moved without a trade.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table venue_looks (
      mode text not null check (mode in ('paper', 'live')),
      venue text not null,
      state text not null check (state in ('ok', 'reduce-only', 'quarantined')),
      reason text,
      looked_at timestamptz,
      agreed_at timestamptz,
      differences jsonb not null default '[]',
      foreign_orders integer not null default 0,
      changed_at timestamptz not null default clock_timestamp(),
      primary key (mode, venue),
      check ((state = 'ok') = (reason is null))
    )`.execute(db)
  // Told once each, whoever finds one again.
  await sql`
    create table stray_orders (
      mode text not null check (mode in ('paper', 'live')),
      venue text not null,
      order_id text not null,
      client_order_id text not null,
      kind text not null check (kind in ('orphan', 'foreign')),
      symbol text not null,
      side text not null check (side in ('buy', 'sell')),
      amount amount not null,
      filled amount not null,
      found_at timestamptz not null default clock_timestamp(),
      primary key (mode, venue, order_id)
    )`.execute(db)
  await sql`create index orphans_by_time on stray_orders (mode, found_at) where kind = 'orphan'`.execute(
    db,
  )
  await sql`
    create trigger stray_orders_stay before delete on stray_orders
    for each row execute function keep_as_written()`.execute(db)
  // A venue may give out less than the ledger has: another's order holds it, or it is not there.
  await sql`
    alter table balances
      add column withheld amount not null default 0 check (withheld >= 0)`.execute(db)
  await sql`
    alter table deposits
      drop constraint deposits_source_check,
      add constraint deposits_source_check check (source in ('usual', 'declared', 'external')),
      add column flow text,
      add column flow_key text,
      add constraint flow_of_external check ((flow is not null) = (source = 'external'))`.execute(
    db,
  )
  await sql`
    create unique index deposits_flow_once on deposits (mode, venue, flow_key)
    where flow_key is not null`.execute(db)
  await sql`create index orders_by_venue_time on orders (venue, sent_at)`.execute(db)
}
