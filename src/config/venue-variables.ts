// Keys, addresses and fees of single venues, such as KUCOIN_API_KEY and BINANCE_REST_URL.
import { z } from 'zod'
import { knownExchanges } from '../exchanges/known-exchanges.ts'
import type { VenueId } from '../market/market.ts'
import { parseDecimal, type Rate } from '../money.ts'
import { secret, type Secret } from '../secret.ts'
import { address, fault, words } from './text.ts'

export type VenueKeys = {
  readonly apiKey: Secret
  readonly secret: Secret
  readonly password?: Secret
}

/** What one venue's variables say; other venues' are absent. */
export type VenueVariables = {
  /** What orders are signed with, by the role 'trade' of a live desk alone. */
  readonly keys?: VenueKeys
  /** For what a venue tells nobody without a key, such as closed wallets. */
  readonly readKeys?: VenueKeys
  /** What may withdraw, for the role 'transfer' alone. */
  readonly transferKeys?: VenueKeys
  readonly restUrl?: string
  readonly wsUrl?: string
  /** What this account pays there, where that is another fee than everybody's. */
  readonly takerFee?: Rate
}

const ids = knownExchanges.map(({ venue }) => venue)

export const venueList = z.string().transform((text, context): readonly VenueId[] => {
  const asked = [...new Set(words(text.toLowerCase()))]
  const unknown = asked.filter((venue) => !ids.includes(venue))
  const known = `venues are ${ids.join(', ')}`
  if (asked.length === 0)
    return fault(context, `names no venue; unset it for all the market has, or name some: ${known}`)
  if (unknown.length === 0) return asked
  return fault(context, `names ${unknown.join(', ')}; ${known}`)
})

const restUrl = address(/^https?:$/, 'http://127.0.0.1:8000').optional()
const wsUrl = address(/^wss?:$/, 'ws://127.0.0.1:8000').optional()

/** "0.08" of 100 as a share. Zero would make gaps of what is none. */
const takerFee = z
  .string()
  .transform((text, context): Rate => {
    const isPercent = /^\d(\.\d{1,6})?$/.test(text) && Number(text) > 0 && Number(text) <= 5
    if (isPercent) return (parseDecimal(text) / 100n) as Rate
    return fault(context, 'must be a percentage above 0 and up to 5, such as 0.08')
  })
  .optional()

function keysOf(env: Readonly<Record<string, string>>, name: string, faults: string[]) {
  const apiKey = env[`${name}_API_KEY`]
  const apiSecret = env[`${name}_API_SECRET`]
  const password = env[`${name}_API_PASSWORD`]
  if (apiKey !== undefined && apiSecret !== undefined)
    return {
      apiKey: secret(apiKey),
      secret: secret(apiSecret),
      ...(password !== undefined && { password: secret(password) }),
    }
  if ((apiKey ?? apiSecret ?? password) !== undefined)
    faults.push(`${name}_API_KEY and ${name}_API_SECRET belong together: set both, or none`)
  return undefined
}

/** Reads the variables of every known venue; what is wrong is added to `faults`. */
export function readVenueVariables(
  env: Readonly<Record<string, string>>,
  faults: string[],
): Readonly<Partial<Record<VenueId, VenueVariables>>> {
  const entries = ids.map((venue) => {
    const name = venue.toUpperCase()
    const check = <T>(variable: string, schema: z.ZodType<T>): T | undefined => {
      const result = schema.safeParse(env[variable])
      if (!result.success) faults.push(`${variable} ${result.error.issues[0]?.message}`)
      return result.data
    }
    const keys = keysOf(env, name, faults)
    const readKeys = keysOf(env, `${name}_READ`, faults)
    const transferKeys = keysOf(env, `${name}_TRANSFER`, faults)
    const rest = check(`${name}_REST_URL`, restUrl)
    const ws = check(`${name}_WS_URL`, wsUrl)
    const fee = check(`${name}_TAKER_FEE_PERCENT`, takerFee)
    return [
      venue,
      Object.freeze({
        ...(keys !== undefined && { keys: Object.freeze(keys) }),
        ...(readKeys !== undefined && { readKeys: Object.freeze(readKeys) }),
        ...(transferKeys !== undefined && { transferKeys: Object.freeze(transferKeys) }),
        ...(rest !== undefined && { restUrl: rest }),
        ...(ws !== undefined && { wsUrl: ws }),
        ...(fee !== undefined && { takerFee: fee }),
      }),
    ] as const
  })
  return Object.freeze(
    Object.fromEntries(entries.filter(([, variables]) => Object.keys(variables).length > 0)),
  )
}
