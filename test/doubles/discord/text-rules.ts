// Lengths as the strictest reader counts them: UTF-16 units, after trimming where Discord trims.
import { z } from 'zod'

/** At least one visible character and at most `max`. */
export const filled = (max: number) =>
  z
    .string()
    .max(max, `must be ${max} or fewer in length`)
    .refine((text) => text.trim() !== '', 'this field is required')

/** May be absent, null or empty. */
export const optionalText = (max: number) =>
  z.string().max(max, `must be ${max} or fewer in length`).nullish()

export const customId = z
  .string()
  .min(1, 'must be between 1 and 100 in length')
  .max(100, 'must be between 1 and 100 in length')

export const snowflake = z.string().regex(/^\d+$/, 'is not snowflake')

/** Values that must differ but do not. */
export function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))]
}
