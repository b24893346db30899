// The port of alert rules on PostgreSQL. What was told is written down with the telling, so that a gap
// that stands through a restart is told once.
import { sql, type Selectable } from 'kysely'
import { newId } from '../id.ts'
import {
  awayMsMax,
  rulesMax,
  rulesOfPersonMax,
  type AlertRule,
  type AlertRuleStore,
} from '../notification/alert-rule.ts'
import type { AlertTables } from './alert-tables.ts'
import { msAgo, now } from './clock.ts'
import { transact, type Database } from './connect.ts'
import { openPostgresOutbox } from './postgres-outbox.ts'

const keptMs = 86_400_000

const ruleOf = (row: Selectable<AlertTables['alert_rules']>): AlertRule => ({
  id: row.id,
  pattern: row.pattern,
  percent: row.percent,
  standsMs: row.stands_ms,
  person: row.person,
  by: row.made_by,
  to:
    row.surface === null || row.chat === null
      ? undefined
      : { surface: row.surface, chat: row.chat },
  madeAt: row.made_at,
})

const standing = sql<boolean>`removed_at is null`

export function openPostgresAlertRuleStore(
  db: Database,
  { posted = () => {} }: { readonly posted?: () => void } = {},
): AlertRuleStore {
  return {
    async list() {
      const rows = await db
        .selectFrom('alert_rules')
        .selectAll()
        .where(standing)
        .orderBy('made_at')
        .execute()
      return rows.map(ruleOf)
    },
    add: ({ pattern, percent, standsMs, person, by, to }) =>
      transact(db, async (trx) => {
        await sql`lock table alert_rules in share row exclusive mode`.execute(trx)
        const { all, own } = await trx
          .selectFrom('alert_rules')
          .select((s) => [
            s.fn.countAll<number>().as('all'),
            s.fn.countAll<number>().filterWhere('person', '=', person).as('own'),
          ])
          .where(standing)
          .executeTakeFirstOrThrow()
        if (all >= rulesMax || own >= rulesOfPersonMax) return undefined
        const row = await trx
          .insertInto('alert_rules')
          .values({
            id: newId(Date.now()),
            pattern,
            percent,
            stands_ms: standsMs,
            person,
            made_by: by,
            surface: to?.surface ?? null,
            chat: to?.chat ?? null,
          })
          .returningAll()
          .executeTakeFirstOrThrow()
        return ruleOf(row)
      }),
    async remove(id, by) {
      const row = await db
        .updateTable('alert_rules')
        .set({ removed_at: now, removed_by: by })
        .where('id', '=', id)
        .where(standing)
        .returningAll()
        .executeTakeFirst()
      return row && ruleOf(row)
    },
    async tell({ id }, routes, notificationOf) {
      const told = await transact(db, async (trx) => {
        const { rows } = await sql<{ route: string }>`
          insert into alert_episodes (rule, route)
          select ${id}, route from unnest(${[...routes]}::text[]) as route
          where exists (select from alert_rules where id = ${id} and removed_at is null)
          on conflict (rule, route) do update set told_at = ${now}, seen_at = ${now}
            where alert_episodes.seen_at < ${msAgo(awayMsMax)}
          returning route`.execute(trx)
        const fresh = routes.filter((route) => rows.some((row) => row.route === route))
        if (fresh.length > 0) await openPostgresOutbox(trx).post(notificationOf(fresh))
        return fresh
      })
      if (told.length > 0) posted()
      return told
    },
    async stand(gaps) {
      await sql`
        update alert_episodes set seen_at = ${now}
        from unnest(${gaps.map(({ rule }) => rule)}::text[],
          ${gaps.map(({ route }) => route)}::text[]) as gap (rule, route)
        where alert_episodes.rule = gap.rule and alert_episodes.route = gap.route`.execute(db)
      await db.deleteFrom('alert_episodes').where('seen_at', '<', msAgo(keptMs)).execute()
    },
  }
}
