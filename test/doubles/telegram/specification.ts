// The Bot API's own description, where this checkout has it beside it: what every request and answer is held to.
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

export type Field = {
  readonly name: string
  /** "Integer", "Array of Message", …; any of them will do. */
  readonly types: readonly string[]
  readonly required: boolean
  readonly description: string
}

export type Specification = {
  readonly version: string
  readonly methods: Readonly<
    Record<string, { readonly fields?: readonly Field[]; readonly returns: readonly string[] }>
  >
  readonly types: Readonly<
    Record<string, { readonly fields?: readonly Field[]; readonly subtypes?: readonly string[] }>
  >
}

const file = new URL('../../../../shared/specs/telegram-bot-api.json.gz', import.meta.url)

/** Why nothing is held to the description here; undefined where everything is. */
export const specificationSkipReason: string | undefined = existsSync(file)
  ? undefined
  : '../shared/specs/telegram-bot-api.json.gz is absent'

let read: Specification | undefined

/** Read once for all doubles of a process; undefined where the file is absent. */
export function loadSpecification(): Specification | undefined {
  if (specificationSkipReason !== undefined) return undefined
  read ??= JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Specification
  return read
}
