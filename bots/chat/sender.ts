// Sends what waits, as fast as the platform takes it, and draws the consequences of every answer.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChatStore } from '../../src/notification/chat-store.ts'
import type { ChatMessage } from '../../src/notification/message-store.ts'
import type { Notification } from '../../src/notification/notification.ts'
import { mustArrive, rankOf } from '../../src/notification/routing.ts'
import type { Budgets } from './budget.ts'
import { createReachability } from './reachability.ts'
import { createShownCards, sendMessage, type SendWiring, type Tried } from './send-message.ts'
import { createSendQueue, type Entry } from './send-queue.ts'

export type SenderWiring = Omit<SendWiring, 'cards'> & {
  readonly chats: ChatStore
  readonly budgets: Budgets
  readonly announce: (notification: Notification) => Promise<void>
  readonly warn: (message: string) => void
  /** A chat has a new number; false when it is not ours. */
  readonly moved: (from: string, to: string) => Promise<boolean>
  /** The message leaves now: what collects for it must collect elsewhere. */
  readonly leaves: (chat: string, key: string) => void
}

export type Sender = {
  /** Sends it when its turn comes; replaces what waits for the same message. */
  enqueue(message: ChatMessage): void
  /** Starts whatever may go now. */
  pump(): void
  drop(chat: string): void
  spent(chat: string, isEdit: boolean): void
  /** Nothing reaches the chat. `isKnown`: the database has it so already. */
  closed(chat: string, detail: string, isKnown?: boolean): Promise<void>
  /** Sends for a moment longer, then no more; waits a little for answers. */
  drain(): Promise<void>
}

const minuteMs = 60_000
const lookMsMax = 5000
const drainMs = 1000
const answerMs = 2000
const againMsMax = 30_000
const unsureTriesMax = 3
/** A closed chat is tried again after the first of these, then the next, at last after the last. */
const reopenMs = [minuteMs, 2 * minuteMs, 5 * minuteMs, 15 * minuteMs] as const

const nameOf = ({ chat, key }: Pick<ChatMessage, 'chat' | 'key'>) => `${chat}\n${key}`
const nowMs = () => performance.now()

export function createSender(wiring: SenderWiring): Sender {
  const { platform, messages, now } = wiring
  const { surface } = platform
  const queue = createSendQueue(wiring.budgets)
  const reachability = createReachability({ ...wiring, surface, nowMs })
  /** What waits, as it was last written. */
  const latest = new Map<string, ChatMessage>()
  const cards = createShownCards()
  const tries = new Map<string, number>()
  const closures = new Map<string, number>()
  const underWay = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  function enqueue(message: ChatMessage, afterMs = 0): void {
    const { chat, key, kind, wanted } = message
    const dueMs = nowMs() + Math.max(afterMs, message.dueAt.getTime() - now().getTime())
    const isEdit = message.message !== undefined
    latest.set(nameOf(message), message)
    queue.put({ chat, key, rank: rankOf(kind), order: wanted, isEdit, dueMs })
  }

  function pump(): void {
    clearTimeout(timer)
    if (isStopped) return
    for (let entry = queue.take(nowMs()); entry !== undefined; entry = queue.take(nowMs())) {
      const sending = sendOne(entry).catch((error: unknown) => {
        if (!isStopped) wiring.reportBug(error, `${surface} delivery`)
      })
      underWay.add(sending)
      void sending.finally(() => underWay.delete(sending))
    }
    timer = setTimeout(pump, Math.min(lookMsMax, Math.ceil(queue.waitMs(nowMs()))))
  }

  /** What a platform has answered must be written down, however long the database is away. */
  async function insist<T>(work: () => Promise<T>): Promise<T> {
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 2000)) {
      try {
        return await work()
      } catch (error) {
        if (isStopped) throw error
        await sleep(waitMs)
      }
    }
  }

  async function tryOnce(message: ChatMessage): Promise<Tried> {
    try {
      return await sendMessage({ ...wiring, cards }, message, insist)
    } catch (error) {
      if (isStopped) throw error
      // Nothing was sent, but perhaps its beginning was written: the next try must be able to begin.
      await insist(() => messages.failed(message, 'perhaps'))
      const detail = error instanceof Error ? error.message : String(error)
      return { outcome: 'again', afterMs: 1000, detail, isUnsure: false }
    }
  }

  async function sendOne(entry: Entry): Promise<void> {
    const message = latest.get(nameOf(entry))
    wiring.leaves(entry.chat, entry.key)
    if (message === undefined) return queue.done(entry)
    const tried = await tryOnce(message).finally(() => queue.done(entry))
    await settle(message, tried)
    pump()
  }

  /** As it stands in the database: its message may be another by now. */
  const current = async (message: ChatMessage): Promise<ChatMessage> =>
    (await insist(() => messages.ofStory(surface, message.story))).find(
      (each) => nameOf(each) === nameOf(message),
    ) ?? message

  async function again(message: ChatMessage, tried: Tried & { outcome: 'again' }): Promise<void> {
    const { chat, kind, story, wanted } = message
    const name = nameOf(message)
    const count = (tries.get(name) ?? 0) + 1
    if (tried.isUnsure && count > unsureTriesMax) {
      tries.delete(name)
      await insist(() => messages.giveUp(message, wanted))
      return reachability.lost(chat, story, `${tried.detail}; nobody knows whether it is shown`)
    }
    tries.set(name, count)
    reachability.failed(chat, tried.detail, mustArrive(kind))
    const afterMs = Math.min(againMsMax, tried.afterMs * 2 ** Math.min(count - 1, 6))
    enqueue(await current(message), afterMs)
  }

  async function settle(message: ChatMessage, tried: Tried): Promise<void> {
    const { chat, kind } = message
    const name = nameOf(message)
    const isNewest = latest.get(name) === message
    if (tried.outcome !== 'again') tries.delete(name)
    switch (tried.outcome) {
      case 'nothing':
        if (isNewest) latest.delete(name)
        return
      case 'shown': {
        closures.delete(chat)
        const { message: shown } = tried
        if (shown !== undefined && shown.wanted > shown.shown) enqueue(shown)
        else if (isNewest) latest.delete(name)
        return insist(() => reachability.worked(chat))
      }
      case 'again':
        return again(message, tried)
      case 'held':
        queue.hold(chat, nowMs() + tried.afterMs)
        reachability.failed(chat, tried.detail, mustArrive(kind), tried.afterMs)
        return enqueue(latest.get(name) ?? message)
      case 'closed':
        enqueue(latest.get(name) ?? message)
        return closed(chat, tried.detail)
      case 'moved':
        if (await insist(() => wiring.moved(chat, tried.chat))) return
        enqueue(latest.get(name) ?? message)
        return closed(chat, `it moved to ${tried.chat}`)
      case 'lost':
        latest.delete(name)
        return reachability.lost(chat, tried.title, tried.detail)
    }
  }

  async function closed(chat: string, detail: string, isKnown = false): Promise<void> {
    if (isKnown) return reachability.known(chat)
    const count = closures.get(chat) ?? 0
    closures.set(chat, count + 1)
    queue.hold(chat, nowMs() + (reopenMs[Math.min(count, reopenMs.length - 1)] ?? minuteMs))
    await insist(() => reachability.closed(chat, detail))
  }

  return {
    enqueue: (message) => enqueue(message),
    pump,
    drop(from) {
      for (const { chat, key } of queue.waiting()) if (chat === from) queue.drop(chat, key)
    },
    spent: (chat, isEdit) => queue.spend(chat, isEdit, nowMs()),
    closed,
    async drain() {
      const untilMs = nowMs() + drainMs
      while (nowMs() < untilMs && (underWay.size > 0 || queue.waitMs(nowMs()) <= 0)) await sleep(5)
      isStopped = true
      clearTimeout(timer)
      // What a platform was asked is worth its answer: without it, the next process has to guess.
      await Promise.race([Promise.all(underWay), sleep(answerMs, undefined, { ref: false })])
    },
  }
}
