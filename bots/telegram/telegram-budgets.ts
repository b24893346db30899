// What Telegram takes: about one message a second in a chat, with short bursts, twenty a minute in a
// group and thirty a second over all. Edits count as messages do.
import type { Budgets } from '../chat/budget.ts'

// A little longer than Telegram's own second: what leaves late may arrive close to the next.
const everyChat = { max: 3, perMs: 3200 }
const everyGroup = { max: 20, perMs: 62_000 }

/** Groups have negative numbers. What is sent to a topic counts for its whole group. */
export const telegramBudgets: Budgets = {
  payerOf: (chat) => chat.split('/')[0] ?? chat,
  ofChat: (chat) => ({
    sends: [],
    edits: [],
    both: chat.startsWith('-') ? [everyChat, everyGroup] : [everyChat],
  }),
  overall: [{ max: 28, perMs: 1000 }],
}
