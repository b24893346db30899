// The secrets of buttons: made for one message, digested for the store, redeemed by a press. A secret
// says nothing about what it does, and the store cannot show it to anybody.
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../../src/commands/command.ts'
import type {
  ActionOffer,
  ButtonAction,
  ButtonStore,
  ButtonUses,
  Press,
  Pressed,
} from '../../src/notification/button-store.ts'
import type { Card, CardAction, CardMenu } from '../../src/notification/card.ts'
import type { Button, Menu, Picture, View } from './platform.ts'

const secretBytes = 16
/** 128 bits in base64url, which no platform changes on the way. */
const secretShape = /^[\w-]{22}$/

/** How long buttons of a story, of an answer and of a question work, whatever becomes of their card. */
export const storyLivesMs = 24 * 3_600_000
export const replyLivesMs = 3_600_000
export const formLivesMs = 15 * 60_000

/** Between the request that shows a message and the answer that names it, a person may press already. */
const bindingMsMax = 2500
const bindingLookMs = 25

export const newSecret = (): string => randomBytes(secretBytes).toString('base64url')

/** Undefined for data that no button of ours can have. */
export const digestOf = (data: string): Buffer | undefined =>
  secretShape.test(data) ? createHash('sha256').update(data).digest() : undefined

/** What only shows something may be pressed by everybody once; what acts, by one person. */
function usesOf(commands: readonly Command[], action: ButtonAction): ButtonUses {
  const command = commands.find(({ name }) => name === action.command)
  const prepared = command?.prepare(new Map(Object.entries(action.args)))
  return prepared?.outcome === 'prepared' && prepared.role === 'viewer' ? 'each' : 'once'
}

type Offered = Pick<CardAction, 'command' | 'args' | 'asks'>
const actionOf = ({ command, args, asks }: Offered): ButtonAction =>
  asks === undefined ? { command, args } : { command, args, asks }

/** A card with a secret for everything that may be pressed, and what the store has to know of them. */
export function viewOf(
  card: Card,
  {
    commands,
    livesMs,
    picture,
  }: {
    readonly commands: readonly Command[]
    readonly livesMs: number
    readonly picture?: Picture | undefined
  },
): { readonly view: View; readonly offers: readonly ActionOffer[] } {
  const offers: ActionOffer[] = []
  function offer(offered: Offered): string {
    const data = newSecret()
    const action = actionOf(offered)
    const hash = createHash('sha256').update(data).digest()
    offers.push({ hash, uses: usesOf(commands, action), action, livesMs })
    return data
  }
  const buttonOf = (action: CardAction): Button => ({
    label: action.label,
    style: action.style,
    data: offer(action),
  })
  const menuOf = ({ placeholder, choices }: CardMenu, i: number): Menu => ({
    placeholder,
    id: `menu ${i + 1}`,
    choices: choices.map((choice) => ({
      label: choice.label,
      ...(choice.hint === undefined ? {} : { hint: choice.hint }),
      data: offer(choice),
    })),
  })
  const view: View = {
    card,
    buttons: (card.actions ?? []).map(buttonOf),
    menus: (card.menus ?? []).map(menuOf),
    ...(picture === undefined ? {} : { picture }),
  }
  return { view, offers }
}

/** What a press would do; waits for a message that is being sent at this very moment. */
export async function lookAt(
  buttons: Pick<ButtonStore, 'peek'>,
  hash: Buffer,
  press: Press,
): Promise<Pressed> {
  const untilMs = performance.now() + bindingMsMax
  for (;;) {
    const seen = await buttons.peek(hash, press)
    if (seen.outcome !== 'unbound' || performance.now() > untilMs) return seen
    await sleep(bindingLookMs)
  }
}
