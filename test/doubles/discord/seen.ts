// Messages as a person sees them, with everything a test wants to look at.
import {
  ComponentType,
  MessageFlags,
  type APIEmbed,
  type APIMessage,
  type APIMessageTopLevelComponent,
} from 'discord-api-types/v10'
import { allComponents } from './component-rules.ts'
import type { StoredFile, StoredMessage } from './world.ts'

export type SeenButton = {
  readonly label: string
  /** Undefined for a link. */
  readonly customId: string | undefined
  readonly url: string | undefined
  readonly style: number
  readonly isDisabled: boolean
}

export type SeenMenu = {
  readonly customId: string
  /** A menu of people or channels has no options. */
  readonly type: ComponentType
  readonly placeholder: string
  readonly options: readonly { readonly label: string; readonly value: string }[]
  readonly isDisabled: boolean
}

export type SeenMessage = {
  readonly id: string
  readonly channelId: string
  readonly authorId: string
  readonly content: string
  readonly embeds: readonly APIEmbed[]
  readonly components: readonly APIMessageTopLevelComponent[]
  /** Every word on it, line by line: content, embeds, layout texts. */
  readonly text: string
  readonly buttons: readonly SeenButton[]
  readonly menus: readonly SeenMenu[]
  /** Files below it and pictures inside its embeds, with their bytes. */
  readonly files: readonly StoredFile[]
  readonly isEphemeral: boolean
  /** "The bot is thinking…": deferred and not answered yet. */
  readonly isThinking: boolean
  readonly isDeleted: boolean
  /** People who were pinged; everyone, where true. */
  readonly pingedUserIds: readonly string[]
  readonly pingedEveryone: boolean
  /** Ms since 1970, with fractions. */
  readonly sentAt: number
  /** The first is how it was sent, the last how it is. */
  readonly versions: readonly { readonly at: number; readonly message: APIMessage }[]
}

const embedLines = ({ author, title, description, fields, footer }: APIEmbed) => [
  author?.name,
  title,
  description,
  ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
  footer?.text,
]

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function buttonsOf(components: unknown): SeenButton[] {
  return allComponents(components)
    .filter(({ type }) => type === ComponentType.Button)
    .map(({ label, custom_id: customId, url, style, disabled }) => ({
      label: text(label),
      customId: typeof customId === 'string' ? customId : undefined,
      url: typeof url === 'string' ? url : undefined,
      style: Number(style),
      isDisabled: disabled === true,
    }))
}

const menuTypes: readonly unknown[] = [
  ComponentType.StringSelect,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
]

function menusOf(components: unknown): SeenMenu[] {
  return allComponents(components)
    .filter(({ type }) => menuTypes.includes(type))
    .map(({ type, custom_id: customId, placeholder, options, disabled }) => ({
      customId: text(customId),
      type: type as ComponentType,
      placeholder: text(placeholder),
      options: (options ?? []) as SeenMenu['options'],
      isDisabled: disabled === true,
    }))
}

export function seenMessage(stored: StoredMessage): SeenMessage {
  const { id, channelId, current, files, versions, deletedAt, ephemeralFor } = stored
  const { author, content, embeds, components = [], flags = 0 } = current
  const layoutTexts = allComponents(components)
    .filter(({ type }) => type === ComponentType.TextDisplay)
    .map((one) => text(one['content']))
  return {
    id,
    channelId,
    authorId: author.id,
    content,
    embeds,
    components,
    text: [content, ...embeds.flatMap(embedLines), ...layoutTexts].filter(Boolean).join('\n'),
    buttons: buttonsOf(components),
    menus: menusOf(components),
    files,
    isEphemeral: ephemeralFor !== undefined,
    isThinking: (flags & MessageFlags.Loading) !== 0,
    isDeleted: deletedAt !== undefined,
    pingedUserIds: current.mentions.map((user) => user.id),
    pingedEveryone: current.mention_everyone,
    sentAt: versions[0]?.at ?? 0,
    versions,
  }
}
