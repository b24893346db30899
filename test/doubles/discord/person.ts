// A person at a Discord client: types commands, presses buttons, fills in forms, reads.
import {
  ApplicationCommandType,
  ComponentType,
  InteractionType,
  type APIApplicationCommand,
  type APIUser,
} from 'discord-api-types/v10'
import { askOf, type Ask } from './ask.ts'
import { dataOptions, findCommand, type Options } from './command-options.ts'
import { dispatchInteraction, type Deed } from './interaction-payload.ts'
import { createMessage } from './messages.ts'
import { modalSubmission } from './modal-submission.ts'
import type { Platform } from './platform.ts'
import { resolvedOptions, resolvedValues } from './resolved.ts'
import { seenMessage, type SeenMessage } from './seen.ts'
import type { Waiting } from './waiting.ts'
import { guildIdOf, type Channel, type StoredMessage, type World } from './world.ts'

export type Where = { readonly channelId?: string }

/** `anyway` sends what Discord's own client would not: another's card, a button that is gone. */
export type How = { readonly anyway?: boolean }

export type Person = {
  readonly id: string
  /** `slash('settings set', { name: 'filter.leg_skew_ms_max', value: '500' })` */
  readonly slash: (words: string, options?: Options, where?: Where) => Ask
  /** Types `typed` into one option; the other options stand as given. */
  readonly autocomplete: (
    words: string,
    option: string,
    typed: string,
    others?: Options,
    where?: Where,
  ) => Ask
  /** A button by its label or its custom id. */
  readonly press: (message: { readonly id: string }, button: string, how?: How) => Ask
  readonly select: (
    message: { readonly id: string },
    customId: string,
    values: readonly string[],
    how?: How,
  ) => Ask
  /** Sends the form back that `opener` was answered with; await its answer first. */
  readonly submitModal: (opener: Ask, inputs: Readonly<Record<string, string>>) => Ask
  /** All the person sees in a channel, oldest first: what others may see, and what only they may. */
  readonly reads: (channelId?: string) => readonly SeenMessage[]
  readonly writes: (content: string, where?: Where) => SeenMessage
}

type Seat = {
  readonly platform: Platform
  readonly waiting: Waiting
  readonly userId: string
  readonly homeChannelId: string
}

function commandsIn(world: World, channel: Channel): APIApplicationCommand[] {
  const guildId = guildIdOf(channel)
  const global = world.commands.get('global') ?? []
  // A server's own command hides a global one of the same name.
  return guildId === undefined ? [...global] : [...(world.commands.get(guildId) ?? []), ...global]
}

function channelAt({ platform, homeChannelId }: Seat, where: Where | undefined): Channel {
  const id = where?.channelId ?? homeChannelId
  const channel = platform.world.channels.get(id)
  if (channel === undefined) throw new Error(`there is no channel ${id}`)
  return channel
}

function isVisible({ userId }: Seat, { ephemeralFor, deletedAt }: StoredMessage): boolean {
  return deletedAt === undefined && (ephemeralFor === undefined || ephemeralFor === userId)
}

/** The message on the person's screen; with `anyway`, any message there ever was. */
function messageOf(seat: Seat, id: string, how: How | undefined): StoredMessage {
  const stored = seat.platform.world.messages.get(id)
  if (stored === undefined) throw new Error(`there never was a message ${id}`)
  if (how?.anyway !== true && !isVisible(seat, stored))
    throw new Error(`${seat.userId} does not see message ${id}`)
  return stored
}

function send(seat: Seat, deed: Omit<Deed, 'userId'>): Ask {
  const { platform, waiting, userId } = seat
  const interaction = dispatchInteraction(platform, { ...deed, userId })
  return askOf(platform.world, waiting, interaction)
}

function command(
  seat: Seat,
  type: InteractionType,
  words: string,
  given: Options,
  where?: Where,
  focused?: string,
): Ask {
  const channel = channelAt(seat, where)
  const typing = findCommand(commandsIn(seat.platform.world, channel), words)
  const { id, name, guild_id: guildId } = typing.command
  const options = dataOptions(typing, given, focused)
  const resolved = resolvedOptions(seat.platform.world, channel, options)
  const data = {
    id,
    name,
    type: ApplicationCommandType.ChatInput,
    ...(guildId === undefined ? {} : { guild_id: guildId }),
    options,
    ...(resolved === undefined ? {} : { resolved }),
  }
  return send(seat, { name: `/${words}`, type, data, channelId: channel.id })
}

function press(seat: Seat, id: string, button: string, how: How | undefined): Ask {
  const stored = messageOf(seat, id, how)
  const found = seenMessage(stored).buttons.find(
    ({ label, customId }) => label === button || customId === button,
  )
  if (how?.anyway !== true && (found?.customId === undefined || found.isDisabled))
    throw new Error(`there is no button "${button}" to press on message ${id}`)
  return send(seat, {
    name: `press ${found?.label ?? button}`,
    type: InteractionType.MessageComponent,
    data: { custom_id: found?.customId ?? button, component_type: ComponentType.Button, id: 1 },
    channelId: stored.channelId,
    message: stored.current,
  })
}

function select(
  seat: Seat,
  id: string,
  customId: string,
  values: readonly string[],
  how: How | undefined,
): Ask {
  const stored = messageOf(seat, id, how)
  const menu = seenMessage(stored).menus.find((one) => one.customId === customId)
  const type = menu?.type ?? ComponentType.StringSelect
  const offered = menu?.options.map(({ value }) => value) ?? []
  const isOffered =
    type !== ComponentType.StringSelect || values.every((value) => offered.includes(value))
  if (how?.anyway !== true && (menu?.isDisabled !== false || !isOffered))
    throw new Error(`message ${id} does not let anyone choose ${values.join(', ')} in ${customId}`)
  const channel = channelAt(seat, { channelId: stored.channelId })
  const resolved = resolvedValues(seat.platform.world, channel, type, values)
  const chosen = { custom_id: customId, component_type: type, id: 1, values }
  return send(seat, {
    name: `select ${values.join(', ')}`,
    type: InteractionType.MessageComponent,
    data: { ...chosen, ...(resolved === undefined ? {} : { resolved }) },
    channelId: stored.channelId,
    message: stored.current,
  })
}

function submitModal(seat: Seat, opener: Ask, inputs: Readonly<Record<string, string>>): Ask {
  const { acknowledgement, payload, channelId, userId } = opener.interaction
  if (acknowledgement?.kind !== 'modal' || userId !== seat.userId)
    throw new Error(`${seat.userId} has no form open from ${opener.interaction.name}`)
  const { modal } = acknowledgement
  const current = seat.platform.world.messages.get(payload.message?.id ?? '')?.current
  return send(seat, {
    name: `submit ${modal.title}`,
    type: InteractionType.ModalSubmit,
    data: modalSubmission(modal, inputs),
    channelId,
    message: current ?? payload.message,
    openedBy: opener.interaction,
  })
}

/** `homeChannelId` is where the person types unless told otherwise. */
export function createPerson(seat: Seat): Person {
  const { platform, userId } = seat
  const { world } = platform
  return {
    id: userId,
    slash: (words, options = {}, where) =>
      command(seat, InteractionType.ApplicationCommand, words, options, where),
    autocomplete: (words, option, typed, others = {}, where) =>
      command(
        seat,
        InteractionType.ApplicationCommandAutocomplete,
        words,
        { ...others, [option]: typed },
        where,
        option,
      ),
    press: ({ id }, button, how) => press(seat, id, button, how),
    select: ({ id }, customId, values, how) => select(seat, id, customId, values, how),
    submitModal: (opener, inputs) => submitModal(seat, opener, inputs),
    reads: (channelId = seat.homeChannelId) =>
      [...world.messages.values()]
        .filter((stored) => stored.channelId === channelId && isVisible(seat, stored))
        .map(seenMessage),
    writes(content, where) {
      const channel = channelAt(seat, where)
      const author = world.users.get(userId) as APIUser
      return seenMessage(
        createMessage(platform, { channel, author, form: { content }, uploads: [] }),
      )
    },
  }
}
