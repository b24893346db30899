// What was paid into the accounts and out of them, apart from what trades moved: balances are the sum of
// both, so that a declaration can change without touching what trades brought.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table deposits (
      seq bigint generated always as identity primary key,
      mode text not null check (mode in ('paper', 'live')),
      venue text not null,
      asset text not null,
      amount amount not null check (amount <> 0),
      source text not null check (source in ('usual', 'declared')),
      made_by text not null,
      made_at timestamptz not null default clock_timestamp()
    )`.execute(db)
  await sql`create index deposits_by_venue on deposits (mode, venue)`.execute(db)
  // What older balances were funded with is what they hold without what trades did to them.
  await sql`
    insert into deposits (mode, venue, asset, amount, source, made_by)
    select mode, venue, asset, held - traded, 'usual', 'migration'
    from (
      select mode, venue, asset, free + reserved as held, coalesce((
        select sum(change) from (
          select trade, venue, received_asset as asset, received as change from fills
          union all
          select trade, venue, spent_asset, -spent from fills
          union all
          select trade, venue, fee_asset, -fee from fills
          where fee_asset not in (spent_asset, received_asset)
        ) flow join trades on trades.id = flow.trade
        where trades.mode = balances.mode and flow.venue = balances.venue
          and flow.asset = balances.asset
      ), 0) as traded
      from balances where mode = 'paper'
    ) known
    where held <> traded`.execute(db)
}
