// API keys at rest: one file, each key sealed by itself with AES-256-GCM under a passphrase that is kept
// elsewhere. A key is bound to its venue and purpose, so none can be moved to another place in the file.
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import type { VenueKeys } from '../config/venue-variables.ts'
import type { VenueId } from '../market/market.ts'
import { secret, type Secret } from '../secret.ts'

export type KeyPurpose = 'trade' | 'read'
export type KeyEntry = {
  readonly venue: VenueId
  readonly purpose: KeyPurpose
  readonly keys: VenueKeys
}

export type OpenedKeys =
  | { readonly outcome: 'ok'; readonly entries: readonly KeyEntry[] }
  | { readonly outcome: 'failed'; readonly reason: string }

/** About a tenth of a second and 32 MB for each guess. */
const scryptCost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const saltBytes = 16
const nonceBytes = 12
const tagBytes = 16
const entriesMax = 100
const fileBytesMax = 256 * 1024

const sealedText = z.base64().max(8192)
const fileSchema = z.strictObject({
  version: z.literal(1),
  salt: sealedText,
  /** Tells a wrong passphrase from a changed entry. */
  check: sealedText,
  entries: z
    .array(
      z.strictObject({
        venue: z.string().max(40),
        purpose: z.enum(['trade', 'read']),
        sealed: sealedText,
      }),
    )
    .max(entriesMax),
})
const keysSchema = z.strictObject({
  apiKey: z.string().min(1),
  secret: z.string().min(1),
  password: z.string().optional(),
})

const placeOf = ({ venue, purpose }: Omit<KeyEntry, 'keys'>) => `key ${venue} ${purpose}`
const checkPlace = 'check'

const wrappingKey = (passphrase: Secret, salt: Buffer): Buffer =>
  scryptSync(passphrase.reveal(), salt, 32, scryptCost)

/** Nonce, tag and data in one text. */
function seal(key: Buffer, place: string, text: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place))
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), data]).toString('base64')
}

/** Undefined when the text was not sealed with this key for this place. */
function unseal(key: Buffer, place: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64')
  if (bytes.length < nonceBytes + tagBytes) return undefined
  const tag = bytes.subarray(nonceBytes, nonceBytes + tagBytes)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
    decipher.setAAD(Buffer.from(place)).setAuthTag(tag)
    const data = decipher.update(bytes.subarray(nonceBytes + tagBytes))
    return Buffer.concat([data, decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

const plainOf = ({ apiKey, secret: hidden, password }: VenueKeys): string =>
  JSON.stringify({
    apiKey: apiKey.reveal(),
    secret: hidden.reveal(),
    ...(password !== undefined && { password: password.reveal() }),
  })

/** The text of a key file; a new salt and new nonces each time. */
export function sealKeys(entries: readonly KeyEntry[], passphrase: Secret): string {
  const salt = randomBytes(saltBytes)
  const key = wrappingKey(passphrase, salt)
  const file: z.output<typeof fileSchema> = {
    version: 1,
    salt: salt.toString('base64'),
    check: seal(key, checkPlace, checkPlace),
    entries: entries.map(({ venue, purpose, keys }) => ({
      venue,
      purpose,
      sealed: seal(key, placeOf({ venue, purpose }), plainOf(keys)),
    })),
  }
  return `${JSON.stringify(file, undefined, 2)}\n`
}

const failed = (reason: string): OpenedKeys => ({ outcome: 'failed', reason })

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** All keys of a key file, or one sentence on why there are none. */
export function openKeys(text: string, passphrase: Secret): OpenedKeys {
  const file = fileSchema.safeParse(jsonOf(text))
  if (!file.success) return failed('the key file has no form that this version writes.')
  const key = wrappingKey(passphrase, Buffer.from(file.data.salt, 'base64'))
  if (unseal(key, checkPlace, file.data.check) !== checkPlace)
    return failed('ARBDESK_KEYS_PASSPHRASE is not the passphrase of this key file.')
  const entries: KeyEntry[] = []
  for (const { venue, purpose, sealed } of file.data.entries) {
    const plain = unseal(key, placeOf({ venue, purpose }), sealed)
    const keys = keysSchema.safeParse(plain === undefined ? undefined : jsonOf(plain))
    if (!keys.success)
      return failed(`the key file was changed: what stands for ${venue} ${purpose} is not its key.`)
    const { apiKey, secret: hidden, password } = keys.data
    entries.push({
      venue,
      purpose,
      keys: {
        apiKey: secret(apiKey),
        secret: secret(hidden),
        ...(password !== undefined && { password: secret(password) }),
      },
    })
  }
  return { outcome: 'ok', entries }
}

/** Also refuses a file that other users of this machine may read. */
export function readKeyFile(path: string, passphrase: Secret): OpenedKeys {
  try {
    const { mode, size } = statSync(path)
    if ((mode & 0o077) !== 0) return failed(`other users may read ${path}; "chmod 600" it.`)
    if (size > fileBytesMax) return failed(`${path} is too large for a key file.`)
    return openKeys(readFileSync(path, 'utf8'), passphrase)
  } catch (error) {
    return failed(`${path} cannot be read: ${(error as Error).message}.`)
  }
}
