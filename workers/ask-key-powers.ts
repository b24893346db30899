// Before a live desk starts: what each venue says that the key to be traded with may do.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'
import { ConfigError, type Config, type Environment } from '../src/config.ts'
import type { Log } from '../src/log.ts'
import { keyPowerFaults } from './live-faults.ts'
import { environmentOfRole } from './role-environment.ts'
import type { Entry } from './supervisor/child-part.ts'

const askMsMax = 30_000
const answers = z.record(
  z.string(),
  z.enum(['trade-only', 'can-withdraw', 'no-trade', 'unknown', 'silent']),
)

type Asking = {
  readonly entry: Entry
  readonly environment: Environment
  readonly signal: AbortSignal
}

async function ask({ entry, environment, signal }: Asking) {
  const { stdout } = await promisify(execFile)(process.execPath, [entry.file, ...entry.args], {
    env: { ...environmentOfRole('trade', environment) },
    timeout: askMsMax,
    signal,
  })
  return answers.parse(JSON.parse(stdout))
}

/**
 * Says what is wrong with each key. A venue that does not answer is no fault: no order goes there before it
 * has said.
 *
 * @throws ConfigError when no venue is left to trade on.
 */
export async function refuseKeys(
  { mode, roles }: Pick<Config, 'mode' | 'roles'>,
  asking: Asking,
  log: Pick<Log, 'warn' | 'error'>,
): Promise<void> {
  if (mode !== 'live' || !roles.includes('trade')) return
  const powers = await ask(asking).catch((error: unknown) => {
    asking.signal.throwIfAborted()
    log.warn('what the keys may do is asked again before the first order', { error })
    return {}
  })
  const { faults, isNoneLeft } = keyPowerFaults(powers)
  if (isNoneLeft) throw new ConfigError(faults)
  for (const fault of faults) log.error(fault)
}
