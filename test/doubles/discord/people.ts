// Who there is and where they talk, for a test to set up.
import { createPerson, type Person } from './person.ts'
import type { Platform } from './platform.ts'
import type { Waiting } from './waiting.ts'
import { addGuild, addUser, dmWith } from './world.ts'

/** A server and its first channel, where people type unless told otherwise. */
export type Home = { readonly guildId: string; readonly channelId: string }

export type People = {
  /** A person at a client. An id nobody has yet is a new member of the first server. */
  readonly as: (userId: string) => Person
  /** A new person, member of the first server unless `guildId` is null; answers the id. */
  readonly addUser: (options?: {
    readonly id?: string
    readonly name?: string
    readonly guildId?: string | null
    readonly administrator?: boolean
  }) => string
  /** Another server that the bot is in. Before login: a running bot is not told. */
  readonly addGuild: (name?: string) => Home
  readonly addChannel: (name: string, guildId?: string) => string
  /** The bot's direct messages with a person. */
  readonly dmChannelOf: (userId: string) => string
  /** The person takes no direct messages: 50007. */
  readonly closeDmsOf: (userId: string) => void
}

export function createPeople(platform: Platform, waiting: Waiting, home: Home): People {
  const { world } = platform
  return {
    as(userId) {
      if (!world.users.has(userId)) addUser(world, { id: userId, guildId: home.guildId })
      return createPerson({ platform, waiting, userId, homeChannelId: home.channelId })
    },
    addUser: ({ guildId = home.guildId, ...options } = {}) =>
      addUser(world, { ...options, ...(guildId === null ? {} : { guildId }) }),
    addGuild: (name = 'Another server') => addGuild(world, { name }),
    addChannel(name, guildId = home.guildId) {
      const id = world.nextId()
      world.channels.set(id, { id, kind: 'text', guildId, name })
      return id
    },
    dmChannelOf: (userId) => dmWith(world, userId).id,
    closeDmsOf(userId) {
      world.closedDms.add(userId)
    },
  }
}
