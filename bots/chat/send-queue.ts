// What waits to be sent on one platform, the most urgent first, within what the platform takes. Pure
// but for its own memory: whoever asks says what time it is.
import { createSpent, type Budgets, type Spent } from './budget.ts'

export type Entry = {
  readonly chat: string
  /** One message: a later entry for it takes the place of an earlier one. */
  readonly key: string
  readonly rank: number
  /** Of two with one rank, the lower goes first. */
  readonly order: number
  readonly isEdit: boolean
  readonly dueMs: number
}

export type SendQueue = {
  put(entry: Entry): void
  drop(chat: string, key: string): void
  /** The next that may go now, which then is under way until done(). */
  take(nowMs: number): Entry | undefined
  done(entry: Entry): void
  /** Nothing for this chat, nor any other with its payer, before that moment: the platform said so. */
  hold(chat: string, untilMs: number): void
  /** Something was sent there by other hands, such as an answer to a command. */
  spend(chat: string, isEdit: boolean, nowMs: number): void
  /** How long until take() may have something; Infinity: until something else happens. */
  waitMs(nowMs: number): number
  waiting(): readonly Entry[]
}

/** One request at a time in a chat keeps messages in order; what must not wait takes a second way. */
const wayMax = (rank: number): number => (rank === 0 ? 2 : 1)
/** A platform that hangs must not pile up connections. */
const underWayMax = 8

type PayerState = {
  readonly sends: Spent
  readonly edits: Spent
  readonly both: Spent
  heldUntilMs: number
}

const nameOf = ({ chat, key }: Pick<Entry, 'chat' | 'key'>): string => `${chat}\n${key}`

export function createSendQueue(budgets: Budgets): SendQueue {
  const entries = new Map<string, Entry>()
  const underWay = new Map<string, Entry>()
  const payers = new Map<string, PayerState>()
  const overall = createSpent(budgets.overall)

  function stateOf(chat: string): PayerState {
    const payer = budgets.payerOf?.(chat) ?? chat
    const known = payers.get(payer)
    if (known !== undefined) return known
    const budget = budgets.ofChat(payer)
    const state = {
      sends: createSpent(budget.sends),
      edits: createSpent(budget.edits),
      both: createSpent(budget.both),
      heldUntilMs: -Infinity,
    }
    payers.set(payer, state)
    return state
  }

  function spend(chat: string, isEdit: boolean, nowMs: number): void {
    const state = stateOf(chat)
    const lane = isEdit ? state.edits : state.sends
    lane.add(nowMs)
    state.both.add(nowMs)
    overall.add(nowMs)
  }

  /** Infinity: not before something under way is done. */
  function waitOf(entry: Entry, nowMs: number): number {
    const { chat, rank, isEdit, dueMs } = entry
    const inChat = [...underWay.values()].filter((other) => other.chat === chat)
    if (underWay.has(nameOf(entry)) || inChat.length >= wayMax(rank)) return Infinity
    if (underWay.size >= underWayMax && rank > 0) return Infinity
    const { sends, edits, both, heldUntilMs } = stateOf(chat)
    const lane = isEdit ? edits : sends
    return Math.max(
      0,
      dueMs - nowMs,
      heldUntilMs - nowMs,
      lane.waitMs(rank, nowMs),
      both.waitMs(rank, nowMs),
      overall.waitMs(rank, nowMs),
    )
  }

  return {
    put: (entry) => void entries.set(nameOf(entry), entry),
    drop: (chat, key) => void entries.delete(nameOf({ chat, key })),
    take(nowMs) {
      let best: Entry | undefined
      for (const entry of entries.values()) {
        const isBehind =
          best !== undefined &&
          (entry.rank > best.rank || (entry.rank === best.rank && entry.order >= best.order))
        if (!isBehind && waitOf(entry, nowMs) <= 0) best = entry
      }
      if (best === undefined) return undefined
      entries.delete(nameOf(best))
      underWay.set(nameOf(best), best)
      spend(best.chat, best.isEdit, nowMs)
      return best
    },
    done: (entry) => void underWay.delete(nameOf(entry)),
    hold(chat, untilMs) {
      stateOf(chat).heldUntilMs = untilMs
    },
    spend,
    waitMs: (nowMs) =>
      Array.from(entries.values(), (entry) => waitOf(entry, nowMs)).reduce(
        (least, ms) => Math.min(least, ms),
        Infinity,
      ),
    waiting: () => [...entries.values()],
  }
}
