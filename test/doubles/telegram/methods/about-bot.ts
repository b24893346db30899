// What the bot says about itself: its name, its menu of commands, its menu button, its webhook.
import { badRequest, success, type Refusal } from '../answer.ts'
import { flagOf, integerOf, isObject, objectOf, textOf, type Parameters } from '../parameters.ts'
import type { World } from '../state.ts'
import type { Method } from './method.ts'

const commandsMax = 100
const scopes = [
  'default',
  'all_private_chats',
  'all_group_chats',
  'all_chat_administrators',
  'chat',
  'chat_administrators',
  'chat_member',
]

export const getMe: Method = ({ bot, readsAllGroupMessages }) =>
  success({
    ...bot,
    can_join_groups: true,
    can_read_all_group_messages: readsAllGroupMessages,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
  })

/** Under which a list of commands is kept: "chat:-100 en". */
function scopeKey(world: World, parameters: Parameters): string | Refusal {
  const given = objectOf(parameters, 'scope')
  if (given === 'unreadable') return badRequest("can't parse BotCommandScope JSON object")
  const scope = given === 'missing' ? { type: 'default' } : given.value
  if (!isObject(scope)) return badRequest('BotCommandScope must be an Object')
  const type = textOf(scope, 'type')
  if (!scopes.includes(type))
    return badRequest("can't parse BotCommandScope: unsupported type specified")
  const chatId = textOf(scope, 'chat_id')
  const isOfChat = ['chat', 'chat_administrators', 'chat_member'].includes(type)
  if (isOfChat && !world.rooms.has(Number(chatId))) return badRequest('chat not found')
  const language = textOf(parameters, 'language_code')
  if (!/^(?:[a-z]{2})?$/.test(language)) return badRequest('invalid language code specified')
  return [type, chatId, textOf(scope, 'user_id'), language].join(' ').trim()
}

function commandComplaint(command: unknown): string | undefined {
  if (!isObject(command)) return "can't parse BotCommand: expected an Object"
  const { command: name, description } = command
  if (typeof name !== 'string' || !/^[a-z0-9_]{1,32}$/.test(name)) return 'BOT_COMMAND_INVALID'
  const isDescribed =
    typeof description === 'string' && description.length >= 1 && description.length <= 256
  return isDescribed ? undefined : 'BOT_COMMAND_DESCRIPTION_INVALID'
}

export const setMyCommands: Method = (world, { parameters }) => {
  const given = objectOf(parameters, 'commands')
  if (given === 'unreadable') return badRequest("can't parse commands JSON object")
  const commands = given === 'missing' ? [] : given.value
  if (!Array.isArray(commands)) return badRequest('expected an Array of BotCommand')
  if (commands.length > commandsMax) return badRequest('BOT_COMMANDS_TOO_MUCH')
  const complaint = commands.map(commandComplaint).find((each) => each !== undefined)
  if (complaint !== undefined) return badRequest(complaint)
  const key = scopeKey(world, parameters)
  if (typeof key !== 'string') return key
  world.commands.set(key, commands)
  return success(true)
}

export const deleteMyCommands: Method = (world, { parameters }) => {
  const key = scopeKey(world, parameters)
  if (typeof key !== 'string') return key
  world.commands.delete(key)
  return success(true)
}

export const getMyCommands: Method = (world, { parameters }) => {
  const key = scopeKey(world, parameters)
  return typeof key === 'string' ? success(world.commands.get(key) ?? []) : key
}

/** 0 is every private chat; the button exists nowhere else. */
function menuChat(world: World, parameters: Parameters): number | Refusal {
  const chatId = integerOf(parameters, 'chat_id') ?? 0
  if (chatId === 0 || world.people.has(chatId)) return chatId
  return badRequest('chat not found')
}

export const setChatMenuButton: Method = (world, { parameters }) => {
  const chatId = menuChat(world, parameters)
  if (typeof chatId !== 'number') return chatId
  const given = objectOf(parameters, 'menu_button')
  if (given === 'unreadable') return badRequest("can't parse MenuButton JSON object")
  const button = given === 'missing' ? { type: 'default' } : given.value
  if (!isObject(button)) return badRequest('MenuButton must be an Object')
  if (!['default', 'commands', 'web_app'].includes(textOf(button, 'type')))
    return badRequest("can't parse MenuButton: MenuButton has unsupported type")
  world.menuButtons.set(chatId, button)
  return success(true)
}

export const getChatMenuButton: Method = (world, { parameters }) => {
  const chatId = menuChat(world, parameters)
  if (typeof chatId !== 'number') return chatId
  return success(world.menuButtons.get(chatId) ?? world.menuButtons.get(0) ?? { type: 'commands' })
}

export const deleteWebhook: Method = ({ updates }, { parameters }) => {
  const wasSet = updates.webhook() !== ''
  updates.setWebhook('')
  if (flagOf(parameters, 'drop_pending_updates')) updates.clear()
  const description = wasSet ? 'Webhook was deleted' : 'Webhook is already deleted'
  return { ok: true, result: true, description }
}

export const getWebhookInfo: Method = ({ updates }) =>
  success({
    url: updates.webhook(),
    has_custom_certificate: false,
    pending_update_count: updates.pending(),
  })
