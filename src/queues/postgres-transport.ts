// Jobs on BullMQ's PostgreSQL backend and messages by NOTIFY, for a desk without a Redis.
import { createPostgresBackend, isPgPool, runMigrations } from 'bullmq'
import pg from 'pg'
import { withDeadline } from './deadline.ts'
import { openPostgresMessages } from './postgres-messages.ts'
import { assertMessageFits, probeMsMax } from './transport.ts'
import type { Transport } from './transport.ts'
import { unreachable } from './unreachable.ts'

/** BullMQ's own tables; the desk's are in `public`. */
const schema = 'bullmq'
/** Each worker keeps one connection to hear of new jobs; the rest is for short queries. */
const connectionsMax = 16
const connectMsMax = 5_000
const closeMsMax = 500
/** PostgreSQL cuts longer names, so that two channels could become one. */
const channelBytesMax = 63

/** @throws Error when the database cannot be reached within five seconds. */
export async function openPostgresTransport(
  databaseUrl: string,
  prefix: string,
  report: (error: Error) => void,
): Promise<Transport> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    options: `-c search_path=${schema}`,
    max: connectionsMax,
    connectionTimeoutMillis: connectMsMax,
    keepAlive: true,
    application_name: 'arbdesk queues',
  })
  // Every queue and every worker listens to the one pool.
  pool.setMaxListeners(100)
  if (!isPgPool(pool)) throw new Error('BullMQ does not take this version of pg.')
  await migrate(pool).catch(async (error: unknown) => {
    await pool.end()
    throw unreachable('PostgreSQL', databaseUrl, error)
  })

  pool.on('error', report)
  const messages = openPostgresMessages(databaseUrl, report)
  const channelName = (channel: string) => {
    const name = `${prefix}:${channel}`
    if (Buffer.byteLength(name) > channelBytesMax)
      throw new Error(`The channel ${name} is longer than ${channelBytesMax} bytes.`)
    return name
  }

  return {
    backend: 'postgres',
    factory: (name, options, more) =>
      createPostgresBackend(name, { ...options, connection: pool }, more),
    async probe() {
      await withDeadline(pool.query('select 1'), probeMsMax, 'no answer within a second')
    },
    async publish(channel, text) {
      assertMessageFits(channel, text)
      await pool.query('select pg_notify($1, $2)', [channelName(channel), text])
    },
    subscribe: (channel, listener, missed) =>
      messages.subscribe(channelName(channel), listener, missed),
    async close() {
      await withDeadline(
        Promise.all([messages.close(), pool.end()]),
        closeMsMax,
        'connections stay open',
      ).catch(() => undefined)
    },
  }
}

/** BullMQ takes a lock for it, so that processes which start together do not meet. */
async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await runMigrations(client, schema)
  } finally {
    client.release()
  }
}
