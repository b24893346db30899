// An answer that somebody waits for is tried again for a while; the desk's own messages have a queue.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChatId, Delivery } from '../chat/platform.ts'

/** Where a message went in the end: groups move. */
export type Arrived = { readonly delivery: Delivery; readonly chat: ChatId }

/** Longer than this, and whoever asked has gone. Telegram's longest usual refusal is a minute. */
const patienceMs = 75_000
const unsureMs = 1000
const movesMax = 3

/**
 * Who waits for an answer rather has it twice than not at all: an unsure one is sent once more. `send`
 * is called with the chat's newest number.
 */
export async function insist(
  chat: ChatId,
  send: (chat: ChatId) => Promise<Delivery>,
  signal: AbortSignal,
): Promise<Arrived> {
  const untilMs = performance.now() + patienceMs
  let where = chat
  let isUnsure = false
  for (let moves = 0; ;) {
    const delivery = await send(where)
    const given = { delivery, chat: where }
    switch (delivery.outcome) {
      case 'sent':
      case 'gone':
      case 'closed':
      case 'rejected':
        return given
      case 'moved':
        if (moves++ >= movesMax) return given
        where = delivery.chat
        break
      case 'unknown':
      case 'later': {
        const waitMs = delivery.outcome === 'later' ? delivery.afterMs : unsureMs
        const isOver = performance.now() + waitMs > untilMs
        if (signal.aborted || isOver || (isUnsure && delivery.outcome === 'unknown')) return given
        isUnsure ||= delivery.outcome === 'unknown'
        await sleep(waitMs, undefined, { signal }).catch(() => {})
      }
    }
  }
}

/** One after the other in each chat: together they would only be refused together. */
export function createTurns(): <T>(chat: ChatId, work: () => Promise<T>) => Promise<T> {
  const last = new Map<ChatId, Promise<unknown>>()
  return (chat, work) => {
    const mine = (last.get(chat) ?? Promise.resolve()).then(work)
    const settled = mine.catch(() => {})
    last.set(chat, settled)
    void settled.finally(() => last.get(chat) === settled && last.delete(chat))
    return mine
  }
}
