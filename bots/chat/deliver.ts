// Brings what is posted to the chats of one platform: written down first, then sent in the order of its
// urgency, and edited as its story goes on. A process may die anywhere in between.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChatStore, KnownChat } from '../../src/notification/chat-store.ts'
import type { ChatMessage } from '../../src/notification/message-store.ts'
import type { Posted } from '../../src/notification/notification.ts'
import type { Outbox } from '../../src/notification/outbox.ts'
import { mustArrive } from '../../src/notification/routing.ts'
import type { Hub } from '../../src/settings/hub.ts'
import { followOutbox } from '../follow-outbox.ts'
import { planMessages, type ChatSituation, type OpenDigest } from './plan-messages.ts'
import { createSender, type SenderWiring } from './sender.ts'

export type DeliverWiring = Omit<SenderWiring, 'moved' | 'leaves'> & {
  readonly outbox: Outbox
  readonly hub: Hub
  readonly chats: ChatStore
  /** Chats that the configuration names; they may have moved since. */
  readonly homes: readonly string[]
  /** Whether the person of a private chat may still be told things. */
  readonly isListed: (account: string) => Promise<boolean>
}

export type Deliverer = {
  /** Delivers until the signal, then what was posted before it, as far as two seconds go. */
  run(signal: AbortSignal): Promise<void>
  /** The adapter sent something to the chat by itself, such as an answer. */
  spent(chat: string, isEdit: boolean): void
  /** The platform told that a chat has a new number. False when the old one is not ours. */
  moved(from: string, to: string): Promise<boolean>
  /** The platform told that nothing will reach the chat any more. */
  closed(chat: string, detail: string): Promise<void>
}

const minuteMs = 60_000
const nameOf = ({ chat, key }: Pick<ChatMessage, 'chat' | 'key'>) => `${chat}\n${key}`

/** A gap that nobody is asked about: floods are made of these. */
const isTold = ({ notification }: Posted): boolean =>
  notification.kind === 'opportunity' && notification.blocked !== undefined

/** How many gaps a chat was told one by one lately, and what collects for its next digest. */
function createFloodGates() {
  const singles = new Map<string, readonly number[]>()
  const digests = new Map<string, OpenDigest>()
  const recent = (chat: string) =>
    (singles.get(chat) ?? []).filter((ms) => ms > performance.now() - minuteMs)
  return {
    of(chat: string): Pick<ChatSituation, 'singles' | 'digest'> {
      const digest = digests.get(chat)
      return {
        singles: recent(chat).length,
        digest: digest && { ...digest, dueMs: digest.dueMs - performance.now() },
      }
    },
    single: (chat: string) => void singles.set(chat, [...recent(chat), performance.now()]),
    open({ chat, key, since, dueAt }: ChatMessage, now: Date) {
      const dueMs = performance.now() + dueAt.getTime() - now.getTime()
      digests.set(chat, { key, since, dueMs })
    },
    leaves: (chat: string, key: string) => {
      if (digests.get(chat)?.key === key) digests.delete(chat)
    },
  }
}

export function createDeliverer(wiring: DeliverWiring): Deliverer {
  const { platform, messages, chats, now, warn } = wiring
  const { surface } = platform
  const gates = createFloodGates()
  const sender = createSender({ ...wiring, moved, leaves: gates.leaves })

  /** What a digest will tell needs no message of its own. */
  function enqueue(message: ChatMessage): void {
    if (message.digest !== undefined) return
    if (message.key.startsWith('digest ')) gates.open(message, now())
    sender.enqueue(message)
  }

  /** A private chat is told things only while its person is listed. */
  async function toldChats(): Promise<readonly KnownChat[]> {
    const all = await chats.list(surface)
    const told = await Promise.all(
      all.map(async ({ account }) => account === undefined || wiring.isListed(account)),
    )
    return all.filter((_, i) => told[i])
  }

  /** Everything that waits in the database. */
  async function load(): Promise<void> {
    const told = await toldChats()
    for (const message of await messages.waiting(surface))
      if (told.some(({ chat }) => chat === message.chat)) enqueue(message)
    sender.pump()
  }

  async function moved(from: string, to: string): Promise<boolean> {
    if (!(await chats.move({ surface, chat: from }, to))) return false
    sender.drop(from)
    await load()
    return true
  }

  async function record(posted: Posted): Promise<void> {
    const [told, known] = await Promise.all([toldChats(), messages.ofStory(surface, posted.key)])
    const wanted = told.flatMap((chat) => {
      const own = known.filter((message) => message.chat === chat.chat)
      return planMessages(posted, { chat, messages: own, ...gates.of(chat.chat) }, now())
    })
    for (const message of await messages.want(wanted)) {
      const isNew = !known.some((each) => nameOf(each) === nameOf(message))
      const isAlone = message.digest === undefined && message.key === posted.key
      if (isNew && isAlone && isTold(posted)) gates.single(message.chat)
      enqueue(message)
    }
    sender.pump()
  }

  /** Takes up what the last process left; what was under way is sent again where that is right. */
  async function takeUp(): Promise<void> {
    for (const chat of wiring.homes) await chats.ensure({ surface, chat })
    for (const message of await messages.underWay(surface)) {
      const isNew = message.message === undefined
      if (isNew && !platform.knowsRepeats && !mustArrive(message.kind))
        await messages.giveUp(message, message.wanted)
      else await messages.failed(message, 'perhaps')
    }
    for (const { chat, closed } of await chats.list(surface))
      if (closed !== undefined) await sender.closed(chat, closed.because, true)
    await load()
  }

  /** A database that is away just now is waited for: taking up twice does no harm. */
  async function takeUpAtLast(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        await takeUp()
        return
      } catch (error) {
        if (failures === 0) warn(`${surface}: nothing is sent yet, ${String(error)}`)
        await sleep(Math.min(5000, 250 * 2 ** failures), undefined, { signal }).catch(() => {})
      }
    }
  }

  let takenUp: Promise<void> | undefined
  return {
    async run(signal) {
      takenUp = takeUpAtLast(signal)
      await takenUp
      await followOutbox({ ...wiring, surface, deliver: record }, signal)
      await sender.drain()
    },
    spent: (chat, isEdit) => sender.spent(chat, isEdit),
    async moved(from, to) {
      await takenUp
      return moved(from, to)
    },
    async closed(chat, detail) {
      await takenUp
      return sender.closed(chat, detail)
    },
  }
}
