// Runtime settings that differ from their defaults, and everybody who ever changed one.
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table settings (
      key text primary key,
      value jsonb not null,
      changed_by text not null,
      changed_at timestamptz not null
    )`.execute(db)
  await sql`
    create table settings_audit (
      seq bigint generated always as identity primary key,
      key text not null,
      from_value jsonb not null,
      to_value jsonb not null,
      changed_by text not null,
      changed_at timestamptz not null
    )`.execute(db)
  await sql`create index settings_audit_by_key on settings_audit (key, seq)`.execute(db)
}
