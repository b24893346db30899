// A method's parameters as Telegram reads them: whatever way they came, each is text at first.

export type Parameters = Readonly<Record<string, unknown>>

/** The parameter's text; '' where it is missing. Objects that came as JSON are text again. */
export function textOf(parameters: Parameters, name: string): string {
  const value = parameters[name]
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The parameter's whole number; undefined where it is missing, 0 where it is none. */
export function integerOf(parameters: Parameters, name: string): number | undefined {
  const text = textOf(parameters, name).trim()
  if (text === '') return undefined
  return /^-?\d+$/.test(text) ? Number(text) : 0
}

export const flagOf = (parameters: Parameters, name: string): boolean =>
  ['true', 'yes', '1'].includes(textOf(parameters, name).trim().toLowerCase())

/** An object or list, given as JSON or as JSON in a text; `unreadable` where it is neither. */
export function objectOf(
  parameters: Parameters,
  name: string,
): { readonly value: unknown } | 'missing' | 'unreadable' {
  const value = parameters[name]
  if (value === undefined || value === null || value === '') return 'missing'
  if (typeof value !== 'string') return { value }
  try {
    return { value: JSON.parse(value) as unknown }
  } catch {
    return 'unreadable'
  }
}

export const isObject = (value: unknown): value is Parameters =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
