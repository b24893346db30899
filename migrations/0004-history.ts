// What happened, per minute. Each table is cut into UTC days, so that forgetting a day is dropping a
// table; src/database/day-partitions.ts makes and drops them.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table prices (
      symbol text not null,
      venue text not null,
      minute timestamptz not null,
      bid numeric not null,
      ask numeric not null,
      primary key (symbol, venue, minute)
    ) partition by range (minute)`.execute(db)
  await sql`
    create table books (
      symbol text not null,
      venue text not null,
      at timestamptz not null,
      bids numeric[] not null,
      asks numeric[] not null,
      primary key (symbol, venue, at)
    ) partition by range (at)`.execute(db)
  await sql`
    create table gaps (
      route text not null,
      minute timestamptz not null,
      samples integer not null check (samples >= 0),
      net_max double precision not null,
      net_mean double precision not null,
      open_ms integer not null check (open_ms between 0 and 60000),
      primary key (route, minute)
    ) partition by range (minute)`.execute(db)
  // Most gaps never open: the share of the last hour reads only those that did.
  await sql`create index open_gaps on gaps (minute) where open_ms > 0`.execute(db)
  await sql`
    create table refusals (
      route text not null,
      minute timestamptz not null,
      reason text not null,
      count bigint not null check (count > 0),
      detail text not null,
      primary key (route, minute, reason)
    ) partition by range (minute)`.execute(db)
  await sql`create index refusals_by_minute on refusals (minute, reason)`.execute(db)
}
