// Requests that the desk can do without: where the platform does not know one, it is not asked again.
import { ApplicationFlags, GatewayIntentBits, Routes } from 'discord.js'
import { z } from 'zod'
import type { Called, DiscordRest, Request } from './discord-rest.ts'

export type OptionalCalls = {
  /** What besides interactions is asked of the gateway. */
  intents(): Promise<number>
  /** Needs the right to manage messages, which the bot may lack. */
  removeMessage(chat: string, message: string): Promise<void>
}

const unknownMessage = 10_008
/** Small bots get the one from their own page, large ones the other from Discord. */
const readsMessages =
  ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited

const application = z.looseObject({ flags: z.number() })

export function createOptionalCalls({
  rest,
  warn,
}: {
  readonly rest: Pick<DiscordRest, 'call'>
  readonly warn: (message: string) => void
}): OptionalCalls {
  const off = new Set<string>()

  /** Undefined when it is switched off. */
  async function call(what: string, request: Request): Promise<Called | undefined> {
    if (off.has(what)) return undefined
    const called = await rest.call(request)
    const isMissing = called.outcome === 'refused' && called.status === 404
    if (isMissing && called.code !== unknownMessage) {
      off.add(what)
      warn(`Discord has no way to ${what} (404): that is left out from now on`)
    }
    return called
  }

  return {
    async intents() {
      const called = await call('tell about the application', {
        method: 'get',
        route: Routes.currentApplication(),
      })
      const flags = called?.outcome === 'ok' ? application.safeParse(called.result).data?.flags : 0
      // What is written in private always comes; asking for more than is allowed ends the connection.
      const all =
        GatewayIntentBits.DirectMessages |
        GatewayIntentBits.GuildMessages |
        GatewayIntentBits.MessageContent
      return ((flags ?? 0) & readsMessages) === 0 ? GatewayIntentBits.DirectMessages : all
    },
    async removeMessage(chat, message) {
      const route = Routes.channelMessage(chat, message)
      const called = await call('take a message away', { method: 'delete', route })
      if (called?.outcome === 'refused' && called.code !== unknownMessage)
        warn('a message that looked like a key could not be taken away')
    },
  }
}
