// PORT: one chat platform as the desk sees it. discord/ and telegram/ hold one each; nothing outside
// them knows which it talks to.
import type { Card, CardAction } from '../../src/notification/card.ts'

export type ChatSurface = 'discord' | 'telegram'

/** Where messages go: a Discord channel's id; a Telegram chat's, "-100123/7" for its topic 7. */
export type ChatId = string

/** `data` is one nonce: opaque, single use, at most 64 bytes on every platform. */
export type Button = {
  readonly label: string
  readonly style: CardAction['style']
  readonly data: string
}

export type Menu = {
  readonly placeholder: string
  /** Names the menu itself where a platform wants one; never a choice. */
  readonly id: string
  readonly choices: readonly {
    readonly label: string
    readonly hint?: string
    readonly data: string
  }[]
}

export type Picture = { readonly name: string; readonly png: Uint8Array }

/** A card on its way to one chat: what may be pressed has its nonces already. */
export type View = {
  readonly card: Card
  readonly buttons: readonly Button[]
  readonly menus: readonly Menu[]
  readonly picture?: Picture
}

/** What became of a message. Nothing here throws for what a platform or a network does. */
export type Delivery =
  | { readonly outcome: 'sent'; readonly message: string }
  /** The chat has another id from now on. */
  | { readonly outcome: 'moved'; readonly chat: ChatId }
  /** Refused for now, and surely not shown: it may be sent again after this. */
  | { readonly outcome: 'later'; readonly afterMs: number; readonly detail: string }
  /** Perhaps shown, perhaps not: the answer was lost. */
  | { readonly outcome: 'unknown'; readonly detail: string }
  /** The message is gone, or too old to be edited. */
  | { readonly outcome: 'gone'; readonly detail: string }
  /** Nothing will reach this chat until a person mends it: kicked, blocked, no right to write. */
  | { readonly outcome: 'closed'; readonly detail: string }
  /** The platform does not take this message, whatever is tried: a fault of ours. */
  | { readonly outcome: 'rejected'; readonly detail: string }

export type Platform = {
  readonly surface: ChatSurface
  /**
   * True where send() may be tried again after 'unknown' without anybody seeing it twice. Where it is
   * false, only what must not be missed is sent again.
   */
  readonly knowsRepeats: boolean
  /**
   * `id` is the same for every try to send one message, at most 25 characters: where a platform can
   * tell a repetition by it, the message is shown once. `isSilent`: nobody's phone rings.
   */
  send(
    chat: ChatId,
    view: View,
    how: { readonly id: string; readonly isSilent: boolean },
  ): Promise<Delivery>
  /** 'sent' with the same message when it shows the view now, changed or not. */
  edit(chat: ChatId, message: string, view: View): Promise<Delivery>
}
