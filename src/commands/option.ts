// What a command can be given: typed enough for a chat's own menus, lenient enough for typed lines.
// Text from a terminal ("5", "true") and a chat's typed values (5, true) read alike.
import { z } from 'zod'
import { plainLine } from '../notification/plain-text.ts'

/** Where suggestions come from while somebody types; complete.ts answers them. */
export type Suggestions =
  | 'symbols'
  | 'venues'
  | 'routes'
  | 'approvals'
  | 'trades'
  | 'settings'
  | 'chats'
  | 'commands'

export type Option<T = unknown> = {
  /** The types Discord knows; Telegram and the terminal have text alone. */
  readonly type: 'string' | 'number' | 'integer' | 'boolean'
  /** One line, at most 100 characters. */
  readonly help: string
  readonly required: boolean
  readonly choices?: readonly string[]
  readonly suggests?: Suggestions
  /** Reads what was given, `undefined` included; messages finish the sentence "<name> …". */
  readonly schema: z.ZodType<T>
}

export type Options = Readonly<Record<string, Option>>
export type ArgumentsOf<O extends Options> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never
}

const textLengthMax = 300
const pathLengthMax = 4096
const decimal = /^[+-]?\d{1,15}(\.\d{1,15})?$/

const readNumber = (given: unknown): unknown =>
  typeof given === 'string' && decimal.test(given.trim()) ? Number(given) : given
const readBoolean = (given: unknown): unknown => {
  if (typeof given !== 'string') return given
  const word = given.trim().toLowerCase()
  if (['true', 'yes', 'on', '1', ''].includes(word)) return true
  return ['false', 'no', 'off', '0'].includes(word) ? false : given
}

const lineOf = (lengthMax: number) =>
  z
    .string('is missing')
    .max(lengthMax, `may have ${lengthMax} characters at most`)
    .transform(plainLine)
    .refine((line) => line !== '', 'is empty')

export const text = (
  help: string,
  { lengthMax = textLengthMax, ...more }: { lengthMax?: number; suggests?: Suggestions } = {},
): Option<string> => ({ type: 'string', help, required: true, ...more, schema: lineOf(lengthMax) })

/** A file or folder, character for character. */
export const path = (help: string): Option<string> => ({
  type: 'string',
  help,
  required: true,
  schema: z
    .string('is missing')
    .min(1, 'is empty')
    .max(pathLengthMax, 'is too long')
    .refine((given) => !given.includes('\0'), 'is no path'),
})

export const choice = <const C extends readonly string[]>(
  help: string,
  choices: C,
): Option<C[number]> => ({
  type: 'string',
  help,
  required: true,
  choices,
  schema: z.preprocess(
    (given) => (typeof given === 'string' ? given.trim().toLowerCase() : given),
    z.enum(choices, `must be one of ${choices.join(', ')}`),
  ),
})

type Bounds = { readonly min: number; readonly max: number }

const bounded = ({ min, max }: Bounds) =>
  z
    .number('must be a number')
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)

export const number = (help: string, bounds: Bounds): Option<number> => ({
  type: 'number',
  help,
  required: true,
  schema: z.preprocess(readNumber, bounded(bounds)),
})

export const integer = (help: string, bounds: Bounds): Option<number> => ({
  type: 'integer',
  help,
  required: true,
  schema: z.preprocess(readNumber, bounded(bounds).int('must be a whole number')),
})

/** Absent is false. */
export const flag = (help: string): Option<boolean> => ({
  type: 'boolean',
  help,
  required: false,
  schema: z.preprocess(
    (given) => (given === undefined ? false : readBoolean(given)),
    z.boolean('must be true or false'),
  ),
})

const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const daysMax = 3650

/** A length of time such as "90s", "15m", "2h" or "7d", read as ms. */
export const duration = (help: string): Option<number> => ({
  type: 'string',
  help,
  required: true,
  schema: lineOf(textLengthMax).transform((given, context) => {
    const match = /^(\d{1,6})\s*([smhd])$/.exec(given.toLowerCase())
    const ms = Number(match?.[1]) * (units[match?.[2] ?? ''] ?? Number.NaN)
    if (ms > 0 && ms <= daysMax * (units['d'] as number)) return ms
    context.addIssue({ code: 'custom', message: 'must be a time such as 90s, 15m, 2h or 7d' })
    return z.NEVER
  }),
})

/** A moment such as "2025-11-20" or "2025-11-20 14:30", read as UTC. */
export const moment = (help: string): Option<Date> => ({
  type: 'string',
  help,
  required: true,
  schema: lineOf(textLengthMax).transform((given, context) => {
    const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)Z?)?$/.exec(given)
    const at = new Date(`${match?.[1]}T${match?.[2] ?? '00:00'}Z`)
    // JavaScript takes 31 February for a day in March.
    if (
      match !== null &&
      !Number.isNaN(at.getTime()) &&
      at.toISOString().startsWith(match[1] ?? '')
    )
      return at
    context.addIssue({
      code: 'custom',
      message: 'must be a date such as 2025-11-20 or 2025-11-20 14:30',
    })
    return z.NEVER
  }),
})

/** A comma-separated list, such as "kucoin,binance". */
export const list = (help: string, more: { suggests?: Suggestions } = {}): Option<string[]> => ({
  type: 'string',
  help,
  required: true,
  ...more,
  schema: lineOf(textLengthMax).transform((given) =>
    given
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ),
})

/** An option that may be left out. */
export const optional = <T>(option: Option<T>): Option<T | undefined> => ({
  ...option,
  required: false,
  schema: z.preprocess(
    (given) => (given === undefined || given === null ? undefined : given),
    option.schema.optional(),
  ),
})

/** An option with a value of its own when left out. */
export const withDefault = <T>(option: Option<T>, value: T): Option<T> => ({
  ...option,
  required: false,
  schema: optional(option).schema.transform((given) => given ?? value),
})
