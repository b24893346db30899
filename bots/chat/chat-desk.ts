// What a platform's adapter may ask of the desk, one call for each thing that a person can do there. It
// knows who is listed, gives commands to the registry, redeems buttons, and keeps the audit.
import type { ChatId, ChatSurface, View } from './platform.ts'

/** Something a person did, as the platform tells it. */
export type Arrival = {
  readonly surface: ChatSurface
  /** The update's or interaction's id: one that was seen before is not acted on again. */
  readonly update: string
  readonly account: { readonly id: string; readonly displayName: string }
  readonly chat: ChatId
  /** Nobody but this person and the desk reads the chat. */
  readonly isPrivate: boolean
}

export type ChatReply =
  /** `bind` ties the buttons to the message that shows them; until then none of them works. */
  | {
      readonly outcome: 'answered'
      readonly view: View
      readonly bind: (chat: ChatId, message: string) => Promise<void>
    }
  /** The button wants something typed first; the answer comes back by press() with this `data`. */
  | {
      readonly outcome: 'asks'
      readonly title: string
      readonly question: string
      readonly value?: string
      readonly data: string
      readonly bind: (chat: ChatId, message: string) => Promise<void>
    }
  /** One polite line for this person alone: done, refused, busy, too late, not allowed. */
  | { readonly outcome: 'told'; readonly text: string; readonly isGood: boolean }
  /** Say nothing: whoever handled this update before has answered, or a stranger floods the chat. */
  | { readonly outcome: 'repeated' }

export type ChatDesk = {
  /** `given`: typed words in order, or arguments that the platform has named already. */
  command(
    arrival: Arrival,
    name: string,
    given: readonly string[] | ReadonlyMap<string, unknown>,
    progress?: (line: string) => void,
  ): Promise<ChatReply>
  /** `typed` is what the person wrote where the button asked for something. */
  press(arrival: Arrival, message: string, data: string, typed?: string): Promise<ChatReply>
  /**
   * The same for what was typed under a message that asks, where the platform shows no data: it is
   * found by the message that was bound. Undefined when nothing was asked there.
   */
  answer(arrival: Arrival, message: string, typed: string): Promise<ChatReply | undefined>
  /**
   * Text that is no command. Undefined, as a rule: say nothing. A 'told' when it looks like a key or a
   * password: show it, and take the message away where the platform lets you.
   */
  overhear(arrival: Arrival, text: string): Promise<ChatReply | undefined>
  /** At most 25 suggestions; empty for strangers. Never throws. */
  complete(
    arrival: Arrival,
    command: string,
    option: string,
    typed: string,
  ): Promise<readonly string[]>
}
