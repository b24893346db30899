// Says on the other platforms that nothing reaches people here, once, and once more when it does again.
import type { ChatStore } from '../../src/notification/chat-store.ts'
import type { ChatSurface } from '../../src/notification/chat.ts'
import type { Notification } from '../../src/notification/notification.ts'

export type ReachabilityWiring = {
  readonly surface: ChatSurface
  readonly chats: Pick<ChatStore, 'close' | 'open'>
  readonly announce: (notification: Notification) => Promise<void>
  readonly warn: (message: string) => void
  /** Monotonic ms. */
  readonly nowMs: () => number
}

export type Reachability = {
  /** A try came to nothing; said when something urgent has waited for long, or will, for `moreMs`. */
  failed(chat: string, detail: string, isUrgent: boolean, moreMs?: number): void
  /** Nothing reaches the chat until a person mends it. */
  closed(chat: string, detail: string): Promise<void>
  /** The platform does not take this one message. */
  lost(chat: string, title: string, detail: string): void
  worked(chat: string): Promise<void>
  /** As the database has it when the process starts. */
  known(chat: string): void
}

/** Shorter ones are nobody's business: everything waits and arrives. */
const outageMsMin = 30_000
/** One line about lost messages is enough for this long. */
const lostEveryMs = 10 * 60_000

/** The story that all of this belongs to; what is told about it is never told about itself. */
const undeliverableOn = (surface: ChatSurface): string => `undeliverable on ${surface}`

export function createReachability(wiring: ReachabilityWiring): Reachability {
  const { surface, chats, announce, warn, nowMs } = wiring
  const failingSince = new Map<string, number>()
  const closedChats = new Set<string>()
  const announced = new Set<string>()
  let lostToldMs = -Infinity

  function tell(severity: 'P1' | 'P2', text: string): void {
    const subject = undeliverableOn(surface)
    announce({ kind: 'alert', severity, subject, text }).catch((error: unknown) =>
      warn(`${text} This could not be announced: ${String(error)}`),
    )
  }

  return {
    failed(chat, detail, isUrgent, moreMs = 0) {
      const since = failingSince.get(chat) ?? nowMs()
      failingSince.set(chat, since)
      if (!isUrgent || announced.has(chat)) return
      if (nowMs() - since + moreMs < outageMsMin) return
      announced.add(chat)
      tell('P1', `Messages wait for the ${surface} chat ${chat}: ${detail}.`)
    },
    async closed(chat, detail) {
      closedChats.add(chat)
      if (!(await chats.close({ surface, chat }, detail))) return
      announced.add(chat)
      tell('P1', `Nothing reaches the ${surface} chat ${chat}: ${detail}.`)
    },
    lost(chat, title, detail) {
      warn(`${surface} does not take a message for ${chat}: ${detail}`)
      if (title === undeliverableOn(surface) || nowMs() - lostToldMs < lostEveryMs) return
      lostToldMs = nowMs()
      tell('P1', `The ${surface} chat ${chat} could not be shown "${title}": ${detail}.`)
    },
    async worked(chat) {
      failingSince.delete(chat)
      if (closedChats.delete(chat)) await chats.open({ surface, chat })
      if (announced.delete(chat)) tell('P2', `The ${surface} chat ${chat} is reached again.`)
    },
    known(chat) {
      closedChats.add(chat)
      announced.add(chat)
    },
  }
}
