// Messages from their creation over every edit to their end, and what the gateway says of each.
import {
  GatewayIntentBits,
  InteractionType,
  MessageFlags,
  MessageReferenceType,
  MessageType,
  type APIMessage,
  type APIMessageInteractionMetadata,
  type APIUser,
} from 'discord-api-types/v10'
import { bits } from './bits.ts'
import type { MessageForm } from './message-rules.ts'
import {
  attachmentOf,
  componentsOf,
  embedsOf,
  filesNamedIn,
  pingedBy,
  storeFiles,
} from './message-parts.ts'
import type { Platform } from './platform.ts'
import type { UploadedFile } from './read-body.ts'
import { guildIdOf, type Channel, type StoredFile, type StoredMessage } from './world.ts'

const keptFlags =
  MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2

export type MessageBody = { readonly form: MessageForm; readonly uploads: readonly UploadedFile[] }

export type Draft = MessageBody & {
  readonly channel: Channel
  readonly author: APIUser
  readonly ephemeralFor?: string | undefined
  /** Shown as "thinking" until it is edited. */
  readonly loading?: boolean
  readonly interaction?: APIMessageInteractionMetadata | undefined
}

/** True where a person would see nothing at all. */
export function isEmpty({ form, uploads }: MessageBody, kept?: StoredMessage): boolean {
  const { content, embeds, components } = form
  const text = content === undefined ? kept?.current.content : content
  const shown = [
    text?.trim(),
    (embeds === undefined ? kept?.current.embeds : embeds)?.length,
    (components === undefined ? kept?.current.components : components)?.length,
    uploads.length,
    (form.attachments === undefined ? kept?.current.attachments : form.attachments)?.length,
    form['sticker_ids'],
    form['poll'],
  ]
  return !shown.some(Boolean)
}

/** Files that are spoken of and not there, one line each. */
export function fileFaults({ form, uploads }: MessageBody, kept?: StoredMessage): string[] {
  const known = [...uploads.map(({ index }) => String(index)), ...(kept?.files ?? []).map(idOf)]
  const names = [...uploads.map(nameOf), ...(form.attachments ?? []).map((one) => one.filename)]
  const keptNames = (kept?.files ?? []).map(nameOf)
  return [
    ...(form.attachments ?? [])
      .filter(({ id }) => !known.includes(id))
      .map(({ id }) => `attachment ${id} was not uploaded`),
    ...filesNamedIn(form.embeds ?? [])
      .filter((name) => !names.includes(name) && !keptNames.includes(name))
      .map((name) => `an embed shows attachment://${name}, which was not uploaded`),
    ...filesNamedIn(form.embeds ?? [])
      .filter((name) => !/^[\w.-]+$/.test(name))
      .map((name) => `an embed shows attachment://${name}, but Discord renames such a file`),
  ]
}

const idOf = ({ id }: { id: string }) => id
const nameOf = ({ name }: { name: string }) => name
const timestamp = (ms: number) => new Date(ms).toISOString().replace('Z', '000+00:00')

/** Files shown inside an embed do not stand below the message as well. */
function attachmentsOf(platform: Platform, files: readonly StoredFile[], message: APIMessage) {
  const inEmbeds = message.embeds.flatMap(({ image, thumbnail }) => [image?.url, thumbnail?.url])
  return files
    .filter((file) => !inEmbeds.includes(platform.urlOf(file)))
    .map((file) => attachmentOf(file, platform.urlOf(file)))
}

function show(platform: Platform, stored: StoredMessage, message: APIMessage): void {
  stored.current = message
  stored.versions.push({ at: platform.world.now(), message: structuredClone(message) })
}

function tell(platform: Platform, t: string, { current, ephemeralFor, channelId }: StoredMessage) {
  const channel = platform.world.channels.get(channelId)
  const guildId = channel === undefined ? undefined : guildIdOf(channel)
  // What one person alone sees travels like a direct message.
  const isDirect = guildId === undefined || ephemeralFor !== undefined
  const d = isDirect ? current : { ...current, guild_id: guildId }
  const isOurs = current.author.id === platform.world.bot.id
  const readable = isOurs || isDirect || current.mentions.some(({ id }) => id === idOfBot(platform))
  const hidden = { ...d, content: '', embeds: [], attachments: [], components: [] }
  platform.dispatch({
    t,
    d,
    intents: isDirect ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages,
    ...(readable ? {} : { withoutContent: hidden }),
  })
}

const idOfBot = ({ world }: Platform) => world.bot.id

function newMessage(platform: Platform, id: string, draft: Draft): APIMessage {
  const { channel, author, form, ephemeralFor, loading, interaction } = draft
  const { world } = platform
  const { userIds, everyone } = pingedBy(form)
  const reference = form.message_reference
  return {
    id,
    type:
      interaction?.type === InteractionType.ApplicationCommand
        ? MessageType.ChatInputCommand
        : MessageType.Default,
    channel_id: channel.id,
    author,
    content: form.content ?? '',
    timestamp: timestamp(world.now()),
    edited_timestamp: null,
    tts: form.tts ?? false,
    mention_everyone: everyone,
    mentions: userIds.flatMap((userId) => world.users.get(userId) ?? []),
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: componentsOf(form.components),
    pinned: false,
    flags: bits(
      MessageFlags,
      ((form.flags ?? 0) & keptFlags) |
        (ephemeralFor === undefined ? 0 : MessageFlags.Ephemeral) |
        (loading === true ? MessageFlags.Loading : 0),
    ),
    ...(form.nonce === undefined || form.nonce === null ? {} : { nonce: form.nonce }),
    ...(author.bot === true ? { application_id: world.applicationId } : {}),
    ...(interaction === undefined
      ? {}
      : { interaction_metadata: interaction, webhook_id: world.applicationId }),
    ...(reference
      ? {
          message_reference: {
            type: MessageReferenceType.Default,
            message_id: reference.message_id,
            channel_id: channel.id,
          },
        }
      : {}),
  }
}

/** A message of anybody; the body is taken as already checked. */
export function createMessage(platform: Platform, draft: Draft): StoredMessage {
  const { world } = platform
  const id = world.nextId()
  const message = newMessage(platform, id, draft)
  const files = storeFiles(world, draft.form, draft.uploads)
  message.embeds = embedsOf(draft.form.embeds ?? [], files, platform.urlOf)
  message.attachments = attachmentsOf(platform, files, message)
  const stored: StoredMessage = {
    id,
    channelId: draft.channel.id,
    ephemeralFor: draft.ephemeralFor,
    current: message,
    files,
    versions: [],
    deletedAt: undefined,
  }
  world.messages.set(id, stored)
  show(platform, stored, message)
  tell(platform, 'MESSAGE_CREATE', stored)
  platform.changed()
  return stored
}

/** What the body names is replaced, what it leaves out stays. "Thinking" ends with the first edit. */
export function editMessage(
  platform: Platform,
  stored: StoredMessage,
  { form, uploads }: MessageBody,
): void {
  const { world } = platform
  const listed = form.attachments?.map(idOf)
  const kept = stored.files.filter(({ id }) => listed === undefined || listed.includes(id))
  const files = [...kept, ...storeFiles(world, form, uploads)]
  // The first content of an answer that was deferred is no edit: nobody has seen another.
  const wasLoading = ((stored.current.flags ?? 0) & MessageFlags.Loading) !== 0
  const flags = (stored.current.flags ?? 0) & ~MessageFlags.Loading
  const message: APIMessage = {
    ...stored.current,
    ...(form.content === undefined ? {} : { content: form.content ?? '' }),
    ...(form.components === undefined ? {} : { components: componentsOf(form.components) }),
    ...(form.embeds === undefined
      ? {}
      : { embeds: embedsOf(form.embeds ?? [], [...stored.files, ...files], platform.urlOf) }),
    edited_timestamp: wasLoading ? null : timestamp(world.now()),
    flags: bits(MessageFlags, flags | ((form.flags ?? 0) & keptFlags)),
  }
  const inEmbeds = stored.files.filter((file) =>
    message.embeds.some(({ image, thumbnail }) =>
      [image?.url, thumbnail?.url].includes(platform.urlOf(file)),
    ),
  )
  stored.files = [...new Set([...files, ...inEmbeds])]
  message.attachments = attachmentsOf(platform, stored.files, message)
  show(platform, stored, message)
  tell(platform, 'MESSAGE_UPDATE', stored)
  platform.changed()
}

export function deleteMessage(platform: Platform, stored: StoredMessage): void {
  const { world } = platform
  stored.deletedAt = world.now()
  const channel = world.channels.get(stored.channelId)
  const guildId = channel === undefined ? undefined : guildIdOf(channel)
  platform.dispatch({
    t: 'MESSAGE_DELETE',
    d: { id: stored.id, channel_id: stored.channelId, ...(guildId ? { guild_id: guildId } : {}) },
    intents:
      guildId === undefined ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages,
  })
  platform.changed()
}
