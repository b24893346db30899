// What Discord tells of something a person did, read with nothing taken for granted: what does not fit is
// no interaction of ours.
import { ChannelType, InteractionContextType, InteractionType } from 'discord.js'
import { z } from 'zod'
import type { Arrival } from '../chat/chat-desk.ts'

/** By which it is answered. */
export type Ticket = {
  readonly id: string
  readonly token: string
  readonly application: string
}

export type Heard = { readonly ticket: Ticket; readonly arrival: Arrival } & (
  | {
      readonly kind: 'typed'
      readonly name: string
      readonly given: ReadonlyMap<string, unknown>
    }
  | {
      readonly kind: 'typing'
      readonly name: string
      readonly option: string
      readonly typed: string
    }
  /** `typed`: it was a form, which was opened from this message. */
  | {
      readonly kind: 'pressed'
      readonly message: string
      readonly data: string
      readonly typed: string | undefined
    }
)

const textMax = 6000
const id = z.string().regex(/^\d{1,25}$/)
const user = z.looseObject({
  id,
  username: z.string().max(200).catch(''),
  global_name: z.string().max(200).nullish().catch(undefined),
})
const value = z.union([z.string().max(textMax), z.number(), z.boolean()])
const option = z.looseObject({
  name: z.string().max(32),
  value: value.optional(),
  focused: z.boolean().optional(),
})
const common = {
  id,
  token: z.string().regex(/^[^\s/?#%\\]{1,1000}$/),
  application_id: id,
  channel_id: id.optional(),
  channel: z.looseObject({ id, type: z.number().optional() }).optional().catch(undefined),
  guild_id: id.nullish(),
  context: z.number().nullish(),
  member: z.looseObject({ user }).optional(),
  user: user.optional(),
}
const commandData = z.looseObject({
  name: z.string().max(32),
  options: z.array(option).max(25).optional(),
})
const message = z.looseObject({ id })
const form = z.discriminatedUnion('type', [
  z.looseObject({
    ...common,
    type: z.literal(InteractionType.ApplicationCommand),
    data: commandData,
  }),
  z.looseObject({
    ...common,
    type: z.literal(InteractionType.ApplicationCommandAutocomplete),
    data: commandData,
  }),
  z.looseObject({
    ...common,
    type: z.literal(InteractionType.MessageComponent),
    data: z.looseObject({
      custom_id: z.string().max(200),
      values: z.array(z.string().max(200)).max(25).optional(),
    }),
    message,
  }),
  z.looseObject({
    ...common,
    type: z.literal(InteractionType.ModalSubmit),
    data: z.looseObject({ custom_id: z.string().max(200), components: z.unknown() }),
    message,
  }),
])
type Form = z.infer<typeof form>

/** The first text in a submitted form, in whichever layout Discord sends it. */
function typedIn(components: unknown, depth = 0): string | undefined {
  if (depth > 6 || typeof components !== 'object' || components === null) return undefined
  if ('value' in components && typeof components.value === 'string')
    return components.value.slice(0, textMax)
  for (const below of Object.values(components)) {
    const typed = typedIn(below, depth + 1)
    if (typed !== undefined) return typed
  }
  return undefined
}

function arrivalOf(read: Form): Arrival | undefined {
  const { channel, context, guild_id: guild, member } = read
  const person = member?.user ?? read.user
  const chat = read.channel_id ?? channel?.id
  if (person === undefined || chat === undefined) return undefined
  // A private channel of others, into which somebody brought the bot along, is none of ours.
  const isOthers =
    context === InteractionContextType.PrivateChannel || channel?.type === ChannelType.GroupDM
  return {
    surface: 'discord',
    update: read.id,
    account: { id: person.id, displayName: person.global_name ?? person.username },
    chat,
    isPrivate: (guild ?? undefined) === undefined && member === undefined && !isOthers,
  }
}

/** Undefined for what is not understood. */
export function readInteraction(data: unknown): Heard | undefined {
  const read = form.safeParse(data).data
  const arrival = read && arrivalOf(read)
  if (read === undefined || arrival === undefined) return undefined
  const ticket = { id: read.id, token: read.token, application: read.application_id }
  const both = { ticket, arrival }
  switch (read.type) {
    case InteractionType.ApplicationCommand: {
      const { name, options = [] } = read.data
      const given = options.flatMap((each): [string, unknown][] =>
        each.value === undefined ? [] : [[each.name, each.value]],
      )
      return { ...both, kind: 'typed', name, given: new Map(given) }
    }
    case InteractionType.ApplicationCommandAutocomplete: {
      const { name, options = [] } = read.data
      const focused = options.find((each) => each.focused === true)
      if (focused === undefined) return undefined
      const typed = String(focused.value ?? '')
      return { ...both, kind: 'typing', name, option: focused.name, typed }
    }
    case InteractionType.MessageComponent: {
      // A menu's own name says nothing; what was chosen does.
      const chosen = read.data.values?.[0] ?? read.data.custom_id
      return { ...both, kind: 'pressed', message: read.message.id, data: chosen, typed: undefined }
    }
    case InteractionType.ModalSubmit: {
      const { custom_id: data_, components } = read.data
      const typed = typedIn(components) ?? ''
      return { ...both, kind: 'pressed', message: read.message.id, data: data_, typed }
    }
  }
}
