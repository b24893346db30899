// The gateway store on PostgreSQL.
import { sql } from 'kysely'
import type { GatewayStore, SessionRoom } from '../notification/gateway-store.ts'
import type { Database } from './connect.ts'

/** As nobody counts them longer than a day. */
const keptDays = 2

export function openPostgresGatewayStore(db: Database): GatewayStore {
  /** The one that has to grow older than a day before there is room again. */
  async function roomIn(on: Database, bot: string, max: number): Promise<SessionRoom> {
    const { rows } = await sql<{ free_at: Date }>`
      select at + interval '1 day' as free_at from gateway_identifies
      where bot = ${bot} and at > clock_timestamp() - interval '1 day'
      order by at desc offset ${max - 1} limit 1`.execute(on)
    const blocking = rows[0]
    return blocking === undefined
      ? { outcome: 'free' }
      : { outcome: 'spent', freeAt: blocking.free_at }
  }

  return {
    async load(bot) {
      const row = await db
        .selectFrom('gateway_sessions')
        .selectAll()
        .where('bot', '=', bot)
        .executeTakeFirst()
      if (row === undefined) return undefined
      const { session, resume_url: resumeUrl, sequence, application } = row
      return { sessionId: session, resumeUrl, sequence, application }
    },
    async save(bot, { sessionId, resumeUrl, sequence, application }) {
      await sql`
        insert into gateway_sessions (bot, session, resume_url, sequence, application)
        values (${bot}, ${sessionId}, ${resumeUrl}, ${sequence}, ${application})
        on conflict (bot) do update set
          session = excluded.session, resume_url = excluded.resume_url,
          sequence = excluded.sequence, application = excluded.application,
          saved_at = clock_timestamp()`.execute(db)
    },
    async forget(bot) {
      await db.deleteFrom('gateway_sessions').where('bot', '=', bot).execute()
    },
    room: (bot, max) => roomIn(db, bot, max),
    begin: (bot, max) =>
      db.transaction().execute(async (trx) => {
        // Two processes that begin at once must not both take the last place.
        await sql`select pg_advisory_xact_lock(hashtext(${`gateway ${bot}`}))`.execute(trx)
        const room = await roomIn(trx, bot, max)
        if (room.outcome === 'spent') return room
        await sql`
          delete from gateway_identifies
          where at < clock_timestamp() - ${keptDays} * interval '1 day'`.execute(trx)
        await trx.insertInto('gateway_identifies').values({ bot }).execute()
        return room
      }),
  }
}
