// Who may come in: an update that is new, from a listed person, out of a chat that is served, and not one
// of a flood.
import type { Role } from '../../src/approval/role.ts'
import type { Actor } from '../../src/commands/command.ts'
import { isWithin, type ChatSurface } from '../../src/notification/chat.ts'
import type { ChatStore } from '../../src/notification/chat-store.ts'
import type { UpdateStore } from '../../src/notification/update-store.ts'
import { createTokenBuckets } from '../token-bucket.ts'
import type { Arrival } from './chat-desk.ts'

export type AdmitWiring = {
  readonly surface: ChatSurface
  readonly updates: Pick<UpdateStore, 'isNew'>
  /** Read at every arrival, so that authority taken away is gone at the next click. */
  readonly operators: (
    surface: ChatSurface,
    account: string,
  ) => Promise<{ readonly name: string; readonly role: Role } | undefined>
  readonly chats: Pick<ChatStore, 'ensure'>
  /** Chats that the configuration names; they may have moved since. */
  readonly homes: readonly string[]
  readonly now: () => Date
}

export type Admission =
  | { readonly outcome: 'admitted'; readonly actor: Actor }
  /** Told before by the platform, or more of a flood that has been answered: nothing is said. */
  | { readonly outcome: 'ignored' }
  | {
      readonly outcome: 'refused'
      readonly why: 'busy' | 'stranger' | 'not-served'
      readonly text: string
      readonly actor: Actor | undefined
    }

// A person who clicks about in a hurry is fine; what is beyond that is a script.
const accountBurst = 20
const accountRefillMs = 500
const chatBurst = 60
const chatRefillMs = 100
const homesFreshMs = 2000
/** Whoever is forgotten here is told once more. */
const floodingMax = 1000

export const arrivalActor = (
  { surface, chat, account, isPrivate }: Arrival,
  { name, role }: { readonly name: string; readonly role: Role },
): Actor => ({ name, role, surface, chat, isPrivate, account: account.id })

export type Admit = (
  arrival: Arrival,
  /** Asked only in a flood: what must always work is let through. */
  isUrgent: () => Promise<boolean>,
) => Promise<Admission>

export function createAdmit(wiring: AdmitWiring): Admit {
  const { surface, updates, operators, chats, homes } = wiring
  const nowMs = () => wiring.now().getTime()
  const accounts = createTokenBuckets({ burst: accountBurst, refillMs: accountRefillMs, nowMs })
  const rooms = createTokenBuckets({ burst: chatBurst, refillMs: chatRefillMs, nowMs })
  const flooding = new Set<string>()
  let known: readonly string[] = []
  let knownAtMs = -Infinity

  /** How long this account or its chat has to wait; 0: not at all. */
  function waitMs({ account, chat }: Arrival): number {
    const ofAccount = accounts.take(account.id)
    return ofAccount > 0 ? ofAccount : rooms.take(chat)
  }

  async function isServed({ chat, isPrivate }: Arrival): Promise<boolean> {
    if (isPrivate || known.some((home) => isWithin(home, chat))) return true
    if (performance.now() - knownAtMs < homesFreshMs) return false
    const places = await Promise.all(homes.map((home) => chats.ensure({ surface, chat: home })))
    known = places.map((place) => place.chat)
    knownAtMs = performance.now()
    return known.some((home) => isWithin(home, chat))
  }

  async function isNew(arrival: Arrival, isUrgent: () => Promise<boolean>): Promise<boolean> {
    try {
      return await updates.isNew(surface, arrival.update)
    } catch (error) {
      // Stopping must work while the database is away; stopping twice does no harm.
      if (await isUrgent().catch(() => false)) return true
      throw error
    }
  }

  return async (arrival, isUrgent) => {
    const { account } = arrival
    const ms = waitMs(arrival)
    if (ms > 0 && !(await isUrgent())) {
      if (flooding.has(account.id)) return { outcome: 'ignored' }
      if (flooding.size >= floodingMax) flooding.clear()
      flooding.add(account.id)
      const text = `Too much at once; wait ${Math.ceil(ms / 1000)} s`
      return { outcome: 'refused', why: 'busy', text, actor: undefined }
    }
    flooding.delete(account.id)
    if (!(await isNew(arrival, isUrgent))) return { outcome: 'ignored' }
    const person = await operators(surface, account.id)
    if (person === undefined) {
      const text = `Only listed people are served here. An admin lists you with: operators set ${surface}:${account.id} viewer`
      return { outcome: 'refused', why: 'stranger', text, actor: undefined }
    }
    const actor = arrivalActor(arrival, person)
    if (await isServed(arrival)) return { outcome: 'admitted', actor }
    const text = 'This chat is not served; use the home chat, or write to the desk in private'
    return { outcome: 'refused', why: 'not-served', text, actor }
  }
}
