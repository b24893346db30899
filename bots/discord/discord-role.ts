// Discord as a role of the desk, in a process of its own.
import { allCommands } from '../../src/commands/all-commands.ts'
import { openRuntime } from '../../src/runtime.ts'
import type { Role } from '../../workers/role-run.ts'
import { StartFailure } from '../../workers/start-failure.ts'
import { runDiscordDesk } from './discord-desk.ts'

/**
 * discord.js takes every frame of the gateway for well-formed, where nobody could catch it. One that is
 * not costs the connection, which comes back, and not the process.
 */
const survivingBadFrames =
  (warn: (message: string) => void) =>
  (reason: unknown): void => {
    if (!(reason instanceof Error) || reason.stack?.includes('@discordjs/ws') !== true) throw reason
    warn(`Discord sent a frame that discord.js cannot read: ${reason.message}`)
  }

/** Ready as soon as it works on the desk's side: Discord itself may be away for as long as it likes. */
export const discordRole: Role = async ({ config, log, ready, report }, signal) => {
  const { discord } = config
  if (discord === undefined) throw new StartFailure('DISCORD_TOKEN is not set')
  const runtime = await openRuntime(config, log, 'discord')
  const survive = survivingBadFrames((message) => log.warn(message))
  process.on('unhandledRejection', survive)
  try {
    ready({ listens: false })
    const listens = (isListening: boolean) => report({ listens: isListening })
    await runDiscordDesk({ runtime, discord, commands: allCommands, listens }, signal)
  } finally {
    process.off('unhandledRejection', survive)
    await runtime.close()
  }
}
