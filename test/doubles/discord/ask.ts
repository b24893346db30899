// What became of one thing a person did.
import { MessageFlags } from 'discord-api-types/v10'
import {
  answerWithinMs,
  originalIdOf,
  type Acknowledgement,
  type Interaction,
} from './interaction.ts'
import { seenMessage, type SeenMessage } from './seen.ts'
import type { Waiting } from './waiting.ts'
import type { StoredMessage, World } from './world.ts'

type Choices = Extract<Acknowledgement, { kind: 'choices' }>['choices']
type Modal = Extract<Acknowledgement, { kind: 'modal' }>['modal']

export type Outcome =
  /** A message of its own: see its `isEphemeral`. */
  | { readonly kind: 'message'; readonly message: SeenMessage }
  /** The pressed message was edited as the answer. */
  | { readonly kind: 'update'; readonly message: SeenMessage }
  /** The press was taken; whatever comes of it comes as an edit or a message later. */
  | { readonly kind: 'later' }
  | { readonly kind: 'choices'; readonly choices: Choices }
  | { readonly kind: 'modal'; readonly modal: Modal }
  /** "The application did not respond." */
  | { readonly kind: 'no-response' }

export type Ask = {
  readonly interaction: Interaction
  /** The first answer; undefined when none came within three seconds. */
  readonly acknowledged: () => Promise<Acknowledgement | undefined>
  /** What the person finally sees: a deferred answer is waited for. */
  readonly answer: () => Promise<Outcome>
  /** The answer's message, also where it follows later; throws where the answer is of another kind. */
  readonly message: () => Promise<SeenMessage>
}

const isThinking = ({ current }: StoredMessage) =>
  ((current.flags ?? 0) & MessageFlags.Loading) !== 0

export function askOf(world: World, waiting: Waiting, interaction: Interaction): Ask {
  const acknowledged = async (): Promise<Acknowledgement | undefined> => {
    const isOver = () => world.now() - interaction.dispatchedAt > answerWithinMs
    await waiting.until(
      `an answer to ${interaction.name}`,
      () => interaction.acknowledgement !== undefined || isOver(),
      answerWithinMs * 2,
    )
    return interaction.acknowledgement
  }
  const shown = (idOf: () => string | undefined): Promise<SeenMessage> =>
    waiting.until(`the answer to ${interaction.name}`, () => {
      const stored = world.messages.get(idOf() ?? '')
      return stored !== undefined && !isThinking(stored) && seenMessage(stored)
    })
  const answer = async (): Promise<Outcome> => {
    const first = await acknowledged()
    switch (first?.kind) {
      case undefined:
        return { kind: 'no-response' }
      case 'message':
      case 'thinking':
        return { kind: 'message', message: await shown(() => first.messageId) }
      case 'update':
        return { kind: 'update', message: await shown(() => first.messageId) }
      case 'later':
        return { kind: 'later' }
      case 'choices':
        return { kind: 'choices', choices: first.choices }
      case 'modal':
        return { kind: 'modal', modal: first.modal }
    }
  }
  return {
    interaction,
    acknowledged,
    answer,
    async message() {
      const outcome = await answer()
      if ('message' in outcome) return outcome.message
      if (outcome.kind === 'later') return await shown(() => interaction.followUpIds[0])
      throw new Error(`${interaction.name} was answered with ${outcome.kind}, not with a message`)
    },
  }
}

export type Latency = {
  readonly name: string
  readonly userId: string
  readonly dispatchedAt: number
  /** From the dispatch to the first answer; undefined while there is none. */
  readonly acknowledgedMs: number | undefined
  /** To the first and the last change of what the person looks at. */
  readonly shownMs: number | undefined
  readonly lastEditMs: number | undefined
}

/** Changes count whichever way the bot made them: by the token or by editing the pressed message. */
export function latencyOf(world: World, interaction: Interaction): Latency {
  const { name, userId, dispatchedAt, acknowledgement, payload, followUpIds } = interaction
  const ids = [originalIdOf(interaction), payload.message?.id, ...followUpIds]
  const changes = [...new Set(ids)]
    .flatMap((id) => world.messages.get(id ?? '')?.versions ?? [])
    .filter(({ at, message }) => {
      const isLoading = ((message.flags ?? 0) & MessageFlags.Loading) !== 0
      return at >= dispatchedAt && !isLoading
    })
    .map(({ at }) => at - dispatchedAt)
    .toSorted((a, b) => a - b)
  return {
    name,
    userId,
    dispatchedAt,
    acknowledgedMs: acknowledgement && acknowledgement.at - dispatchedAt,
    shownMs: changes[0],
    lastEditMs: changes.at(-1),
  }
}
