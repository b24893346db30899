// Tells Discord which commands there are, all at once.
import { setTimeout as sleep } from 'node:timers/promises'
import { Routes } from 'discord.js'
import type { Command } from '../../src/commands/command.ts'
import type { DiscordRest } from './discord-rest.ts'
import { slashCommands } from './slash-commands.ts'

export type RegisterWiring = {
  readonly rest: Pick<DiscordRest, 'call'>
  readonly commands: readonly Command[]
  /** Undefined: for every server that the bot is in. */
  readonly guildId: string | undefined
  readonly warn: (message: string) => void
}

const pauseMs = 1000
const pauseMsMax = 60_000

/** Tries until Discord has said something, or until the signal. */
export async function registerCommands(
  { rest, commands, guildId, warn }: RegisterWiring,
  application: string,
  signal: AbortSignal,
): Promise<void> {
  const route =
    guildId === undefined
      ? Routes.applicationCommands(application)
      : Routes.applicationGuildCommands(application, guildId)
  const body = slashCommands(commands, guildId !== undefined)
  for (let ms = pauseMs; !signal.aborted; ms = Math.min(pauseMsMax, ms * 2)) {
    const called = await rest.call({ method: 'put', route, body })
    if (called.outcome === 'ok') return
    if (called.outcome === 'refused')
      return warn(
        `Discord takes no commands (${called.detail}), so that nobody can type one there; is the bot invited with the scope applications.commands${guildId === undefined ? '' : `, and DISCORD_GUILD_ID ${guildId} its server`}?`,
      )
    const waitMs = called.outcome === 'limited' ? called.afterMs : ms
    await sleep(waitMs, undefined, { signal }).catch(() => {})
  }
}
