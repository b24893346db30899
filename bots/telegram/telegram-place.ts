// Telegram's numbers for a chat and a topic in it, and the one text that names both: "-100123/7".
import type { ChatId } from '../chat/platform.ts'

export type Place = { readonly chat_id: number | string; readonly message_thread_id?: number }

/** Numbers that a double would round go as text, which Telegram takes as well. */
const idOf = (digits: string): number | string => {
  const id = Number(digits)
  return Number.isSafeInteger(id) ? id : digits
}

export function placeOf(chat: ChatId): Place {
  const [id = '', topic] = chat.split('/')
  return {
    chat_id: idOf(id),
    ...(topic !== undefined && { message_thread_id: Number(topic) }),
  }
}

export const chatOf = (id: number, topic: number | undefined): ChatId =>
  topic === undefined ? String(id) : `${id}/${topic}`
