// Everything after the first answer: by the interaction's token, for fifteen minutes.
import { MessageFlags } from 'discord-api-types/v10'
import { noContent, ok, refusals, type Answer } from '../answer.ts'
import { metadataOf } from '../interaction-metadata.ts'
import { isTokenDead, originalIdOf, type Interaction } from '../interaction.ts'
import { createMessage, deleteMessage, editMessage } from '../messages.ts'
import type { Platform } from '../platform.ts'
import type { Channel, StoredMessage } from '../world.ts'
import { readMessage, wantsEphemeral } from './read-message.ts'
import { blame, param, type RestRequest, type Route } from './route.ts'

type Found = { readonly interaction: Interaction } | { readonly answer: Answer }

function interactionOf(platform: Platform, request: RestRequest): Found {
  const { world } = platform
  const interaction = world.interactions.get(param(request, 'webhook_token'))
  if (interaction === undefined || param(request, 'webhook_id') !== world.applicationId) {
    blame(platform, request, 'there is no such webhook')
    return { answer: refusals.unknownWebhook }
  }
  if (isTokenDead(world, interaction)) {
    blame(platform, request, `the token of ${interaction.name} is dead after 15 minutes`)
    return { answer: refusals.invalidWebhookToken }
  }
  if (interaction.acknowledgement === undefined) {
    blame(platform, request, `${interaction.name} has no first answer yet`)
    return { answer: refusals.unknownWebhook }
  }
  return { interaction }
}

/** The message in the path, `@original` among them, if it belongs to this interaction. */
function messageOf({ world }: Platform, request: RestRequest, interaction: Interaction) {
  const id = request.params['message_id'] ?? '@original'
  const originalId = originalIdOf(interaction)
  const known = [originalId, ...interaction.followUpIds]
  const found = world.messages.get((id === '@original' ? originalId : id) ?? '')
  return found !== undefined && known.includes(found.id) && found.deletedAt === undefined
    ? found
    : undefined
}

/** Answers about one message of the interaction whose token is in the path. */
const aboutMessage =
  (
    answer: (
      platform: Platform,
      request: RestRequest,
      message: StoredMessage,
      interaction: Interaction,
    ) => Answer,
  ): Route['answer'] =>
  (platform, request) => {
    const found = interactionOf(platform, request)
    if ('answer' in found) return found.answer
    const message = messageOf(platform, request, found.interaction)
    if (message === undefined) return refusals.unknownMessage
    return answer(platform, request, message, found.interaction)
  }

const patch: Parameters<typeof aboutMessage>[0] = (platform, request, message, interaction) => {
  const read = readMessage(platform, request, request.json, message)
  if ('answer' in read) return read.answer
  interaction.editedAt.push(platform.world.now())
  editMessage(platform, message, read.body)
  return ok(message.current)
}

function followUp(platform: Platform, request: RestRequest): Answer {
  const { world } = platform
  const found = interactionOf(platform, request)
  if ('answer' in found) return found.answer
  const { interaction } = found
  const read = readMessage(platform, request, request.json)
  if ('answer' in read) return read.answer
  const original = world.messages.get(originalIdOf(interaction) ?? '')
  // After a deferral the first follow-up takes the place of "thinking", and its visibility.
  if (original !== undefined && ((original.current.flags ?? 0) & MessageFlags.Loading) !== 0) {
    interaction.editedAt.push(world.now())
    editMessage(platform, original, read.body)
    return ok(original.current)
  }
  interaction.editedAt.push(world.now())
  const message = createMessage(platform, {
    ...read.body,
    channel: world.channels.get(interaction.channelId) as Channel,
    author: world.bot,
    ephemeralFor: wantsEphemeral(read.body) ? interaction.userId : undefined,
    interaction: metadataOf(world, interaction),
  })
  interaction.followUpIds.push(message.id)
  return ok(message.current)
}

const webhook = '/webhooks/{webhook_id}/{webhook_token}'

export const webhookRoutes: readonly Route[] = [
  { method: 'POST', template: webhook, answer: followUp },
  // Literal templates come before those with a variable in the same place.
  ...[`${webhook}/messages/@original`, `${webhook}/messages/{message_id}`].flatMap((template) => [
    {
      method: 'GET',
      template,
      answer: aboutMessage((_, __, message) => ok(message.current)),
    },
    { method: 'PATCH', template, answer: aboutMessage(patch) },
    {
      method: 'DELETE',
      template,
      answer: aboutMessage((platform, _, message) => {
        deleteMessage(platform, message)
        return noContent
      }),
    },
  ]),
]
