// Who and what there is: the bot, its application, people, servers, and where the gateway stands.
import { ChannelType, Locale } from 'discord-api-types/v10'
import { z } from 'zod'
import { ok, readForm, refusals, type Answer } from '../answer.ts'
import { channelAnswer, channelPayload, guildAnswer, memberPayload } from '../payloads.ts'
import type { Platform } from '../platform.ts'
import { snowflake } from '../text-rules.ts'
import { dmWith, type Guild, type World } from '../world.ts'
import { blame, param, type RestRequest, type Route } from './route.ts'

const ownUser = ({ world }: Platform) => ({
  ...world.bot,
  banner: null,
  accent_color: null,
  mfa_enabled: true,
  locale: Locale.EnglishUS,
  premium_type: 0,
  email: null,
  verified: true,
})

const application = ({ world }: Platform) => ({
  id: world.applicationId,
  name: world.bot.username,
  icon: null,
  description: '',
  type: null,
  bot: world.bot,
  summary: '',
  verify_key: '0'.repeat(64),
  flags: 0,
  flags_new: '0',
  bot_public: false,
  bot_require_code_grant: false,
  redirect_uris: [],
  interactions_endpoint_url: null,
  role_connections_verification_url: null,
  owner: [...world.users.values()].find(({ bot }) => bot !== true),
  approximate_guild_count: world.guilds.size,
  approximate_user_install_count: 0,
  approximate_user_authorization_count: 0,
  explicit_content_filter: 0,
  team: null,
  eligible_oauth2_scopes: [],
})

const dmForm = z.looseObject({ recipient_id: snowflake })

function openDm(platform: Platform, request: RestRequest): Answer {
  const read = readForm(dmForm, request.json)
  if (read.faults !== undefined) {
    for (const fault of read.faults) blame(platform, request, fault)
    return read.answer
  }
  const { recipient_id: recipientId } = read.form
  if (!platform.world.users.has(recipientId)) return refusals.unknownUser
  return ok(channelAnswer(platform.world, dmWith(platform.world, recipientId)))
}

/** Answers about the server in the path. */
const aboutGuild =
  (answer: (world: World, guild: Guild, request: RestRequest) => Answer): Route['answer'] =>
  ({ world }, request) => {
    const guild = world.guilds.get(param(request, 'guild_id'))
    return guild === undefined ? refusals.unknownGuild : answer(world, guild, request)
  }

const channelsOf = aboutGuild((world, guild) =>
  ok(
    [...world.channels.values()]
      .filter((channel) => channel.kind === 'text' && channel.guildId === guild.id)
      .map((channel) => channelPayload(world, channel))
      .filter(({ type }) => type === ChannelType.GuildText),
  ),
)

const memberOf = aboutGuild((world, guild, request) => {
  const member = guild.members.get(param(request, 'user_id'))
  return member === undefined ? refusals.unknownMember : ok(memberPayload(world, member))
})

export const directoryRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/gateway/bot',
    answer: (platform) => ok(platform.gatewayInfo()),
  },
  {
    method: 'GET',
    template: '/gateway',
    answer: (platform) => ok({ url: platform.gatewayInfo().url }),
  },
  { method: 'GET', template: '/users/@me', answer: (platform) => ok(ownUser(platform)) },
  { method: 'POST', template: '/users/@me/channels', answer: openDm },
  {
    method: 'GET',
    template: '/users/{user_id}',
    answer({ world }, request) {
      const user = world.users.get(param(request, 'user_id'))
      return user === undefined ? refusals.unknownUser : ok(user)
    },
  },
  ...['/applications/@me', '/oauth2/applications/@me'].map((template) => ({
    method: 'GET',
    template,
    answer: (platform: Platform) => ok(application(platform)),
  })),
  {
    method: 'GET',
    template: '/guilds/{guild_id}',
    answer: aboutGuild((_, guild) => ok(guildAnswer(guild))),
  },
  { method: 'GET', template: '/guilds/{guild_id}/channels', answer: channelsOf },
  { method: 'GET', template: '/guilds/{guild_id}/members/{user_id}', answer: memberOf },
]
