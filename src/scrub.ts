// Takes secrets out of text and values that are about to be written down: known values in every
// form in which they travel, and whatever stands under a name that secrets have.
import type { Secret } from './secret.ts'

const mark = '[secret]'
/** Blotting out shorter ones would blot out half of every line. */
const lengthMin = 4
const encodedLengthMin = 8
const depthMax = 6
const itemsMax = 100

const credentialsInAddress = /(\/\/[^/\s:@"']*:)[^@\s/"']+(?=@)/g
const secretParameter =
  /([?&][\w-]*(?:key|secret|token|signature|sign|password|passphrase)=)[^&\s"'\\]+/gi
const secretName =
  /(?:apikey|accesskey|privatekey|secret|passw(?:or)?d|passphrase|token|authorization|signature|apisign|accesssign|cookie)$|^sign$/

/** The part of the base64 text of anything that contains `bytes`, at each of the three alignments. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    const whole = Math.floor(((before + bytes.length) * 8) / 6)
    return text.slice(before === 0 ? 0 : before + 1, whole)
  })
}

/** "postgres://user:password@host/db" hides its password too, wherever it stands alone. */
function partsOf(value: string): string[] {
  if (!URL.canParse(value)) return [value]
  const { password } = new URL(value)
  return [value, password, decodeURIComponent(password)]
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value)
  const cores = base64Cores(bytes)
  const encoded = [
    ...cores,
    ...cores.map((core) => core.replaceAll('+', '-').replaceAll('/', '_')),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ]
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    ...encoded.filter((form) => form.length >= encodedLengthMin),
  ]
}

/** Answers with a function that blots out these secrets in any text. */
export function createScrubber(secrets: readonly Secret[]): (text: string) => string {
  const values = secrets.flatMap((each) => partsOf(each.reveal()))
  const forms = [...new Set(values.filter(({ length }) => length >= lengthMin).flatMap(formsOf))]
  const escaped = forms
    .toSorted((a, b) => b.length - a.length)
    .map((form) => form.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`))
  const known = escaped.length === 0 ? undefined : new RegExp(escaped.join('|'), 'g')
  return (text) =>
    (known === undefined ? text : text.replace(known, mark))
      .replace(credentialsInAddress, `$1${mark}`)
      .replace(secretParameter, `$1${mark}`)
}

/**
 * A copy fit for writing down: what stands under a secret's name is hidden at any depth, errors keep
 * their message, cause and stack, and endless values end.
 */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (depth >= depthMax) return '…'
  if (Array.isArray(value))
    return value.slice(0, itemsMax).map((item) => withoutSecrets(item, depth + 1))
  if (value instanceof Error) {
    const { name, message, stack, cause, ...rest } = value
    return {
      name,
      message,
      ...(cause !== undefined && { cause: withoutSecrets(cause, depth + 1) }),
      ...(withoutSecrets(rest, depth) as object),
      stack,
    }
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON()
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, itemsMax)
      .map(([name, item]) => {
        const isSecret = secretName.test(name.toLowerCase().replaceAll(/[-_]/g, ''))
        return [name, isSecret ? mark : withoutSecrets(item, depth + 1)]
      }),
  )
}
