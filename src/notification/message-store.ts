// PORT: what each chat shows and what it should show, one row a message, written before it is sent.
import type { ActionOffer } from './button-store.ts'
import type { Chat, ChatSurface } from './chat.ts'
import type { Kind } from './routing.ts'

export type MessageKey = Chat & { readonly key: string }

export type ChatMessage = MessageKey & {
  /** The same for every try to send it. */
  readonly id: string
  /** What it tells: the posts of this story in the outbox, from the number `since` on. */
  readonly story: string
  readonly since: number
  readonly kind: Kind
  readonly isSilent: boolean
  /** Numbers of the newest post that it should show, and of the one that it shows; 0: none yet. */
  readonly wanted: number
  readonly shown: number
  /** The platform's name for it, once it is known. */
  readonly message: string | undefined
  /** Told together with others, in the message of this key. */
  readonly digest: string | undefined
  readonly dueAt: Date
  readonly createdAt: Date
}

/** `afterMs`: not to be sent before that. */
export type WantedMessage = MessageKey &
  Pick<ChatMessage, 'story' | 'since' | 'kind' | 'isSilent' | 'wanted' | 'digest'> & {
    readonly afterMs: number
  }

export type BegunMessage =
  /** It is on its way: a new one without `message`, with it an edit. */
  | { readonly outcome: 'begun'; readonly id: string; readonly message: string | undefined }
  /** Somebody else sends it at this very moment. */
  | { readonly outcome: 'busy' }
  /** It shows what is wanted, or is not wanted any more. */
  | { readonly outcome: 'shown' }

export type MessageStore = {
  ofStory(surface: ChatSurface, story: string): Promise<readonly ChatMessage[]>
  /** A message that is known already keeps its place and wants the newer of both posts. */
  want(messages: readonly WantedMessage[]): Promise<readonly ChatMessage[]>
  /** Everything of a surface that waits, what a digest will tell excluded. */
  waiting(surface: ChatSurface): Promise<readonly ChatMessage[]>
  /** What was on its way when a process died: nobody knows whether it arrived. */
  underWay(surface: ChatSurface): Promise<readonly ChatMessage[]>
  /**
   * The message leaves now, showing post `version` with these buttons, none of which works before
   * sent(). Who began it and was not heard of for a minute has died.
   */
  begin(key: MessageKey, version: number, buttons: readonly ActionOffer[]): Promise<BegunMessage>
  /** It is there; its buttons work. Returns it as it stands, or undefined when its chat moved away. */
  sent(key: MessageKey, version: number, message: string): Promise<ChatMessage | undefined>
  /** It shows post `version` without being edited, for nothing in it differs; its buttons go on working. */
  same(key: MessageKey, version: number): Promise<ChatMessage | undefined>
  /** It did not arrive ('no'), or perhaps it did ('perhaps'): it waits again. */
  failed(key: MessageKey, arrived: 'no' | 'perhaps'): Promise<void>
  /** Its message cannot be reached any more: the next try is a new one. */
  gone(key: MessageKey): Promise<void>
  /** Counts as shown although nobody knows its message: a later post would be a new one. */
  giveUp(key: MessageKey, version: number): Promise<void>
  /** Numbers of the posts that one digest tells, in order. */
  digested(digest: MessageKey): Promise<readonly number[]>
  /** What a digest told is shown. */
  toldTogether(digest: MessageKey): Promise<void>
  /** Forgets messages that no story comes back to. */
  prune(): Promise<void>
}
