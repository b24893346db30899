// Databases on a server, by name.
import pg from 'pg'

/** SQLSTATE duplicate_database; the unique violation is the same found out later, by a rival. */
const takenCodes = ['42P04', '23505']
const connectMsMax = 10_000

/** Creates the database unless it exists. `serverUrl` names any other database of that server. */
export async function createDatabase(serverUrl: string, name: string): Promise<void> {
  await onServer(serverUrl, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [name])
    if (found.rowCount !== 0) return
    try {
      await client.query(`create database ${client.escapeIdentifier(name)}`)
    } catch (error) {
      if (!(error instanceof pg.DatabaseError && takenCodes.includes(error.code ?? ''))) throw error
    }
  })
}

/** Drops the database if it exists, and breaks the connections that are still open on it. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await onServer(serverUrl, async (client) => {
    await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`)
  })
}

async function onServer(serverUrl: string, use: (client: pg.Client) => Promise<void>) {
  const client = new pg.Client({
    connectionString: serverUrl,
    connectionTimeoutMillis: connectMsMax,
  })
  // A server that goes away between two queries is told by the next query, not by a crash.
  client.on('error', () => {})
  await client.connect()
  try {
    await use(client)
  } finally {
    await client.end()
  }
}
