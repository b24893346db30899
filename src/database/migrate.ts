// Brings a database to the schema this code was written for. Any number of processes may do it at once.
import { sql } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import { up as markets } from '../../migrations/0001-markets.ts'
import { up as trades } from '../../migrations/0002-trades.ts'
import { up as settings } from '../../migrations/0003-settings.ts'
import { up as history } from '../../migrations/0004-history.ts'
import { up as outbox } from '../../migrations/0005-outbox.ts'
import { up as gapSamples } from '../../migrations/0006-gap-samples.ts'
import { up as people } from '../../migrations/0007-people.ts'
import { up as chats } from '../../migrations/0008-chats.ts'
import { up as opportunityModes } from '../../migrations/0009-opportunity-modes.ts'
import { up as deposits } from '../../migrations/0010-deposits.ts'
import { up as logs } from '../../migrations/0011-logs.ts'
import { up as alerts } from '../../migrations/0012-alerts.ts'
import { up as gateways } from '../../migrations/0013-gateways.ts'
import { up as ledger } from '../../migrations/0015-ledger.ts'
import { up as breakers } from '../../migrations/0016-breakers.ts'
import { up as executions } from '../../migrations/0017-executions.ts'
import { up as exposures } from '../../migrations/0018-exposures.ts'
import { up as reconcile } from '../../migrations/0019-reconcile.ts'
import { up as deskMode } from '../../migrations/0020-desk-mode.ts'
import { up as transfers } from '../../migrations/0021-transfers.ts'
import { up as orderTimes } from '../../migrations/0022-order-times.ts'
import { up as doubts } from '../../migrations/0023-doubts.ts'
import { up as accountStreams } from '../../migrations/0024-account-streams.ts'
import { up as transferTrades } from '../../migrations/0025-transfer-trades.ts'
import { up as tradesWithoutLeases } from '../../migrations/0026-trades-without-leases.ts'
import { up as keptSettings } from '../../migrations/0027-kept-settings.ts'
import { openDatabase, type Database } from './connect.ts'

/** In order, and never changed once released: a later wish is a later entry. */
const migrations: Record<string, Migration> = {
  '0001-markets': { up: markets },
  '0002-trades': { up: trades },
  '0003-settings': { up: settings },
  '0004-history': { up: history },
  '0005-outbox': { up: outbox },
  '0006-gap-samples': { up: gapSamples },
  '0007-people': { up: people },
  '0008-chats': { up: chats },
  '0009-opportunity-modes': { up: opportunityModes },
  '0010-deposits': { up: deposits },
  '0011-logs': { up: logs },
  '0012-alerts': { up: alerts },
  '0013-gateways': { up: gateways },
  '0015-ledger': { up: ledger },
  '0016-breakers': { up: breakers },
  '0017-executions': { up: executions },
  '0018-exposures': { up: exposures },
  '0019-reconcile': { up: reconcile },
  '0020-desk-mode': { up: deskMode },
  '0021-transfers': { up: transfers },
  '0022-order-times': { up: orderTimes },
  '0023-doubts': { up: doubts },
  '0024-account-streams': { up: accountStreams },
  '0025-transfer-trades': { up: transferTrades },
  '0026-trades-without-leases': { up: tradesWithoutLeases },
  '0027-kept-settings': { up: keptSettings },
}

const migrationMsMax = 10 * 60_000

/**
 * Applies what is missing in one transaction under an advisory lock, so that a crash leaves all of it
 * or nothing. Returns the names applied, none when the schema was current.
 *
 * @throws Error with one line when the database was made by newer code.
 */
export async function migrate({
  databaseUrl,
  log = () => {},
}: {
  readonly databaseUrl: string
  readonly log?: (line: string) => void
}): Promise<readonly string[]> {
  const { db, close } = openDatabase({
    url: databaseUrl,
    poolMax: 2,
    name: 'arbdesk migrate',
    statementMsMax: migrationMsMax,
  })
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
    const { error, results = [] } = await migrator.migrateToLatest()
    if (error !== undefined) throw await explained(db, error)
    const applied = results.map(({ migrationName }) => migrationName)
    if (applied.length > 0) log(`database schema brought to ${applied.at(-1)}`)
    return applied
  } finally {
    await close()
  }
}

/** Migrator itself says "corrupted migrations", which tells nobody what to do. */
async function explained(db: Database, error: unknown): Promise<unknown> {
  const found = await sql<{ name: string }>`select name from kysely_migration order by name`
    .execute(db)
    .catch(() => ({ rows: [] }))
  const unknown = found.rows.filter(({ name }) => !Object.hasOwn(migrations, name))
  if (unknown.length === 0) return error
  const ours = Object.keys(migrations).at(-1)
  return new Error(
    `The database is at schema ${unknown.at(-1)?.name}, newer than this code, which knows ${ours}: run the newer Arbdesk.`,
    { cause: error },
  )
}
