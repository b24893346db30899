// Writes the key file: seals the keys that the environment has for each venue, over those that the file has
// already. Afterwards they may leave the environment.
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { ConfigError, readConfig, readEnvironment } from '../src/config.ts'
import { readKeyFile, sealKeys, type KeyEntry } from '../src/exchanges/key-file.ts'
import { tradeEntries } from '../src/exchanges/venue-keys.ts'

try {
  const config = readConfig(readEnvironment(process.cwd()))
  const { keysFile, venueVariables } = config
  if (keysFile === undefined)
    throw new ConfigError(['ARBDESK_KEYS_FILE is not set; it names the file to write'])
  const old = existsSync(keysFile.path)
    ? readKeyFile(keysFile.path, keysFile.passphrase)
    : ({ outcome: 'ok', entries: [] } as const)
  if (old.outcome === 'failed') throw new Error(old.reason)
  const told = tradeEntries(venueVariables)
  if (told.length === 0) throw new Error('no <VENUE>_API_KEY is set, so there is nothing to seal')
  const isTold = (entry: KeyEntry) =>
    told.some(({ venue, purpose }) => venue === entry.venue && purpose === entry.purpose)
  const entries = [...old.entries.filter((entry) => !isTold(entry)), ...told]
  // Whole or not at all: this may be the only place where the old keys are.
  const half = `${keysFile.path}.half`
  writeFileSync(half, sealKeys(entries, keysFile.passphrase), { mode: 0o600 })
  renameSync(half, keysFile.path)
  const venues = entries.map(({ venue, purpose }) => `${venue} (${purpose})`).join(', ')
  process.stdout.write(`${keysFile.path} has the keys of ${venues}\n`)
} catch (error) {
  const isConfig = error instanceof ConfigError
  const lines = isConfig ? error.faults : [(error as Error).message]
  for (const line of lines) process.stderr.write(`arbdesk: ${line}\n`)
  process.exitCode = isConfig ? 2 : 1
}
