// What Discord tells the bot of one thing a person did, without the part that says what it was.
import {
  InteractionContextType,
  Locale,
  type APIChatInputApplicationCommandInteraction,
  type APIInteraction,
  type APIMessage,
  type APIUser,
  type InteractionType,
} from 'discord-api-types/v10'
import type { Interaction } from './interaction.ts'
import { channelPayload, memberPayload, permissionsOf } from './payloads.ts'
import type { Platform } from './platform.ts'
import { guildIdOf, type Channel, type World } from './world.ts'

const fileBytesMax = 10 * 1024 * 1024

export type Deed = {
  readonly name: string
  readonly type: InteractionType
  readonly data: object
  readonly userId: string
  readonly channelId: string
  readonly message?: APIMessage | undefined
  readonly openedBy?: Interaction | undefined
}

type Origin = Pick<
  APIChatInputApplicationCommandInteraction,
  | 'authorizing_integration_owners'
  | 'context'
  | 'guild'
  | 'guild_id'
  | 'guild_locale'
  | 'member'
  | 'user'
>

/** Who it was and where: a member of a server, or somebody in the bot's direct messages. */
function whoAndWhere(world: World, channel: Channel, userId: string): Origin {
  const guild = world.guilds.get(guildIdOf(channel) ?? '')
  if (guild === undefined)
    return {
      user: world.users.get(userId) as APIUser,
      context: InteractionContextType.BotDM,
      authorizing_integration_owners: { 0: '0' },
    }
  const member = guild.members.get(userId)
  if (member === undefined) throw new Error(`user ${userId} is no member of guild ${guild.id}`)
  const administrator = member.administrator || guild.ownerId === userId
  return {
    guild_id: guild.id,
    guild: { id: guild.id, locale: Locale.EnglishUS, features: [] },
    guild_locale: Locale.EnglishUS,
    member: {
      ...memberPayload(world, member),
      user: world.users.get(userId) as APIUser,
      permissions: permissionsOf(administrator),
    },
    context: InteractionContextType.Guild,
    authorizing_integration_owners: { 0: guild.id },
  }
}

/** Tells the bot, and starts the three seconds. */
export function dispatchInteraction(platform: Platform, deed: Deed): Interaction {
  const { world } = platform
  const { name, type, data, userId, channelId, message, openedBy } = deed
  const channel = world.channels.get(channelId)
  if (channel === undefined) throw new Error(`there is no channel ${channelId}`)
  const id = world.nextId()
  // As long and as opaque as the real ones.
  const token = Buffer.from(`interaction:${id}:${'x'.repeat(100)}`).toString('base64url')
  const payload = {
    id,
    token,
    type,
    data,
    version: 1,
    application_id: world.applicationId,
    channel_id: channelId,
    channel: channelPayload(world, channel),
    ...whoAndWhere(world, channel, userId),
    ...(message === undefined ? {} : { message }),
    app_permissions: permissionsOf(false),
    locale: Locale.EnglishUS,
    entitlements: [],
    attachment_size_limit: fileBytesMax,
  } as APIInteraction
  const interaction: Interaction = {
    id,
    token,
    name,
    userId,
    channelId,
    // A copy: the message may be edited while this one still shows what was pressed.
    payload: structuredClone(payload),
    openedBy,
    dispatchedAt: world.now(),
    isExpected: platform.isBotConnected(),
    acknowledgement: undefined,
    editedAt: [],
    followUpIds: [],
  }
  world.interactions.set(token, interaction)
  platform.dispatch({ t: 'INTERACTION_CREATE', d: payload })
  return interaction
}
