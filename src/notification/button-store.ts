// PORT: what may be pressed. The secret of a button stands in its message alone; here is its digest.
import type { Chat } from './chat.ts'

/** What a press does. */
export type ButtonAction = {
  readonly command: string
  readonly args: Readonly<Record<string, string>>
  /** Typed first; the answer becomes one more argument. */
  readonly asks?: {
    readonly option: string
    readonly question: string
    readonly value?: string
  }
  /** This is the form of such a question: what is typed becomes this argument. */
  readonly awaits?: string
}

/** 'once': one press ever. 'each': one press of each person, for what only shows something. */
export type ButtonUses = 'once' | 'each'

export type ActionOffer = {
  readonly hash: Buffer
  readonly uses: ButtonUses
  readonly action: ButtonAction
  readonly livesMs: number
}

/** Buttons of an answer to somebody, which no later version replaces. */
export type ReplyOffer = ActionOffer & {
  /** Nobody else may press it. */
  readonly account?: string
}

export type Press = Chat & {
  readonly message: string
  readonly account: string
  /** Who it was, as those who come later are told. */
  readonly by: string
}

export type Pressed =
  /** `inStory`: its card tells by itself what becomes of it. */
  | { readonly outcome: 'pressed'; readonly action: ButtonAction; readonly inStory: boolean }
  /** No such button here: forged, forwarded, or from another message. */
  | { readonly outcome: 'unknown' }
  /** Its message is on its way: ask again in a moment. */
  | { readonly outcome: 'unbound' }
  | {
      readonly outcome: 'used'
      readonly by: string
      readonly at: Date
      readonly action: ButtonAction
    }
  | { readonly outcome: 'expired' }
  /** The card it stands on has moved on. */
  | { readonly outcome: 'outdated'; readonly action: ButtonAction }

export type ButtonStore = {
  /** `sending` names the message they go out with. */
  offer(chat: Chat, sending: string, buttons: readonly ReplyOffer[]): Promise<void>
  /** From now on they work, under this message alone. */
  bind(sending: string, chat: Chat, message: string): Promise<void>
  /** What a press would do, without pressing. */
  peek(hash: Buffer, press: Press): Promise<Pressed>
  /** One conditional write: of any number at once, one is 'pressed'. The database's clock decides. */
  press(hash: Buffer, press: Press): Promise<Pressed>
  /** The press came to nothing: the button may be pressed again. */
  release(hash: Buffer, press: Press): Promise<void>
  /** The form that was asked of this person under this message, if it waits. */
  awaiting(chat: Chat, message: string, account: string): Promise<Buffer | undefined>
  prune(): Promise<void>
}
