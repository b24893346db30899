import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { jobsContract } from '../../test/queues/jobs-contract.ts'
import { outageContract } from '../../test/queues/outage-contract.ts'
import { takeoverContract } from '../../test/queues/takeover-contract.ts'
import { testDesks } from '../../test/queues/test-desks.ts'
import type { TestServer } from '../../test/queues/test-desks.ts'
import { startEmbeddedPostgres } from '../database/embedded-postgres.ts'
import { openQueues } from './queues.ts'

/** One of its own, not the test run's: it is stopped under the feet of the queues. */
async function openServer(): Promise<TestServer> {
  const home = await mkdtemp(join(tmpdir(), 'arbdesk-queues-'))
  await chmod(home, 0o755)
  const start = () => startEmbeddedPostgres({ home, durable: false })
  let postgres = await start()
  const query = async (sql: string, values: string[]) => {
    const client = new pg.Client({ connectionString: postgres.url })
    await client.connect()
    await client.query('set search_path to bullmq')
    await client.query(sql, values)
    await client.end()
  }
  return {
    urls: { databaseUrl: postgres.url },
    stop: () => postgres.stop(),
    start: async () => {
      postgres = await start()
    },
    addRaw: (prefix, name, data) =>
      query(
        `select add_job($1, '', $2, $3::jsonb, '{"removeOnComplete": true}', 0, 0,
           (extract(epoch from now()) * 1000)::bigint, 1, null, null, null, null, null, false)`,
        [`${prefix}-${name}`, name, JSON.stringify(data)],
      ),
    stealLocks: (prefix, name) =>
      query(`update job set lock_token = 'thief' where queue = $1 and state = 'active'`, [
        `${prefix}-${name}`,
      ]),
    discard: async () => {
      await postgres.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

describe('on PostgreSQL', () => {
  const desks = testDesks(openServer)
  jobsContract('postgres', desks)
  takeoverContract('postgres', desks)
  outageContract(desks)
})

test('a PostgreSQL that cannot be reached is one clear line without its password', async () => {
  const databaseUrl = 'postgres://desk:secret@127.0.0.1:1/arbdesk'
  await expect(openQueues({ databaseUrl })).rejects.toThrow(
    /^PostgreSQL at 127\.0\.0\.1:1 cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:1\.$/,
  )
})
