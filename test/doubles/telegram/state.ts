// What the double remembers: people, chats, what was written in them and what may be done there.
import type { Faults } from './faults.ts'
import type { FileStore } from './files.ts'
import type { Chat, Message, User } from './objects.ts'
import type { UpdateQueue } from './updates.ts'

export type Version = { readonly message: Message; readonly atMs: number }

export type Posted = {
  message: Message
  /** What the message was before each edit, oldest first. */
  readonly earlier: Version[]
  readonly atMs: number
  deleted: boolean
  /** Every press on its buttons. */
  readonly presses: Press[]
  /** Sent with a custom keyboard or the like, which Telegram never lets anyone edit. */
  readonly frozen: boolean
}

export type Topic = {
  readonly id: number
  readonly name: string
  state: 'open' | 'closed' | 'deleted'
}

export type Status = 'creator' | 'administrator' | 'member' | 'restricted' | 'left' | 'kicked'

/** What a member may do beyond reading; administrators have the last three only if given them. */
export type Rights = {
  readonly sendsText: boolean
  readonly sendsPhotos: boolean
  readonly sendsDocuments: boolean
  readonly pins: boolean
  readonly deletes: boolean
  readonly managesTopics: boolean
}

export type Standing = { readonly status: Status; readonly rights: Rights }

export type Room = {
  chat: Chat
  readonly standings: Map<number, Standing>
  readonly topics: Map<number, Topic>
  readonly messages: Map<number, Posted>
  readonly pinned: number[]
  lastMessageId: number
  /** The supergroup that this group became. */
  upgradedTo?: number
}

export type Person = {
  readonly user: User
  /** A bot may not write to anyone who never wrote to it. */
  started: boolean
  hasBlocked: boolean
}

export type Popup = { readonly text: string; readonly isAlert: boolean; readonly url?: string }

/** One press on a button and what became of it; times are those of `World.now`. */
export type Press = {
  /** The callback query's id. */
  readonly id: string
  readonly userId: number
  readonly chatId: number
  readonly messageId: number
  readonly data: string
  readonly pressedAtMs: number
  /** When the bot first received it. */
  deliveredAtMs?: number
  answeredAtMs?: number
  /** When the message was first edited after the delivery. */
  editedAtMs?: number
  popup?: Popup
}

export type World = {
  readonly token: string
  readonly bot: User
  /** False is Telegram's privacy mode: in groups the bot sees commands, replies to itself and service messages. */
  readonly readsAllGroupMessages: boolean
  /** How long a callback query may be answered. */
  readonly queryLifetimeMs: number
  /** Milliseconds since 1970, with fractions. */
  readonly now: () => number
  readonly people: Map<number, Person>
  readonly rooms: Map<number, Room>
  /** By the callback query's id, in the order of the presses. */
  readonly presses: Map<string, Press>
  readonly updates: UpdateQueue
  readonly files: FileStore
  readonly faults: Faults
  /** By scope and language, as setMyCommands keeps them. */
  readonly commands: Map<string, readonly unknown[]>
  /** By private chat; 0 is everyone's. */
  readonly menuButtons: Map<number, unknown>
  /** Private chats and basic groups share one count of messages; each supergroup has its own. */
  lastMessageId: number
}

const allRights: Rights = {
  sendsText: true,
  sendsPhotos: true,
  sendsDocuments: true,
  pins: true,
  deletes: true,
  managesTopics: true,
}

const memberRights: Rights = { ...allRights, pins: false, deletes: false, managesTopics: false }

export const standing = (status: Status, changes: Partial<Rights> = {}): Standing => ({
  status,
  rights: {
    ...(status === 'creator' || status === 'administrator' ? allRights : memberRights),
    ...changes,
  },
})

export const isMember = ({ status }: Standing): boolean => status !== 'left' && status !== 'kicked'

export const standingOf = (room: Room, userId: number): Standing =>
  room.standings.get(userId) ?? standing('left')

export const isAdministrator = (room: Room, userId: number): boolean =>
  ['creator', 'administrator'].includes(standingOf(room, userId).status)

export const newRoom = (chat: Chat): Room => ({
  chat,
  standings: new Map(),
  topics: new Map(),
  messages: new Map(),
  pinned: [],
  lastMessageId: 0,
})

export const seconds = (ms: number): number => Math.floor(ms / 1000)
