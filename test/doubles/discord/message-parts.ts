// What Discord makes of the parts of a message that a bot sent: ids, defaults, addresses, mentions.
import {
  ComponentType,
  EmbedType,
  type APIAttachment,
  type APIEmbed,
  type APIMessageTopLevelComponent,
} from 'discord-api-types/v10'
import type { EmbedForm } from './embed-rules.ts'
import type { MessageForm } from './message-rules.ts'
import type { UploadedFile } from './read-body.ts'
import type { StoredFile, World } from './world.ts'

type Node = { readonly [key: string]: unknown }

/** Null means "absent" in what a bot sends; Discord's own answers leave the field out. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null)
      .map(([key, one]) => [key, withoutNulls(one)]),
  )
}

const selects: readonly unknown[] = [
  ComponentType.StringSelect,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
]

/** Components with the ids Discord gives those that have none, counted from 1. */
export function componentsOf(form: MessageForm['components']): APIMessageTopLevelComponent[] {
  let nextId = 0
  const finish = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(finish)
    if (typeof node !== 'object' || node === null) return node
    const given = node as Node
    nextId++
    const defaults = selects.includes(given['type']) ? { min_values: 1, max_values: 1 } : {}
    const children = ['components', 'component', 'accessory']
      .filter((key) => key in given)
      .map((key): [string, unknown] => [key, finish(given[key])])
    return { id: nextId, ...defaults, ...given, ...Object.fromEntries(children) }
  }
  return finish(withoutNulls(form ?? [])) as APIMessageTopLevelComponent[]
}

const attachmentName = (url: unknown) =>
  typeof url === 'string' && url.startsWith('attachment://')
    ? url.slice('attachment://'.length)
    : undefined

/** Names of the files that pictures of these embeds ask for. */
export const filesNamedIn = (embeds: readonly EmbedForm[]): string[] =>
  embeds
    .flatMap(({ image, thumbnail }) => [attachmentName(image?.url), attachmentName(thumbnail?.url)])
    .filter((name) => name !== undefined)

/** Embeds with their pictures' names turned into addresses. */
export function embedsOf(
  forms: readonly EmbedForm[],
  files: readonly StoredFile[],
  urlOf: (file: StoredFile) => string,
): APIEmbed[] {
  const pictured = (picture: EmbedForm['image']) => {
    const name = attachmentName(picture?.url)
    const file = files.find((one) => one.name === name)
    const url = file === undefined ? picture?.url : urlOf(file)
    return url === undefined ? {} : { url, proxy_url: url, ...sizeOf(file), flags: 0 }
  }
  return forms.map((form) => {
    const { image, thumbnail, fields } = form
    return {
      ...(withoutNulls(form) as APIEmbed),
      type: EmbedType.Rich,
      ...(fields ? { fields: fields.map((one) => ({ ...one, inline: one.inline ?? false })) } : {}),
      ...(image ? { image: pictured(image) } : {}),
      ...(thumbnail ? { thumbnail: pictured(thumbnail) } : {}),
    } as APIEmbed
  })
}

/** Width and height of a PNG, from its first chunk. */
function sizeOf(file: StoredFile | undefined): { width?: number; height?: number } {
  if (file?.contentType !== 'image/png' || file.bytes.length < 24) return {}
  return { width: file.bytes.readUInt32BE(16), height: file.bytes.readUInt32BE(20) }
}

export function attachmentOf(file: StoredFile, url: string): APIAttachment {
  const { id, name, contentType, bytes, description } = file
  return {
    id,
    filename: name,
    size: bytes.length,
    url,
    proxy_url: url,
    content_type: contentType,
    ...sizeOf(file),
    ...(description === undefined ? {} : { description }),
  }
}

/** Keeps the bytes of what was uploaded, under the names and descriptions the body gives them. */
export function storeFiles(
  world: World,
  form: MessageForm,
  uploads: readonly UploadedFile[],
): StoredFile[] {
  return uploads.map(({ index, name, contentType, bytes }) => {
    const told = form.attachments?.find(({ id }) => id === String(index))
    const file: StoredFile = {
      id: world.nextId(),
      name: told?.filename ?? name,
      contentType,
      bytes,
      description: told?.description ?? undefined,
    }
    world.files.set(file.id, file)
    return file
  })
}

export type Pinged = { readonly userIds: readonly string[]; readonly everyone: boolean }

/** Who is really pinged: whom the content names and `allowed_mentions` does not spare. */
export function pingedBy({ content, allowed_mentions: allowed }: MessageForm): Pinged {
  const named = [...(content ?? '').matchAll(/<@!?(\d+)>/g)].map((match) => String(match[1]))
  const parse = allowed === null || allowed === undefined ? undefined : (allowed.parse ?? [])
  const users = parse === undefined || parse.includes('users') ? named : (allowed?.users ?? [])
  return {
    userIds: [...new Set(named.filter((id) => users.includes(id)))],
    everyone:
      /@(everyone|here)\b/.test(content ?? '') &&
      (parse === undefined || parse.includes('everyone')),
  }
}
