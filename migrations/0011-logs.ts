// What the processes of the desk said lately.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table log_lines (
      seq bigint generated always as identity primary key,
      at timestamptz not null,
      process text not null,
      level text not null check (level in ('debug', 'info', 'warn', 'error')),
      part text not null,
      text text not null,
      facts text not null
    )`.execute(db)
  // Most lines are of no concern: whoever looks for trouble reads these.
  await sql`
    create index log_trouble on log_lines (seq) where level in ('warn', 'error')`.execute(db)
}
