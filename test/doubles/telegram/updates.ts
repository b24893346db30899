// The queue of updates and its long poll: what getUpdates answers, confirms and refuses.
import { conflict, success, type Answer } from './answer.ts'
import { createLongPoll } from './long-poll.ts'
import { integerOf, objectOf, type Parameters } from './parameters.ts'
import type { Update, UpdateBody } from './objects.ts'

const timeoutSecondsMax = 50
const batchMax = 100
// Telegram answers one of two quarrelling pollers at once and lets the next ones wait.
const conflictPauseMs = 3_000

/** What Telegram sends to a bot that never asked for more: everything but these. */
const onlyOnRequest = new Set(['chat_member', 'message_reaction', 'message_reaction_count'])

export type UpdateQueue = {
  /** Numbers the update and keeps it until it is confirmed; undefined where its kind was not asked for. */
  push(body: UpdateBody): Update | undefined
  /** Puts an update that may have been confirmed long ago into the next batch, under its old number. */
  again(update: Update): void
  /** Answers getUpdates; undefined when the caller has gone away. */
  poll(parameters: Parameters, caller: AbortSignal): Promise<Answer | undefined>
  /** While a webhook is set nobody can poll; '' for none. */
  setWebhook(url: string): void
  webhook(): string
  /** How many updates wait for a confirmation. */
  pending(): number
  /** Forgets all that waits. */
  clear(): void
  close(): void
}

type Options = {
  readonly now: () => number
  /** Called for every update of every batch that goes out. */
  readonly onDelivered: (update: Update) => void
}

const conflictText =
  'terminated by other getUpdates request; make sure that only one bot instance is running'
const webhookText =
  "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** The kinds a request asks for; 'unchanged' where it does not say. */
function askedKinds(parameters: Parameters): ReadonlySet<string> | 'default' | 'unchanged' {
  const given = objectOf(parameters, 'allowed_updates')
  if (typeof given === 'string' || !Array.isArray(given.value)) return 'unchanged'
  const kinds = given.value as readonly string[]
  return kinds.length === 0 ? 'default' : new Set(kinds)
}

/** Answers 409: the first quarrel at once, the next ones after a pause. */
function createRefusal(now: () => number): () => Promise<Answer> {
  let lastAtMs = Number.NEGATIVE_INFINITY
  return async () => {
    const isSoon = now() < lastAtMs + conflictPauseMs
    if (isSoon) await pause(conflictPauseMs)
    else lastAtMs = now()
    return conflict(conflictText)
  }
}

type Poll = { readonly offset: number; readonly limit: number; readonly timeoutMs: number }

function pollOf(parameters: Parameters): Poll {
  const within = (name: string, lowest: number, highest: number, otherwise: number) =>
    Math.min(highest, Math.max(lowest, integerOf(parameters, name) ?? otherwise))
  return {
    offset: integerOf(parameters, 'offset') ?? 0,
    limit: within('limit', 1, batchMax, batchMax),
    timeoutMs: within('timeout', 0, timeoutSecondsMax, 0) * 1000,
  }
}

/** The updates that nobody confirmed yet, and those that are to come once more. */
function createBacklog(onDelivered: (update: Update) => void) {
  let queue: Update[] = []
  let repeated: Update[] = []
  let nextId = 100_000_001
  return {
    add: (body: UpdateBody): Update => {
      const update: Update = { update_id: nextId++, ...body }
      queue.push(update)
      return update
    },
    repeat: (update: Update) => void repeated.push(update),
    /** Confirms what is older than the offset and hands out the next ones. */
    batch: ({ offset, limit }: Poll): Update[] => {
      const start = offset < 0 ? queue.slice(offset)[0]?.update_id : offset
      if (start !== undefined) queue = queue.filter(({ update_id }) => update_id >= start)
      const waiting = queue.slice(0, limit)
      const updates = [...waiting, ...repeated.slice(0, limit - waiting.length)]
      repeated = repeated.slice(limit - waiting.length)
      for (const update of updates) onDelivered(update)
      return updates
    },
    size: () => queue.length,
    clear: () => {
      queue = []
    },
  }
}

export function createUpdateQueue({ now, onDelivered }: Options): UpdateQueue {
  const backlog = createBacklog(onDelivered)
  const longPoll = createLongPoll()
  const refuse = createRefusal(now)
  let allowed: ReadonlySet<string> | 'default' = 'default'
  let webhookUrl = ''

  return {
    push: (body) => {
      const [kind = ''] = Object.keys(body)
      const isWanted = allowed === 'default' ? !onlyOnRequest.has(kind) : allowed.has(kind)
      if (!isWanted) return undefined
      const update = backlog.add(body)
      longPoll.end('updates')
      return update
    },
    again: (update) => {
      backlog.repeat(update)
      longPoll.end('updates')
    },
    poll: async (parameters, caller) => {
      if (webhookUrl !== '') return conflict(webhookText)
      const asked = askedKinds(parameters)
      if (asked !== 'unchanged') allowed = asked
      const poll = pollOf(parameters)
      longPoll.end('conflict')
      const ready = backlog.batch(poll)
      if (ready.length > 0 || poll.timeoutMs === 0) return success(ready)
      switch (await longPoll.wait(poll.timeoutMs, caller)) {
        case 'conflict':
          return refuse()
        case 'webhook':
          return conflict('terminated by setWebhook request')
        case 'gone':
          return undefined
        case 'timeout':
          return success([])
        case 'updates':
          return success(backlog.batch(poll))
      }
    },
    setWebhook: (url) => {
      webhookUrl = url
      if (url !== '') longPoll.end('webhook')
    },
    webhook: () => webhookUrl,
    pending: () => backlog.size(),
    clear: () => backlog.clear(),
    close: () => longPoll.end('gone'),
  }
}
