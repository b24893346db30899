// Which Redis the tests can have. On CI a missing one fails; elsewhere its tests are skipped, visibly.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const folders = (process.env.PATH ?? '').split(delimiter)
const found = ['redis-server', 'valkey-server'].flatMap((name) =>
  folders.map((folder) => join(folder, name)).filter((program) => existsSync(program)),
)

/** The Redis or Valkey on this machine's PATH, which a test starts and stops as it likes. */
export const redisProgram: string | undefined = found[0]

/** Why tests on Redis do not run here; undefined when they do. */
export const redisSkipReason: string | undefined =
  redisProgram !== undefined || process.env.TEST_REDIS_URL !== undefined
    ? undefined
    : 'no redis-server or valkey-server on PATH and no TEST_REDIS_URL'

if (redisSkipReason !== undefined && process.env.CI === 'true')
  throw new Error(`Tests on Redis must run on CI: ${redisSkipReason}.`)
