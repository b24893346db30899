// What the desk knows of venues, markets and assets, who runs which shard, and what a venue still grants.
import { sql, type Kysely } from 'kysely'

// No migration has a way down: rows that money depends on are never un-made, a backup is the way back.
export async function up(db: Kysely<unknown>): Promise<void> {
  // One type for every amount and price: what src/money.ts holds, 18 digits exact and never NaN. Its
  // widest text has 58 characters, which parseDecimal still reads.
  await sql`create domain amount as numeric(56, 18) constraint amount_is_a_number check (value <> 'NaN')`.execute(
    db,
  )

  await sql`
    create table markets (
      venue text not null,
      symbol text not null,
      base text not null,
      quote text not null,
      price_step amount not null check (price_step >= 0),
      amount_step amount not null check (amount_step >= 0),
      amount_min amount not null check (amount_min >= 0),
      notional_min amount not null check (notional_min >= 0),
      fee_rate amount not null,
      fee_source text not null check (fee_source in ('account', 'market', 'venue', 'default')),
      fee_paid_in text not null check (fee_paid_in in ('received', 'quote')),
      active boolean not null,
      primary key (venue, symbol)
    )`.execute(db)
  await sql`
    create table assets (
      venue text not null,
      asset text not null,
      name text,
      deposit text not null check (deposit in ('open', 'shut', 'unknown')),
      withdraw text not null check (withdraw in ('open', 'shut', 'unknown')),
      networks jsonb not null,
      primary key (venue, asset)
    )`.execute(db)
  await sql`
    create table venue_statuses (
      venue text primary key,
      state text not null check (state in ('up', 'degraded', 'refused')),
      reason text not null,
      swept_at timestamptz,
      markets integer not null,
      sweep_ms double precision not null,
      changed_at timestamptz not null default clock_timestamp()
    )`.execute(db)
  await sql`
    create table asset_values (
      asset text primary key,
      usdt numeric not null check (usdt > 0 and usdt < 'Infinity'),
      valued_at timestamptz not null default clock_timestamp()
    )`.execute(db)
  await sql`
    create table watchlist (
      shard text not null,
      venue text not null,
      symbol text not null,
      rank integer not null,
      score_usdt numeric not null,
      volume_usdt numeric,
      frozen_ms double precision not null,
      listed_at timestamptz not null default clock_timestamp(),
      primary key (shard, venue, symbol)
    )`.execute(db)

  // Epochs come from one sequence: a shard that is taken off and put back never sees an old one again.
  await sql`create sequence shard_epochs`.execute(db)
  await sql`
    create table shards (
      shard text primary key,
      epoch bigint not null default 0,
      owner text,
      lease_until timestamptz,
      check ((owner is null) = (lease_until is null))
    )`.execute(db)

  await sql`
    create table request_budgets (
      venue text primary key,
      tokens double precision not null,
      share double precision not null check (share > 0 and share <= 1),
      counted_at timestamptz not null,
      paused_until timestamptz not null,
      penalised_at timestamptz,
      reason text
    )`.execute(db)
}
