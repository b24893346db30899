// JSON whose numbers stay the text that the venue wrote: no digit of an id, an amount or a price passes
// through a double.

export type Json = string | boolean | null | readonly Json[] | { readonly [name: string]: Json }

type WithSource = { readonly source?: string }

const keepText = (_name: string, value: unknown, context?: WithSource): unknown =>
  typeof value === 'number' ? (context?.source ?? String(value)) : value

/** Undefined for anything that is no JSON. */
export function parseExactJson(text: string): Json | undefined {
  try {
    return JSON.parse(text, keepText) as Json
  } catch {
    return undefined
  }
}

/** Undefined where `json` is no object, or has no such field of its own. */
export function fieldOf(json: Json | undefined, name: string): Json | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  return Object.hasOwn(json, name) ? (json as { readonly [name: string]: Json })[name] : undefined
}

/** The text or number under `name`; empty for anything else. */
export function textOf(json: Json | undefined, name: string): string {
  const value = fieldOf(json, name)
  return typeof value === 'string' ? value : ''
}

/** The rows of a list; undefined where there is no list. */
export const rowsOf = (json: Json | undefined): readonly Json[] | undefined =>
  Array.isArray(json) ? (json as readonly Json[]) : undefined
