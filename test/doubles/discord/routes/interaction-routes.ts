// The first answer to what a person did: within three seconds, once, and of a fitting kind.
import {
  InteractionResponseType,
  InteractionType,
  MessageFlags,
  type APIApplicationCommandOptionChoice,
  type APIModalInteractionResponseCallbackData,
} from 'discord-api-types/v10'
import { z } from 'zod'
import { invalidForm, noContent, ok, readForm, refusals, type Answer } from '../answer.ts'
import { choicesForm } from '../autocomplete-rules.ts'
import { focusedOptionOf } from '../command-options.ts'
import { metadataOf } from '../interaction-metadata.ts'
import { isTooLate, originalIdOf, type Acknowledgement, type Interaction } from '../interaction.ts'
import { createMessage, editMessage } from '../messages.ts'
import { modalForm } from '../modal-rules.ts'
import type { Platform } from '../platform.ts'
import type { Channel, StoredMessage } from '../world.ts'
import { readMessage, wantsEphemeral } from './read-message.ts'
import { blame, param, type RestRequest, type Route } from './route.ts'

type Callback = {
  readonly platform: Platform
  readonly request: RestRequest
  readonly interaction: Interaction
  readonly data: unknown
}
type Outcome = Acknowledgement | { readonly answer: Answer }
type Reply = (callback: Callback) => Outcome

const callbackForm = z.looseObject({
  type: z.enum(InteractionResponseType),
  data: z.unknown().optional(),
})
const deferForm = z.looseObject({ flags: z.int().nullish() }).nullish()

/** The message whose button was pressed, or whose button opened the submitted form. */
function sourceOf({ world }: Platform, { payload }: Interaction): StoredMessage | undefined {
  return payload.message === undefined ? undefined : world.messages.get(payload.message.id)
}

function draftOf({ platform: { world }, interaction }: Callback, ephemeral: boolean) {
  return {
    channel: world.channels.get(interaction.channelId) as Channel,
    author: world.bot,
    ephemeralFor: ephemeral ? interaction.userId : undefined,
    interaction: metadataOf(world, interaction),
  }
}

const sendMessage: Reply = (callback) => {
  const { platform, request, data } = callback
  const read = readMessage(platform, request, data)
  if ('answer' in read) return read
  const draft = draftOf(callback, wantsEphemeral(read.body))
  const message = createMessage(platform, { ...read.body, ...draft })
  return { at: platform.world.now(), kind: 'message', messageId: message.id }
}

const think: Reply = (callback) => {
  const { platform, data } = callback
  const ephemeral = ((deferForm.parse(data)?.flags ?? 0) & MessageFlags.Ephemeral) !== 0
  const draft = { ...draftOf(callback, ephemeral), form: {}, uploads: [], loading: true }
  const message = createMessage(platform, draft)
  return { at: platform.world.now(), kind: 'thinking', messageId: message.id }
}

const updateSource: Reply = ({ platform, request, interaction, data }) => {
  const source = sourceOf(platform, interaction)
  if (source === undefined) return { answer: refusals.unknownMessage }
  const read = readMessage(platform, request, data, source)
  if ('answer' in read) return read
  editMessage(platform, source, read.body)
  return { at: platform.world.now(), kind: 'update', messageId: source.id }
}

const updateLater: Reply = ({ platform, interaction }) => ({
  at: platform.world.now(),
  kind: 'later',
  messageId: sourceOf(platform, interaction)?.id,
})

const suggest: Reply = ({ platform, request, interaction, data }) => {
  const focused = focusedOptionOf(interaction.payload)
  if (focused === undefined) return { answer: refusals.unknownInteraction }
  const read = readForm(choicesForm(focused.type), data)
  if (read.faults !== undefined) {
    for (const fault of read.faults) blame(platform, request, fault)
    return { answer: read.answer }
  }
  const choices = read.form.choices as APIApplicationCommandOptionChoice[]
  return { at: platform.world.now(), kind: 'choices', choices }
}

const openModal: Reply = ({ platform, request, data }) => {
  const read = readForm(modalForm, data)
  if (read.faults !== undefined) {
    for (const fault of read.faults) blame(platform, request, fault)
    return { answer: read.answer }
  }
  // The rules have looked at everything that this type promises.
  const modal = data as APIModalInteractionResponseCallbackData
  return { at: platform.world.now(), kind: 'modal', modal }
}

const type = InteractionResponseType
const messages = {
  [type.ChannelMessageWithSource]: sendMessage,
  [type.DeferredChannelMessageWithSource]: think,
}
const updates = { [type.UpdateMessage]: updateSource, [type.DeferredMessageUpdate]: updateLater }

/** Which kinds of answer fit which kind of interaction. */
function repliesTo({ payload }: Interaction): Readonly<Record<number, Reply>> {
  switch (payload.type) {
    case InteractionType.ApplicationCommand:
      return { ...messages, [type.Modal]: openModal }
    case InteractionType.ApplicationCommandAutocomplete:
      return { [type.ApplicationCommandAutocompleteResult]: suggest }
    case InteractionType.MessageComponent:
      return { ...messages, ...updates, [type.Modal]: openModal }
    case InteractionType.ModalSubmit:
      return payload.message === undefined ? messages : { ...messages, ...updates }
    case InteractionType.Ping:
      return {}
  }
}

/** What `with_response` asks for. */
function responseBody(
  { world }: Platform,
  interaction: Interaction,
  callbackType: InteractionResponseType,
) {
  const id = originalIdOf(interaction)
  const message = id === undefined ? undefined : world.messages.get(id)?.current
  const flags = message?.flags ?? 0
  const described = {
    id: interaction.id,
    type: interaction.payload.type,
    channel_id: interaction.channelId,
    ...(id === undefined ? {} : { response_message_id: id }),
    response_message_loading: (flags & MessageFlags.Loading) !== 0,
    response_message_ephemeral: (flags & MessageFlags.Ephemeral) !== 0,
  }
  const shows =
    callbackType === type.ChannelMessageWithSource || callbackType === type.UpdateMessage
  return { interaction: described, ...(shows ? { resource: { type: callbackType, message } } : {}) }
}

function callBack(platform: Platform, request: RestRequest): Answer {
  const { world } = platform
  const interaction = world.interactions.get(param(request, 'interaction_token'))
  if (interaction === undefined || interaction.id !== param(request, 'interaction_id')) {
    blame(platform, request, 'there was no such interaction')
    return refusals.unknownInteraction
  }
  if (interaction.acknowledgement !== undefined) {
    blame(platform, request, `${interaction.name} is answered already`)
    return refusals.alreadyAcknowledged
  }
  if (isTooLate(world, interaction)) {
    const afterMs = Math.round(world.now() - interaction.dispatchedAt)
    blame(platform, request, `${interaction.name} is answered after ${afterMs} ms`)
    return refusals.unknownInteraction
  }
  const read = readForm(callbackForm, request.json)
  const reply = read.form === undefined ? undefined : repliesTo(interaction)[read.form.type]
  if (read.form === undefined || reply === undefined) {
    const message = `this answer does not fit ${interaction.name}`
    blame(platform, request, message)
    return invalidForm([{ path: ['type'], message }])
  }
  const outcome = reply({ platform, request, interaction, data: read.form.data })
  if ('answer' in outcome) return outcome.answer
  interaction.acknowledgement = outcome
  platform.changed()
  const wantsBody = request.query.get('with_response') === 'true'
  return wantsBody ? ok(responseBody(platform, interaction, read.form.type)) : noContent
}

export const interactionRoutes: readonly Route[] = [
  {
    method: 'POST',
    template: '/interactions/{interaction_id}/{interaction_token}/callback',
    answer: callBack,
  },
]
