// Makes people, groups, supergroups and topics, and lets happen to them what happens on Telegram.
import { changeStanding } from './members.ts'
import type { Chat, User } from './objects.ts'
import { post, tellBot } from './posting.ts'
import {
  newRoom,
  standing,
  type Rights,
  type Room,
  type Status,
  type Topic,
  type World,
} from './state.ts'

export type GroupOptions = {
  /** A negative number; chosen when left out. */
  readonly id?: number
  readonly title?: string
  /** User ids. */
  readonly members?: readonly number[]
  /** The bot's own standing: a plain member when left out. */
  readonly bot?: Status
  readonly username?: string
}

const topicColor = 7_322_096

/** Makes someone known; their private chat with the bot exists from now on. */
export function addPerson(world: World, id: number, about: Partial<Omit<User, 'id'>>): void {
  const user: User = {
    id,
    is_bot: false,
    first_name: `Person ${id}`,
    language_code: 'en',
    ...about,
  }
  world.people.set(id, { user, started: false, hasBlocked: false })
  const { first_name, last_name, username } = user
  const chat: Chat = {
    id,
    type: 'private',
    first_name,
    ...(last_name !== undefined && { last_name }),
    ...(username !== undefined && { username }),
  }
  const room = newRoom(chat)
  room.standings.set(id, standing('member'))
  room.standings.set(world.bot.id, standing('member'))
  world.rooms.set(id, room)
}

function freeChatId(world: World, type: 'group' | 'supergroup'): number {
  const first = type === 'group' ? -4_000_001 : -1_002_000_000_001
  let id = first
  while (world.rooms.has(id)) id--
  return id
}

/** Opens a group; those who are not known yet are made up. Returns its id. */
export function addGroup(
  world: World,
  type: 'group' | 'supergroup',
  options: GroupOptions & { readonly isForum?: boolean },
): number {
  const { members = [], bot = 'member', title = 'Desk', isForum = false, username } = options
  const id = options.id ?? freeChatId(world, type)
  const room = newRoom({
    id,
    type,
    title,
    ...(username !== undefined && { username }),
    ...(isForum && { is_forum: true }),
  })
  for (const member of members) {
    if (!world.people.has(member)) addPerson(world, member, {})
    room.standings.set(member, standing('member'))
  }
  room.standings.set(world.bot.id, standing(bot))
  // The first message of every supergroup says that it was made; so no topic has the General one's number.
  if (type === 'supergroup') room.lastMessageId = 1
  world.rooms.set(id, room)
  return id
}

export function roomAt(world: World, chatId: number): Room {
  const room = world.rooms.get(chatId)
  if (room === undefined) throw new Error(`There is no chat ${chatId}.`)
  return room
}

function anyMember(world: World, room: Room): User {
  const ids = [...room.standings.keys()].filter((id) => id !== world.bot.id)
  return world.people.get(ids[0] ?? 0)?.user ?? world.bot
}

/** Opens a topic in a forum and returns its id, which is that of the message that opened it. */
export function addTopic(world: World, chatId: number, name: string): number {
  const room = roomAt(world, chatId)
  if (room.chat.is_forum !== true) throw new Error(`Chat ${chatId} is no forum.`)
  const id = room.lastMessageId + 1
  room.topics.set(id, { id, name, state: 'open' })
  const { message } = post(world, room, anyMember(world, room), {
    message_thread_id: id,
    is_topic_message: true,
    forum_topic_created: { name, icon_color: topicColor },
  })
  tellBot(world, room, message)
  return id
}

/** Topic 1 is the General one, which every forum has. A deleted topic takes its messages with it. */
export function changeTopic(
  world: World,
  chatId: number,
  topicId: number,
  state: Topic['state'],
): void {
  const room = roomAt(world, chatId)
  const topic = room.topics.get(topicId) ?? { id: topicId, name: 'General', state: 'open' }
  room.topics.set(topicId, { ...topic, state })
  if (state === 'deleted') {
    for (const posted of room.messages.values())
      if (posted.message.message_thread_id === topicId) posted.deleted = true
    return
  }
  const change = state === 'closed' ? { forum_topic_closed: {} } : { forum_topic_reopened: {} }
  const thread =
    topicId === 1 ? {} : { message_thread_id: topicId, is_topic_message: true as const }
  tellBot(world, room, post(world, room, anyMember(world, room), { ...thread, ...change }).message)
}

/** A group becomes a supergroup: another id, message ids from 1 again, a service message on both sides. */
export function upgradeGroup(world: World, chatId: number): number {
  const group = roomAt(world, chatId)
  if (group.chat.type !== 'group') throw new Error(`Chat ${chatId} is no basic group.`)
  const title = group.chat.title ?? ''
  const id = addGroup(world, 'supergroup', { title })
  const next = roomAt(world, id)
  next.lastMessageId = 0
  for (const [userId, each] of group.standings) next.standings.set(userId, each)
  const by = anyMember(world, group)
  tellBot(world, group, post(world, group, by, { migrate_to_chat_id: id }).message)
  group.upgradedTo = id
  tellBot(world, next, post(world, next, by, { migrate_from_chat_id: chatId }).message)
  return id
}

/** What the bot is and may do in a chat from now on; it is told by my_chat_member. */
export function changeBot(
  world: World,
  chatId: number,
  status: Status,
  rights: Partial<Rights> = {},
): void {
  const room = roomAt(world, chatId)
  changeStanding(world, room, world.bot, standing(status, rights), anyMember(world, room))
}
