// What Discord's answer to a message or an edit means to whoever sent it.
import { z } from 'zod'
import type { Delivery } from '../chat/platform.ts'
import type { Called } from './discord-rest.ts'

/** Discord was not asked, or did not hear it. */
const unreachedMs = 2000

// Discord's own numbers.
const unknownMessage = 10_008
const foreignMessage = 50_005
const tooManyOldEdits = 30_046
/** Refusals that hold for a while: slow mode, too many edits or messages in a channel. */
const passing: readonly number[] = [20_016, 20_022, 20_026, 20_028, 20_029, 31_001, 31_002]
/** Channels and rights that only a person can give back. */
const closing: readonly number[] = [
  10_003, 10_004, 40_007, 50_001, 50_007, 50_008, 50_013, 50_083, 50_278, 340_013,
]
const passingMs = 10_000

const sent = z.looseObject({ id: z.string() })

/** The id in an answer that shows a message. */
export const messageIdIn = (result: unknown): string | undefined => sent.safeParse(result).data?.id

function refusalOf(
  { status, code, detail }: Extract<Called, { outcome: 'refused' }>,
  message: string | undefined,
): Delivery {
  if (message !== undefined && [unknownMessage, foreignMessage, tooManyOldEdits].includes(code))
    return { outcome: 'gone', detail }
  if (passing.includes(code) || status === 429)
    return { outcome: 'later', afterMs: passingMs, detail }
  // 401: the token, which concerns every channel. 403 and 404: this one.
  if (status === 401 || status === 403 || status === 404 || closing.includes(code))
    return { outcome: 'closed', detail }
  return { outcome: 'rejected', detail }
}

/** `message`: the one that was to be edited; undefined for a new one. */
export function deliveryOf(called: Called, message?: string): Delivery {
  switch (called.outcome) {
    case 'ok': {
      const id = message ?? messageIdIn(called.result)
      // Something answered in Discord's place.
      return id === undefined
        ? { outcome: 'unknown', detail: 'an answer without a message' }
        : { outcome: 'sent', message: id }
    }
    case 'limited':
      return { outcome: 'later', afterMs: called.afterMs, detail: called.detail }
    case 'unanswered':
      return called.isUnsure
        ? { outcome: 'unknown', detail: called.detail }
        : { outcome: 'later', afterMs: unreachedMs, detail: called.detail }
    case 'refused':
      return refusalOf(called, message)
  }
}
