// People and channels that a person chose, in full: a bot is told more than their ids.
import {
  ApplicationCommandOptionType,
  ComponentType,
  type APIInteractionDataResolved,
} from 'discord-api-types/v10'
import type { DataOption } from './command-options.ts'
import { channelPayload, memberPayload, permissionsOf } from './payloads.ts'
import { guildIdOf, type Channel, type World } from './world.ts'

const optionType = ApplicationCommandOptionType

/** Ids of options that mean people or channels, at any depth. */
function idsIn(options: readonly DataOption[]): string[] {
  return options.flatMap((option) => {
    if ('options' in option) return idsIn(option.options ?? [])
    const { type } = option
    const isChosen =
      type === optionType.User || type === optionType.Channel || type === optionType.Mentionable
    return isChosen ? [option.value] : []
  })
}

/** What is known of these ids where they were chosen; undefined where nothing is. */
function resolve(
  world: World,
  where: Channel,
  ids: readonly string[],
): APIInteractionDataResolved | undefined {
  const guild = world.guilds.get(guildIdOf(where) ?? '')
  const users = ids.flatMap((id) => world.users.get(id) ?? [])
  const members = ids.flatMap((id) => guild?.members.get(id) ?? [])
  const channels = ids.flatMap((id) => world.channels.get(id) ?? [])
  if (users.length + channels.length < ids.length)
    throw new Error(`nobody and nothing has one of the ids ${ids.join(', ')}`)
  if (ids.length === 0) return undefined
  return {
    ...(users.length > 0
      ? { users: Object.fromEntries(users.map((user) => [user.id, user])) }
      : {}),
    ...(members.length > 0
      ? {
          members: Object.fromEntries(
            members.map((member) => {
              const { user: _, deaf: __, mute: ___, ...rest } = memberPayload(world, member)
              return [member.userId, { ...rest, permissions: permissionsOf(member.administrator) }]
            }),
          ),
        }
      : {}),
    ...(channels.length > 0
      ? {
          channels: Object.fromEntries(
            channels.map((channel) => [
              channel.id,
              { ...channelPayload(world, channel), permissions: permissionsOf(false) },
            ]),
          ),
        }
      : {}),
  }
}

export const resolvedOptions = (world: World, where: Channel, options: readonly DataOption[]) =>
  resolve(world, where, idsIn(options))

/** For a menu of people or channels; a menu of texts resolves nothing. */
export const resolvedValues = (
  world: World,
  where: Channel,
  type: ComponentType,
  values: readonly string[],
) => (type === ComponentType.StringSelect ? undefined : resolve(world, where, values))
