// Suggestions while somebody types, the same for a chat's menus and for the terminal's Tab key.
import { parseRoute } from '../market/route.ts'
import { chatName } from '../notification/chat.ts'
import { settingKeys } from '../settings/settings.ts'
import type { CommandContext } from './command.ts'
import type { Option, Suggestions } from './option.ts'

// What Discord shows at most.
const suggestionsMax = 25
const tradesMax = 100
const hourMs = 3_600_000
const opportunitiesMax = 200

async function allOf(source: Suggestions, context: CommandContext): Promise<readonly string[]> {
  switch (source) {
    case 'symbols':
      return (await context.markets.watchlist()).map(({ symbol }) => symbol)
    case 'venues':
      return (await context.markets.statuses()).map(({ venue }) => venue)
    case 'routes': {
      const [offered, watched, statuses] = await Promise.all([
        context.approvals.listOpportunities({ sinceMs: hourMs, limit: opportunitiesMax }),
        context.markets.watchlist(),
        context.markets.statuses(),
      ])
      const routes = offered.map(({ route }) => route).filter((name) => parseRoute(name))
      return [
        ...routes,
        ...watched.map(({ symbol }) => symbol),
        ...statuses.map(({ venue }) => venue),
      ]
    }
    case 'approvals':
      return (await context.approvals.listOpen()).map(({ id }) => id)
    case 'trades':
      return (await context.trades.list({ limit: tradesMax, offset: 0 })).map(({ id }) => id)
    case 'settings':
      return settingKeys
    case 'chats':
      return (await context.chats.list()).map(chatName)
    case 'commands':
      return context.commands.map(({ name }) => name)
  }
}

/** Those that begin with what was typed, then those that contain it; no more than a chat can show. */
export async function complete(
  option: Option,
  typed: string,
  context: CommandContext,
): Promise<readonly string[]> {
  const known =
    option.choices ?? (option.suggests === undefined ? [] : await allOf(option.suggests, context))
  const wanted = typed.toLowerCase()
  const lower = [...new Set(known)].map((name) => ({ name, text: name.toLowerCase() }))
  const begin = lower.filter(({ text }) => text.startsWith(wanted))
  const contain = lower.filter(({ text }) => !text.startsWith(wanted) && text.includes(wanted))
  return [...begin, ...contain].slice(0, suggestionsMax).map(({ name }) => name)
}
