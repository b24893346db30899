// All that this Discord remembers: who there is, where they talk, and what has been said and asked.
import { performance } from 'node:perf_hooks'
import {
  UserFlags,
  type APIApplicationCommand,
  type APIMessage,
  type APIUser,
} from 'discord-api-types/v10'
import { bits } from './bits.ts'
import type { Interaction } from './interaction.ts'

export type Member = { readonly userId: string; readonly administrator: boolean }

export type Guild = {
  readonly id: string
  readonly name: string
  readonly ownerId: string
  readonly members: Map<string, Member>
}

/** A text channel of a guild, a thread below one, or the bot's direct messages with one person. */
export type Channel = { readonly id: string } & (
  | { readonly kind: 'text'; readonly guildId: string; readonly name: string }
  | {
      readonly kind: 'thread'
      readonly guildId: string
      readonly name: string
      readonly parentId: string
    }
  | { readonly kind: 'dm'; readonly recipientId: string }
)

export type StoredFile = {
  readonly id: string
  readonly name: string
  readonly contentType: string
  readonly bytes: Buffer
  readonly description: string | undefined
}

/** A message through its life. Every version is a copy, so that the history cannot be rewritten. */
export type StoredMessage = {
  readonly id: string
  readonly channelId: string
  /** Whoever alone can see it; undefined for a message that the whole channel sees. */
  readonly ephemeralFor: string | undefined
  current: APIMessage
  files: readonly StoredFile[]
  readonly versions: { readonly at: number; readonly message: APIMessage }[]
  deletedAt: number | undefined
}

export type World = {
  /** Milliseconds since 1970, with fractions: latencies are differences of these. */
  readonly now: () => number
  /** Lets time pass for what expires (3 s, 15 min) without anyone waiting. */
  readonly passTime: (ms: number) => void
  readonly nextId: () => string
  readonly applicationId: string
  readonly bot: APIUser
  readonly users: Map<string, APIUser>
  readonly guilds: Map<string, Guild>
  readonly channels: Map<string, Channel>
  readonly messages: Map<string, StoredMessage>
  /** Registered commands by guild id, or 'global'. */
  readonly commands: Map<string, readonly APIApplicationCommand[]>
  readonly interactions: Map<string, Interaction>
  readonly files: Map<string, StoredFile>
  /** People who take no direct messages from strangers. */
  readonly closedDms: Set<string>
}

// Discord's ids hold the milliseconds since 2015 above 22 other bits, so that they sort by age.
const discordEpochMs = 1_420_070_400_000n
const sequenceBits = 22n

/** A user as Discord describes one; `name` is both account name and display name. */
function userOf(id: string, name: string, isBot = false): APIUser {
  const user: APIUser = {
    id,
    username: name,
    discriminator: '0',
    global_name: isBot ? null : name,
    avatar: null,
    public_flags: bits(UserFlags, 0),
    flags: bits(UserFlags, 0),
    primary_guild: null,
  }
  return isBot ? { ...user, bot: true } : user
}

/** An empty world with the bot in it and a clock that runs. */
export function createWorld(botName: string): World {
  let passedMs = 0
  let sequence = 0n
  const now = () => performance.timeOrigin + performance.now() + passedMs
  const nextId = () => {
    sequence = (sequence + 1n) % (1n << sequenceBits)
    return (((BigInt(Math.floor(now())) - discordEpochMs) << sequenceBits) | sequence).toString()
  }
  const applicationId = nextId()
  // Newer bots have their application's id as their own; older ones do not, so nobody may rely on it.
  const bot = userOf(nextId(), botName, true)
  return {
    now,
    passTime(ms) {
      passedMs += ms
    },
    nextId,
    applicationId,
    bot,
    users: new Map([[bot.id, bot]]),
    guilds: new Map(),
    channels: new Map(),
    messages: new Map(),
    commands: new Map(),
    interactions: new Map(),
    files: new Map(),
    closedDms: new Set(),
  }
}

export const guildIdOf = (channel: Channel): string | undefined =>
  channel.kind === 'dm' ? undefined : channel.guildId

/** A new user, member of `guildId` where one is given. */
export function addUser(
  world: World,
  options: { id?: string; name?: string; guildId?: string; administrator?: boolean },
): string {
  const id = options.id ?? world.nextId()
  world.users.set(id, userOf(id, options.name ?? `user${id}`))
  if (options.guildId !== undefined) {
    const administrator = options.administrator ?? false
    world.guilds.get(options.guildId)?.members.set(id, { userId: id, administrator })
  }
  return id
}

/** A new guild with the bot in it and one text channel. */
export function addGuild(
  world: World,
  options: { id?: string; channelId?: string; name?: string },
): { guildId: string; channelId: string } {
  const guildId = options.id ?? world.nextId()
  const ownerId = addUser(world, { name: 'owner' })
  const name = options.name ?? 'Trading floor'
  const members = [world.bot.id, ownerId].map((userId): [string, Member] => [
    userId,
    { userId, administrator: userId === ownerId },
  ])
  world.guilds.set(guildId, { id: guildId, name, ownerId, members: new Map(members) })
  const channelId = options.channelId ?? world.nextId()
  world.channels.set(channelId, { id: channelId, kind: 'text', guildId, name: 'desk' })
  return { guildId, channelId }
}

/** The bot's direct messages with one person: the same channel each time. */
export function dmWith(world: World, recipientId: string): Channel {
  for (const channel of world.channels.values())
    if (channel.kind === 'dm' && channel.recipientId === recipientId) return channel
  const channel: Channel = { id: world.nextId(), kind: 'dm', recipientId }
  world.channels.set(channel.id, channel)
  return channel
}
