// Open positions that wait for a person: what is open, what each way out of it costs, what was decided and
// by whom; and every answer that was given, refused ones too. One answer at a time is on its way.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table exposures (
      execution text not null references executions,
      since timestamptz not null,
      reason text not null,
      document jsonb not null,
      quoted jsonb,
      quoted_at timestamptz,
      choice text,
      decided_by text,
      decided_at timestamptz,
      cost amount,
      closed_at timestamptz,
      primary key (execution, since),
      constraint decided_whole check ((choice is null) = (decided_by is null)
        and (choice is null) = (decided_at is null)),
      constraint quoted_whole check ((quoted is null) = (quoted_at is null))
    )`.execute(db)
  await sql`
    create index exposures_open on exposures (since) where closed_at is null`.execute(db)
  await sql`
    create table exposure_answers (
      id text primary key,
      execution text not null,
      since timestamptz not null,
      choice text not null,
      made_by text not null,
      cost amount,
      may_exceed boolean not null,
      state text not null default 'asked' check (state in ('asked', 'taken', 'refused')),
      reason text,
      asked_at timestamptz not null default clock_timestamp(),
      answered_at timestamptz,
      foreign key (execution, since) references exposures,
      constraint answered_once check ((state = 'asked') = (answered_at is null))
    )`.execute(db)
  // A word to hold leaves the position open, so another may follow it.
  await sql`
    create unique index exposure_answers_one on exposure_answers (execution, since)
    where state = 'asked' or (state = 'taken' and choice <> 'hold')`.execute(db)
  await sql`
    create index exposure_answers_asked on exposure_answers (asked_at) where state = 'asked'`.execute(
    db,
  )
  // What may be pressed under an urgent alert is told again with it.
  await sql`alter table urgent_alerts add column actions jsonb not null default '[]'`.execute(db)
}
