// The keys of one run: from the key file where there is one, and from the environment over it.
import type { Config } from '../config.ts'
import type { VenueKeys } from '../config/venue-variables.ts'
import type { VenueId } from '../market/market.ts'
import type { Secret } from '../secret.ts'
import { readKeyFile, type KeyEntry } from './key-file.ts'

export type VenueKeysRead =
  | {
      readonly outcome: 'ok'
      readonly keys: ReadonlyMap<VenueId, VenueKeys>
    }
  | { readonly outcome: 'failed'; readonly reason: string }

type KeyPlaces = Pick<Config, 'keysFile' | 'venueVariables'>

/** What the environment has, as entries of a key file. */
export const tradeEntries = (variables: Config['venueVariables']): readonly KeyEntry[] =>
  Object.entries(variables).flatMap(([venue, told]) =>
    told?.keys === undefined ? [] : [{ venue, purpose: 'trade', keys: told.keys }],
  )

const secretsOfEntry = ({ keys: { apiKey, secret, password } }: KeyEntry): readonly Secret[] =>
  [apiKey, secret, password].filter((each) => each !== undefined)

/** All that a key file has, for the log to blot out; one that cannot be opened has told nobody. */
export function secretsOfKeyFile({ keysFile }: Pick<Config, 'keysFile'>): readonly Secret[] {
  if (keysFile === undefined) return []
  const opened = readKeyFile(keysFile.path, keysFile.passphrase)
  return opened.outcome === 'failed' ? [] : opened.entries.flatMap(secretsOfEntry)
}

/** The keys that orders are sent with, by venue. */
export function readTradeKeys({ keysFile, venueVariables }: KeyPlaces): VenueKeysRead {
  const opened =
    keysFile === undefined
      ? ({ outcome: 'ok', entries: [] } as const)
      : readKeyFile(keysFile.path, keysFile.passphrase)
  if (opened.outcome === 'failed') return opened
  const entries = [...opened.entries, ...tradeEntries(venueVariables)]
  const keys = new Map(
    entries
      .filter(({ purpose }) => purpose === 'trade')
      .map((entry) => [entry.venue, entry.keys] as const),
  )
  return { outcome: 'ok', keys }
}
