// The way to PostgreSQL: one pool for each kind of work, so that a sweep cannot starve a trade.
import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import type { Tables } from './tables.ts'

export type Database = Kysely<Tables>

export type OpenDatabase = {
  readonly db: Database
  /** Waits for the queries under way. Calling it again changes nothing. */
  readonly close: () => Promise<void>
}

export type DatabaseOptions = {
  readonly url: string
  /** Connections at most; a query that gets none within ten seconds fails. */
  readonly poolMax?: number
  /** Shown in pg_stat_activity. */
  readonly name?: string
  readonly statementMsMax?: number
  /** Told of every connection that breaks or cannot be had; the next query tries again. */
  readonly onLost?: (error: unknown) => void
  /** Told whenever a query got its connection. */
  readonly onConnected?: () => void
}

const connectMsMax = 10_000
/** A worker that was stopped in the middle of a transaction must not hold its locks for ever. */
const idleInTransactionMsMax = 15_000
const attemptsMax = 5

/** serialization_failure and deadlock_detected: the whole transaction was undone and may run again. */
const undoneCodes = ['40001', '40P01']

/** numeric[], which the driver has no name for. */
const numericArray = 1231

/** "{{1.5,2},{3,4}}" as the same nested arrays of texts. */
const textsOf = (text: string): unknown =>
  JSON.parse(
    text
      .replaceAll('{', '[')
      .replaceAll('}', ']')
      .replaceAll(/[^[\],]+/g, '"$&"'),
  )

const integerOf = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new Error(`${text} does not fit a safe integer`)
  return value
}

// `numeric` is left as text by pg, but numeric[] would be read as doubles, and int8 as text.
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, integerOf)
types.setTypeParser(numericArray, textsOf)

/** Connects with the first query, and again whenever PostgreSQL went away and returned. */
export function openDatabase(options: DatabaseOptions): OpenDatabase {
  const { url, poolMax = 10, name = 'arbdesk', statementMsMax = 30_000 } = options
  const { onLost = () => {}, onConnected = () => {} } = options
  const pool = new pg.Pool({
    connectionString: url,
    max: poolMax,
    application_name: name,
    connectionTimeoutMillis: connectMsMax,
    statement_timeout: statementMsMax,
    idle_in_transaction_session_timeout: idleInTransactionMsMax,
    keepAlive: true,
    types,
  })
  pool.on('error', onLost)
  // The pool listens to idle clients only; one that breaks between two statements of a transaction
  // would end the process. Its next statement tells the caller anyway.
  pool.on('connect', (client) => void client.on('error', onLost))
  async function connect() {
    try {
      const client = await pool.connect()
      onConnected()
      return client
    } catch (error) {
      onLost(error)
      throw error
    }
  }
  const dialect = new PostgresDialect({
    pool: { connect, end: () => pool.end(), options: pool.options },
  })
  const db = new Kysely<Tables>({ dialect })
  let closing: Promise<void> | undefined
  return { db, close: () => (closing ??= db.destroy()) }
}

/** FATAL words of a server that goes away, and what the driver says when it went without one. */
export const saysServerIsGone = (error: unknown): boolean =>
  error instanceof pg.DatabaseError
    ? /^(57P0[123]|08)/.test(error.code ?? '')
    : error instanceof Error && error.message.startsWith('Connection terminated')

/** The words of the system for a file that cannot grow, as PostgreSQL passes them on. */
export const saysDiskIsFull = (error: unknown): boolean =>
  error instanceof pg.DatabaseError &&
  (error.code === '53100' || /No space left|File too large|quota exceeded/.test(error.message))

/**
 * Runs `work` again when PostgreSQL had to undo it for another's sake, five times at most. It must
 * change nothing but the database.
 */
export async function retryUndone<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const undone = error instanceof pg.DatabaseError && undoneCodes.includes(error.code ?? '')
      if (!undone || attempt >= attemptsMax) throw error
      await sleep(Math.random() * 20 * attempt)
    }
  }
}

/** One transaction, run again when it was undone. An error out of `work` rolls it back. */
export const transact = <T>(
  db: Database,
  work: (trx: Transaction<Tables>) => Promise<T>,
): Promise<T> => retryUndone(() => db.transaction().execute(work))
