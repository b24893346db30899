// How a variable's text is checked. Messages follow the variable's name: "REDIS_URL is no address …".
import { z } from 'zod'
import { secret, type Secret } from '../secret.ts'

/** Commas and blanks both part a list. */
export const words = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '')

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `is none of ${values.join(', ')}` })

export const address = (protocols: RegExp, example: string) =>
  z.string().refine((text) => URL.canParse(text) && protocols.test(new URL(text).protocol), {
    error: `is no address such as ${example}`,
  })

export const hidden = (schema: z.ZodType<string>): z.ZodType<Secret> => schema.transform(secret)

/** For transforms: `return fault(context, 'is no port')`. */
export function fault(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}

export const port = z.string().transform((text, context) => {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return value >= 1 && value <= 65_535 ? value : fault(context, 'is no port from 1 to 65535')
})
export const redisAddress = z.string().regex(/^(rediss?:\/\/.|unix:\/\/\/.|\/.)/, {
  error: 'is no address such as redis://host:6379, nor the path of a unix socket',
})
export const digits = (what: string) => z.string().regex(/^-?\d{1,25}$/, { error: `is no ${what}` })

export const wholeUpTo = (most: number) =>
  z.string().transform((text, context) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    return value <= most ? value : fault(context, `is no whole number from 0 to ${most}`)
  })
