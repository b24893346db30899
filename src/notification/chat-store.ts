// PORT: the chats where the desk speaks, as the database keeps them.
import type { Chat, ChatSurface } from './chat.ts'
import type { Preferences } from './preferences.ts'

export type KnownChat = Chat & {
  /** Whose private chat it is, as the platform numbers people; told only while listed. */
  readonly account: string | undefined
  readonly preferences: Preferences
  /** Since when nothing reaches it, and why. */
  readonly closed: { readonly at: Date; readonly because: string } | undefined
}

export type ChatStore = {
  /** Makes sure of a chat that the configuration names; the chat it has moved to, if it has. */
  ensure(home: Chat): Promise<Chat>
  /** Every chat that is told things; those that moved, under their new name alone. */
  list(surface?: ChatSurface): Promise<readonly KnownChat[]>
  find(chat: Chat): Promise<KnownChat | undefined>
  /**
   * Changes what a chat wants, one change at a time; a chat not known yet begins with the defaults.
   * `account` as in KnownChat, for a chat not known yet.
   */
  change(
    chat: Chat,
    by: string,
    change: (preferences: Preferences) => Preferences,
    account?: string,
  ): Promise<KnownChat>
  /** Forgets a chat and what waits for it; false when it was not known. */
  leave(chat: Chat): Promise<boolean>
  /** False when it was closed, or open, already; or is not known. */
  close(chat: Chat, because: string): Promise<boolean>
  open(chat: Chat): Promise<boolean>
  /**
   * The platform numbers the chat anew: preferences and what waits go along, old messages do not.
   * False, and nothing changes, when `from` is not a chat of ours.
   */
  move(from: Chat, to: string): Promise<boolean>
}
