// Buttons on their way into a statement, and what they do as it is read back.
import { z } from 'zod'
import type { ActionOffer, ButtonAction } from '../notification/button-store.ts'

const actionSchema = z.object({
  command: z.string(),
  args: z.record(z.string(), z.string()),
  asks: z
    .object({ option: z.string(), question: z.string(), value: z.string().exactOptional() })
    .exactOptional(),
  awaits: z.string().exactOptional(),
})

/** @throws ZodError for a row that this version did not write: a press of it must do nothing. */
export const actionOf = (stored: unknown): ButtonAction => actionSchema.parse(stored)

export const offersJson = (offers: readonly (ActionOffer & { account?: string })[]): string =>
  JSON.stringify(
    offers.map(({ hash, uses, action, livesMs, account }) => ({
      hash: hash.toString('hex'),
      uses,
      action,
      lives_ms: livesMs,
      account: account ?? null,
    })),
  )
