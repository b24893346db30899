// One thing a person did that the bot must answer: its three seconds, its token, what became of it.
import type {
  APIApplicationCommandOptionChoice,
  APIInteraction,
  APIModalInteractionResponseCallbackData,
} from 'discord-api-types/v10'
import type { World } from './world.ts'

/** Discord tells the person "did not respond" after this long. */
export const answerWithinMs = 3_000
/** After this long the token edits nothing any more. */
const tokenLivesMs = 15 * 60_000

export type Acknowledgement = { readonly at: number } & (
  | { readonly kind: 'message' | 'thinking'; readonly messageId: string }
  /** The pressed message was edited, or will be; undefined where nothing was pressed. */
  | { readonly kind: 'update' | 'later'; readonly messageId: string | undefined }
  | { readonly kind: 'choices'; readonly choices: readonly APIApplicationCommandOptionChoice[] }
  | { readonly kind: 'modal'; readonly modal: APIModalInteractionResponseCallbackData }
)

export type Interaction = {
  readonly id: string
  readonly token: string
  /** What a person would call it: "/trades", "press Approve". */
  readonly name: string
  readonly userId: string
  readonly channelId: string
  readonly payload: APIInteraction
  /** The interaction that showed the form which this one submits. */
  readonly openedBy: Interaction | undefined
  readonly dispatchedAt: number
  /** Whether an answer is due: the bot was there to hear of it. */
  isExpected: boolean
  acknowledgement: Acknowledgement | undefined
  /** When the bot changed, through this token, what the person sees. */
  readonly editedAt: number[]
  readonly followUpIds: string[]
}

export const isTooLate = (world: World, { dispatchedAt }: Interaction): boolean =>
  world.now() - dispatchedAt > answerWithinMs

export const isTokenDead = (world: World, { dispatchedAt }: Interaction): boolean =>
  world.now() - dispatchedAt > tokenLivesMs

/** The message that `@original` means; undefined while there is none. */
export function originalIdOf({ acknowledgement }: Interaction): string | undefined {
  if (acknowledgement === undefined) return undefined
  return 'messageId' in acknowledgement ? acknowledgement.messageId : undefined
}
