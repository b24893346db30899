// What Telegram's answer to a message or an edit means to whoever sent it.
import type { Delivery } from '../chat/platform.ts'
import type { Called } from './telegram-client.ts'

/** Telegram was not asked, or did not hear it. */
const unreachedMs = 2000

const isUnchanged = /message is not modified/i
/** There is nothing to edit any more, or not as text. */
const isGone =
  /message to edit not found|message can'?t be edited|MESSAGE_ID_INVALID|message identifier is not specified|no text in the message to edit|message to be edited not found/i
/** Nothing reaches this place until a person mends it. */
const isClosed =
  /chat not found|chat_id is empty|not enough rights|have no rights|need administrator rights|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED|CHAT_SEND_\w+_FORBIDDEN|message thread not found|TOPIC_(?:CLOSED|DELETED)|PEER_ID_INVALID|USER_IS_BLOCKED|chat was deleted|user is deactivated|group chat was upgraded|bot was (?:kicked|blocked)/i

/** `message`: the one that was to be edited; undefined for a new one. */
export function deliveryOf(called: Called<unknown>, message?: string): Delivery {
  switch (called.outcome) {
    case 'ok':
      return { outcome: 'sent', message: message ?? sentId(called.result) }
    case 'unanswered':
      return called.isUnsure
        ? { outcome: 'unknown', detail: called.detail }
        : { outcome: 'later', afterMs: unreachedMs, detail: called.detail }
    case 'refused':
      return refusalOf(called, message)
  }
}

const sentId = (result: unknown): string =>
  typeof result === 'object' && result !== null && 'message_id' in result
    ? String(result.message_id)
    : ''

function refusalOf(
  { code, description, retryAfterMs, movedTo }: Extract<Called<unknown>, { outcome: 'refused' }>,
  message: string | undefined,
): Delivery {
  const detail = description
  if (movedTo !== undefined) return { outcome: 'moved', chat: movedTo }
  if (retryAfterMs !== undefined) return { outcome: 'later', afterMs: retryAfterMs, detail }
  if (message !== undefined && isUnchanged.test(description)) return { outcome: 'sent', message }
  // 401 and 404: the token is wrong or was taken back, which concerns every chat.
  if (code === 401 || code === 403 || code === 404) return { outcome: 'closed', detail }
  if (message !== undefined && isGone.test(description)) return { outcome: 'gone', detail }
  if (isClosed.test(description)) return { outcome: 'closed', detail }
  return { outcome: 'rejected', detail }
}
