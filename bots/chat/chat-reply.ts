// Answers on their way to a chat: cards get secrets for what may be pressed under them.
import type { Command } from '../../src/commands/command.ts'
import { newId } from '../../src/id.ts'
import type { ButtonAction, ButtonStore, Pressed } from '../../src/notification/button-store.ts'
import type { Card } from '../../src/notification/card.ts'
import { personText } from '../../src/notification/person-text.ts'
import { plainLine } from '../../src/notification/plain-text.ts'
import { sinceText } from '../../src/notification/time-text.ts'
import { digestOf, formLivesMs, newSecret, replyLivesMs, viewOf } from './buttons.ts'
import type { Arrival, ChatReply } from './chat-desk.ts'
import type { Picture } from './platform.ts'

export type ReplyWiring = {
  readonly commands: readonly Command[]
  readonly buttons: Pick<ButtonStore, 'offer' | 'bind'>
  /** Draws the chart of a card that has one. */
  readonly drawChart?: (card: Card) => Promise<Picture | undefined>
  readonly warn: (message: string) => void
}

export const told = (text: string, isGood = false): ChatReply => ({
  outcome: 'told',
  text: plainLine(text),
  isGood,
})

/** Without its picture a card still tells the same. */
async function pictureOf(wiring: ReplyWiring, card: Card): Promise<Picture | undefined> {
  try {
    return await wiring.drawChart?.(card)
  } catch (error) {
    wiring.warn(`a chart could not be drawn: ${String(error)}`)
    return undefined
  }
}

/** The way to tie what was offered to the message that shows it. */
const binder =
  ({ buttons }: ReplyWiring, { surface }: Arrival, sending: string) =>
  (chat: string, message: string): Promise<void> =>
    buttons.bind(sending, { surface, chat }, message)

export async function answered(
  wiring: ReplyWiring,
  arrival: Arrival,
  card: Card,
): Promise<ChatReply> {
  const { commands, buttons } = wiring
  const picture = await pictureOf(wiring, card)
  const { view, offers } = viewOf(card, { commands, livesMs: replyLivesMs, picture })
  const sending = newId(Date.now())
  await buttons.offer(arrival, sending, offers)
  return { outcome: 'answered', view, bind: binder(wiring, arrival, sending) }
}

// Discord's forms have titles of this length.
const titleMax = 45

/** A question to one person; its answer comes back with a secret that nobody else can use. */
export async function asked(
  wiring: ReplyWiring,
  arrival: Arrival,
  { command, args, asks }: ButtonAction & { readonly asks: NonNullable<ButtonAction['asks']> },
): Promise<ChatReply> {
  const data = newSecret()
  const hash = digestOf(data)
  if (hash === undefined) throw new Error('a secret of ours has a shape of ours')
  const sending = newId(Date.now())
  const action: ButtonAction = { command, args, awaits: asks.option }
  const account = arrival.account.id
  await wiring.buttons.offer(arrival, sending, [
    { hash, uses: 'once', action, livesMs: formLivesMs, account },
  ])
  return {
    outcome: 'asks',
    title: [command, ...Object.values(args)].join(' ').slice(0, titleMax),
    question: asks.question,
    ...(asks.value === undefined ? {} : { value: asks.value }),
    data,
    bind: binder(wiring, arrival, sending),
  }
}

/** Why a press did nothing, as one polite line. */
export function refusalText(
  pressed: Exclude<Pressed, { outcome: 'pressed' }>,
  by: string,
  now: Date,
): string {
  switch (pressed.outcome) {
    case 'unknown':
      return 'This button does nothing here; use the newest card, or type the command'
    case 'unbound':
      return 'This card is still on its way; press again in a moment'
    case 'used':
      return pressed.by === by
        ? 'You have pressed this already'
        : `${personText(pressed.by)} pressed this ${sinceText(pressed.at, now)}`
    case 'expired':
      return 'This button is too old; ask again'
    case 'outdated':
      return 'This card has moved on; it shows its newest state by itself'
  }
}
