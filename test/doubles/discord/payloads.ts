// People, guilds and channels as Discord describes them, on the gateway and over HTTP alike.
import {
  ChannelType,
  GuildDefaultMessageNotifications,
  GuildExplicitContentFilter,
  GuildMemberFlags,
  GuildMFALevel,
  GuildNSFWLevel,
  GuildPremiumTier,
  GuildSystemChannelFlags,
  GuildVerificationLevel,
  Locale,
  type APIChannel,
  type APIDMChannel,
  type APIGuild,
  type APIGuildMember,
  type APIRole,
  type APITextChannel,
  ChannelFlags,
  type APIThreadChannel,
  type APIUser,
  type GatewayGuildCreateDispatchData,
  RoleFlags,
  ThreadAutoArchiveDuration,
} from 'discord-api-types/v10'
import { bits } from './bits.ts'
import type { Channel, Guild, Member, World } from './world.ts'

const joinedAt = '2024-01-01T00:00:00.000000+00:00'
/** All permissions there are: what an administrator has. */
const allPermissions = '9007199254740991'
/** What a new server's members have: see, send, use commands. */
const memberPermissions = '2222085186637376'

export const permissionsOf = (administrator: boolean): string =>
  administrator ? allPermissions : memberPermissions

const everyoneRole = (guildId: string) =>
  ({
    id: guildId,
    name: '@everyone',
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: 0,
    permissions: memberPermissions,
    managed: false,
    mentionable: false,
    flags: bits(RoleFlags, 0),
  }) satisfies APIRole

export function memberPayload(world: World, member: Member): APIGuildMember {
  return {
    user: world.users.get(member.userId) as APIUser,
    nick: null,
    avatar: null,
    banner: null,
    roles: [],
    joined_at: joinedAt,
    premium_since: null,
    pending: false,
    communication_disabled_until: null,
    flags: bits(GuildMemberFlags, 0),
    deaf: false,
    mute: false,
  }
}

function guildPayload({ id, name, ownerId }: Guild): APIGuild {
  return {
    id,
    name,
    icon: null,
    description: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    owner_id: ownerId,
    application_id: null,
    region: 'deprecated',
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: null,
    system_channel_flags: bits(GuildSystemChannelFlags, 0),
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: GuildVerificationLevel.None,
    default_message_notifications: GuildDefaultMessageNotifications.OnlyMentions,
    mfa_level: GuildMFALevel.None,
    explicit_content_filter: GuildExplicitContentFilter.Disabled,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: GuildPremiumTier.None,
    premium_subscription_count: 0,
    preferred_locale: Locale.EnglishUS,
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: null,
    premium_progress_bar_enabled: false,
    nsfw_level: GuildNSFWLevel.Default,
    features: [],
    emojis: [],
    stickers: [],
    roles: [everyoneRole(id)],
    hub_type: null,
    incidents_data: null,
  }
}

/** The fields that only the HTTP answer has. */
export const guildAnswer = (guild: Guild) => ({
  ...guildPayload(guild),
  home_header: null,
  nsfw: false,
})

const shared = (id: string) => ({
  id,
  flags: bits(ChannelFlags, 0),
  last_message_id: null,
  last_pin_timestamp: null,
})

export function channelPayload(world: World, channel: Channel): APIChannel {
  switch (channel.kind) {
    case 'text':
      return {
        ...shared(channel.id),
        type: ChannelType.GuildText,
        guild_id: channel.guildId,
        name: channel.name,
        position: 0,
        permission_overwrites: [],
        parent_id: null,
        topic: null,
        nsfw: false,
        rate_limit_per_user: 0,
      } satisfies APITextChannel
    case 'thread':
      return {
        ...shared(channel.id),
        type: ChannelType.PublicThread,
        guild_id: channel.guildId,
        name: channel.name,
        parent_id: channel.parentId,
        owner_id: world.bot.id,
        message_count: 0,
        member_count: 1,
        total_message_sent: 0,
        rate_limit_per_user: 0,
        applied_tags: [],
        thread_metadata: {
          archived: false,
          archive_timestamp: joinedAt,
          auto_archive_duration: ThreadAutoArchiveDuration.OneDay,
          locked: false,
          create_timestamp: joinedAt,
        },
      } satisfies APIThreadChannel<ChannelType.PublicThread>
    case 'dm':
      return {
        ...shared(channel.id),
        type: ChannelType.DM,
        name: null,
        recipients: [world.users.get(channel.recipientId) as APIUser],
      } satisfies APIDMChannel
  }
}

/** A DM has no name, and Discord leaves the field out over HTTP. */
export function channelAnswer(world: World, channel: Channel): object {
  const { name, ...rest } = channelPayload(world, channel)
  return name === null ? rest : { name, ...rest }
}

/** What a bot is told of each of its guilds after READY. */
export function guildCreateData(world: World, guild: Guild): GatewayGuildCreateDispatchData {
  const channels = [...world.channels.values()]
    .filter((channel) => channel.kind !== 'dm' && channel.guildId === guild.id)
    .map((channel) => channelPayload(world, channel))
  return {
    ...guildPayload(guild),
    joined_at: joinedAt,
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [],
    // Without the intent for members only the bot itself is told.
    members: [memberPayload(world, { userId: world.bot.id, administrator: false })],
    channels: channels.filter((one) => one.type === ChannelType.GuildText),
    threads: channels.filter((one) => one.type === ChannelType.PublicThread),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  }
}
