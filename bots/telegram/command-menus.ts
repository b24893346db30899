// The commands that Telegram offers while somebody types "/", for each chat what may be used there.
import type { BotCommand, BotCommandScope } from 'telegraf/types'
import { includesRole, type Role } from '../../src/approval/role.ts'
import type { Command } from '../../src/commands/command.ts'
import type { ChatId } from '../chat/platform.ts'
import type { TelegramClient } from './telegram-client.ts'
import { placeOf } from './telegram-place.ts'

export type CommandMenus = {
  /** What strangers see, and what the home chats do. */
  ofHomes(homes: readonly ChatId[]): Promise<void>
  /** What one person may do, in their private chat; asked again whenever they are served there. */
  ofPerson(account: string): Promise<void>
}

/** Telegram's own form of a command's name. */
const nameShape = /^[a-z0-9_]{1,32}$/
const descriptionMax = 256
const commandsMax = 100
/** What somebody who is not listed can do. */
const openCommands = ['start', 'help']

export function createCommandMenus(wiring: {
  readonly client: TelegramClient
  readonly commands: readonly Command[]
  readonly roleOf: (account: string) => Promise<Role | undefined>
  readonly warn: (message: string) => void
}): CommandMenus {
  const { client, roleOf, warn } = wiring
  const offered = wiring.commands.filter(
    ({ name, surfaces }) => surfaces.includes('telegram') && nameShape.test(name),
  )
  /** A server without menus is asked once; the commands themselves need none. */
  let isOff = false
  const shown = new Map<string, Role | undefined>()

  async function set(scope: BotCommandScope, commands: readonly Command[]): Promise<void> {
    if (isOff) return
    const listed: BotCommand[] = commands.slice(0, commandsMax).map(({ name, summary }) => ({
      command: name,
      description: summary.slice(0, descriptionMax),
    }))
    const called = await client.call('setMyCommands', { commands: listed, scope })
    if (called.outcome === 'ok') return
    isOff = called.outcome === 'refused' && called.code === 404
    const detail = called.outcome === 'refused' ? called.description : called.detail
    warn(`Telegram took no menu of commands for ${scope.type}: ${detail}`)
  }

  return {
    async ofHomes(homes) {
      await set(
        { type: 'default' },
        offered.filter(({ name }) => openCommands.includes(name)),
      )
      for (const home of homes) await set({ type: 'chat', chat_id: placeOf(home).chat_id }, offered)
    },
    async ofPerson(account) {
      const role = await roleOf(account)
      if (shown.has(account) && shown.get(account) === role) return
      shown.set(account, role)
      const allowed = offered.filter(
        (command) => role !== undefined && includesRole(role, command.role),
      )
      await set({ type: 'chat', chat_id: placeOf(account).chat_id }, allowed)
    },
  }
}
