// Channels and the messages in them, as the bot itself reads and writes them.
import { GatewayIntentBits } from 'discord-api-types/v10'
import { z } from 'zod'
import { created, invalidForm, noContent, ok, readForm, refusals, type Answer } from '../answer.ts'
import { createMessage, deleteMessage, editMessage } from '../messages.ts'
import { channelAnswer, channelPayload } from '../payloads.ts'
import type { Platform } from '../platform.ts'
import { filled } from '../text-rules.ts'
import type { Channel, StoredMessage } from '../world.ts'
import { readMessage, wantsEphemeral } from './read-message.ts'
import { blame, param, type RestRequest, type Route } from './route.ts'

const pageMax = 50

const channelOf = ({ world }: Platform, request: RestRequest): Channel | undefined =>
  world.channels.get(param(request, 'channel_id'))

/** A message that the bot can reach by its channel: what one person alone sees, it cannot. */
function messageOf({ world }: Platform, request: RestRequest): StoredMessage | undefined {
  const message = world.messages.get(param(request, 'message_id'))
  const isThere =
    message?.channelId === param(request, 'channel_id') &&
    message.deletedAt === undefined &&
    message.ephemeralFor === undefined
  return isThere ? message : undefined
}

const messagesIn = ({ world }: Platform, channel: Channel): StoredMessage[] =>
  [...world.messages.values()].filter(
    ({ channelId, deletedAt, ephemeralFor }) =>
      channelId === channel.id && deletedAt === undefined && ephemeralFor === undefined,
  )

function listMessages(platform: Platform, request: RestRequest): Answer {
  const channel = channelOf(platform, request)
  if (channel === undefined) return refusals.unknownChannel
  const limit = Number(request.query.get('limit') ?? pageMax)
  const newestFirst = messagesIn(platform, channel).toReversed()
  return ok(newestFirst.slice(0, limit).map(({ current }) => current))
}

/** With `enforce_nonce` the same nonce is the same message: how a bot can safely send again. */
function sentBefore(
  platform: Platform,
  channel: Channel,
  nonce: string | number | null | undefined,
): StoredMessage | undefined {
  if (nonce === undefined || nonce === null) return undefined
  return messagesIn(platform, channel).find(
    ({ current }) => current.nonce === nonce && current.author.id === platform.world.bot.id,
  )
}

function postMessage(platform: Platform, request: RestRequest): Answer {
  const { world } = platform
  const channel = channelOf(platform, request)
  if (channel === undefined) return refusals.unknownChannel
  if (channel.kind === 'dm' && world.closedDms.has(channel.recipientId)) return refusals.closedDms
  const read = readMessage(platform, request, request.json)
  if ('answer' in read) return read.answer
  const { form } = read.body
  if (wantsEphemeral(read.body))
    blame(platform, request, 'only answers to interactions can be ephemeral')
  const reference = form.message_reference
  const target = reference ? world.messages.get(reference.message_id) : undefined
  if (reference && reference.fail_if_not_exists !== false && target?.channelId !== channel.id)
    return invalidForm([{ path: ['message_reference'], message: 'Unknown message' }])
  const before = form.enforce_nonce === true && sentBefore(platform, channel, form.nonce)
  if (before) return ok(before.current)
  return ok(createMessage(platform, { ...read.body, channel, author: world.bot }).current)
}

function patchMessage(platform: Platform, request: RestRequest): Answer {
  const message = messageOf(platform, request)
  if (message === undefined) return refusals.unknownMessage
  if (message.current.author.id !== platform.world.bot.id) return refusals.notAuthor
  const read = readMessage(platform, request, request.json, message)
  if ('answer' in read) return read.answer
  editMessage(platform, message, read.body)
  return ok(message.current)
}

function removeMessage(platform: Platform, request: RestRequest): Answer {
  const message = messageOf(platform, request)
  if (message === undefined) return refusals.unknownMessage
  deleteMessage(platform, message)
  return noContent
}

function pin(platform: Platform, request: RestRequest): Answer {
  const message = messageOf(platform, request)
  if (message === undefined) return refusals.unknownMessage
  message.current = { ...message.current, pinned: request.method === 'PUT' }
  return noContent
}

const threadForm = z.looseObject({ name: filled(100) })

function createThread(platform: Platform, request: RestRequest): Answer {
  const { world } = platform
  const parent = channelOf(platform, request)
  if (parent?.kind !== 'text') return refusals.unknownChannel
  const read = readForm(threadForm, request.json)
  if (read.faults !== undefined) {
    for (const fault of read.faults) blame(platform, request, fault)
    return read.answer
  }
  // A thread that hangs on a message has that message's id.
  const id = request.params['message_id'] ?? world.nextId()
  if (request.params['message_id'] !== undefined && messageOf(platform, request) === undefined)
    return refusals.unknownMessage
  const { guildId } = parent
  const thread: Channel = { id, kind: 'thread', guildId, name: read.form.name, parentId: parent.id }
  world.channels.set(id, thread)
  const d = { ...channelPayload(world, thread), newly_created: true }
  platform.dispatch({ t: 'THREAD_CREATE', d, intents: GatewayIntentBits.Guilds })
  return created(channelPayload(world, thread))
}

const message = '/channels/{channel_id}/messages/{message_id}'

export const channelRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/channels/{channel_id}',
    answer(platform, request) {
      const channel = channelOf(platform, request)
      return channel ? ok(channelAnswer(platform.world, channel)) : refusals.unknownChannel
    },
  },
  { method: 'GET', template: '/channels/{channel_id}/messages', answer: listMessages },
  { method: 'POST', template: '/channels/{channel_id}/messages', answer: postMessage },
  {
    method: 'GET',
    template: message,
    answer: (platform, request) => {
      const found = messageOf(platform, request)
      return found ? ok(found.current) : refusals.unknownMessage
    },
  },
  { method: 'PATCH', template: message, answer: patchMessage },
  { method: 'DELETE', template: message, answer: removeMessage },
  {
    method: 'POST',
    template: '/channels/{channel_id}/typing',
    answer: (platform, request) =>
      channelOf(platform, request) ? noContent : refusals.unknownChannel,
  },
  ...['PUT', 'DELETE'].flatMap((method) =>
    [
      '/channels/{channel_id}/pins/{message_id}',
      '/channels/{channel_id}/messages/pins/{message_id}',
    ].map((template) => ({ method, template, answer: pin })),
  ),
  { method: 'POST', template: '/channels/{channel_id}/threads', answer: createThread },
  { method: 'POST', template: `${message}/threads`, answer: createThread },
]
