// Telegram as a role of the desk, in a process of its own.
import { allCommands } from '../../src/commands/all-commands.ts'
import { openRuntime } from '../../src/runtime.ts'
import type { Role } from '../../workers/role-run.ts'
import { StartFailure } from '../../workers/start-failure.ts'
import { runTelegramDesk } from './telegram-desk.ts'

/** Ready as soon as it works on the desk's side: Telegram itself may be away for as long as it likes. */
export const telegramRole: Role = async ({ config, log, ready, report }, signal) => {
  const { telegram } = config
  if (telegram === undefined) throw new StartFailure('TELEGRAM_TOKEN is not set')
  const runtime = await openRuntime(config, log, 'telegram')
  try {
    ready({ listens: false })
    const listens = (isListening: boolean) => report({ listens: isListening })
    await runTelegramDesk({ runtime, telegram, commands: allCommands, listens }, signal)
  } finally {
    await runtime.close()
  }
}
