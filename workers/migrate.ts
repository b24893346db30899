// Brings the database of DATABASE_URL to this code's schema and ends; the first step of a deployment.
import { ConfigError, readConfig, readEnvironment, secretsOf } from '../src/config.ts'
import { createLog } from '../src/log.ts'
import { migrateOrExplain } from './migrate-or-explain.ts'

try {
  const config = readConfig(readEnvironment(process.cwd()))
  const url = config.databaseUrl?.reveal()
  if (url === undefined)
    throw new ConfigError([
      'DATABASE_URL is not set; the embedded database is migrated by npm start',
    ])
  const log = createLog({ level: config.logLevel, secrets: secretsOf(config) })
  await migrateOrExplain(url, log)
  log.info('the database has the schema of this version')
} catch (error) {
  const isConfig = error instanceof ConfigError
  const lines = isConfig ? error.faults : [(error as Error).message]
  for (const line of lines) process.stderr.write(`arbdesk: ${line}\n`)
  process.exitCode = isConfig ? 2 : 1
}
