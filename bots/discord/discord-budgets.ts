// What Discord takes: five new messages and five edits in five seconds in a channel, and fifty requests
// a second over all. Its own headers say when it takes less.
import type { Budgets } from '../chat/budget.ts'

// A little longer than Discord's five seconds: what leaves late may arrive close to the next.
const ofChannel = { max: 5, perMs: 5200 }

export const discordBudgets: Budgets = {
  ofChat: () => ({ sends: [ofChannel], edits: [ofChannel], both: [] }),
  overall: [{ max: 40, perMs: 1000 }],
}
