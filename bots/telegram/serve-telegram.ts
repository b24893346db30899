// Telegram from the desk's side: while this process is the one that listens, what the desk has to tell
// goes out and what people do comes in.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Role } from '../../src/approval/role.ts'
import type { Command } from '../../src/commands/command.ts'
import type { Notification } from '../../src/notification/notification.ts'
import type { SurfaceLease } from '../../src/notification/update-store.ts'
import type { ChatDesk } from '../chat/chat-desk.ts'
import type { Deliverer } from '../chat/deliver.ts'
import { whileListening } from '../chat/while-listening.ts'
import { createCommandMenus } from './command-menus.ts'
import { customKeyboard } from './custom-keyboard.ts'
import { createHandleUpdate } from './handle-update.ts'
import { pollUpdates, type PollEnd } from './poll-updates.ts'
import { readUpdate } from './read-update.ts'
import type { TelegramClient } from './telegram-client.ts'
import { conflictText, createTrouble, refusedText } from './trouble.ts'

export type ServeWiring = {
  readonly client: TelegramClient
  readonly lease: SurfaceLease
  /** As in whileListening(). */
  readonly owner?: string | undefined
  readonly desk: ChatDesk
  /** A new one each time that this process begins to listen. */
  readonly createDeliverer: () => Deliverer
  readonly commands: readonly Command[]
  readonly homes: readonly string[]
  readonly roleOf: (account: string) => Promise<Role | undefined>
  /** The setting telegram.keyboard. */
  readonly keyboard: () => readonly string[]
  readonly announce: (notification: Notification) => Promise<void>
  readonly warn: (message: string) => void
  readonly reportBug: (error: unknown, what: string) => void
  /** True while updates come in. */
  readonly listens?: (isListening: boolean) => void
  readonly patience?: Partial<Patience>
}

/** How long is waited before Telegram is asked again. */
type Patience = {
  readonly leaseMs: number
  /** After another poller was met, doubled each time. */
  readonly conflictMs: number
  readonly refusedMs: number
  /** How long all must be well before that is said. */
  readonly wellMs: number
}

const patienceUsual: Patience = {
  leaseMs: 9000,
  conflictMs: 30_000,
  refusedMs: 5 * 60_000,
  wellMs: 60_000,
}
const conflictMsMax = 10 * 60_000
const meMsMax = 5000

type Bot = { readonly id: number | undefined; readonly username: string | undefined }
const nobody: Bot = { id: undefined, username: undefined }

const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => {})

/** Who the bot is; a server that cannot say is asked for updates all the same. */
async function introduce(client: TelegramClient, signal: AbortSignal): Promise<Bot> {
  while (!signal.aborted) {
    const called = await client.call('getMe', {}, { signal, msMax: meMsMax })
    if (called.outcome === 'ok') return { id: called.result.id, username: called.result.username }
    if (called.outcome === 'refused' && called.code !== 429) break
    const afterMs = called.outcome === 'refused' ? called.retryAfterMs : undefined
    await pause(afterMs ?? 1000, signal)
  }
  return nobody
}

/** One stretch of listening, until Telegram ends it. */
function createListening(wiring: ServeWiring, deliverer: Deliverer, signal: AbortSignal) {
  const { client, warn, reportBug, homes, listens = () => {} } = wiring
  const menus = createCommandMenus(wiring)
  let bot = nobody
  const handleHeard = createHandleUpdate({
    ...wiring,
    deliverer,
    signal,
    username: () => bot.username,
    keyboard: () => customKeyboard(wiring.keyboard()),
    served: (account) => menus.ofPerson(account),
  })

  return async (heard: () => void): Promise<PollEnd> => {
    bot = await introduce(client, signal)
    // Whoever set an address for updates keeps them from whoever asks for them.
    await client.call('deleteWebhook', {}, { signal, msMax: meMsMax })
    menus.ofHomes(homes).catch((error: unknown) => reportBug(error, 'menus of commands'))
    listens(true)
    const end = await pollUpdates(
      {
        client,
        warn,
        reportBug,
        heard,
        handle: (raw) => handleHeard(readUpdate(raw, bot.id)),
        laneOf: (raw) => {
          const each = readUpdate(raw, bot.id)
          return each.kind === 'said' ? each.from.account.id : undefined
        },
      },
      signal,
    )
    listens(false)
    return end
  }
}

/** Until the signal, whatever Telegram says meanwhile. */
async function listen(
  wiring: ServeWiring,
  deliverer: Deliverer,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  const trouble = createTrouble({ ...wiring, wellMs: patience.wellMs })
  const once = createListening(wiring, deliverer, signal)
  let conflictMs = patience.conflictMs
  while (!signal.aborted) {
    const sinceMs = performance.now()
    const end = await once(trouble.well)
    if (performance.now() - sinceMs > conflictMsMax) conflictMs = patience.conflictMs
    switch (end.outcome) {
      case 'stopped':
        break
      case 'conflict':
        trouble.tell(conflictText(end.detail))
        await pause(conflictMs, signal)
        conflictMs = Math.min(conflictMsMax, conflictMs * 2)
        break
      case 'refused':
        trouble.tell(refusedText(end.detail))
        await pause(patience.refusedMs, signal)
    }
  }
  trouble.close()
}

/** Works until the signal. */
export async function serveTelegram(wiring: ServeWiring, signal: AbortSignal): Promise<void> {
  const { lease, owner, warn, createDeliverer } = wiring
  const patience = { ...patienceUsual, ...wiring.patience }
  await whileListening(
    { lease, owner, surface: 'telegram', warn, leaseMs: patience.leaseMs },
    async (listening) => {
      const failed = new AbortController()
      const both = AbortSignal.any([listening, failed.signal])
      const deliverer = createDeliverer()
      try {
        await Promise.all([deliverer.run(both), listen(wiring, deliverer, patience, both)])
      } finally {
        failed.abort()
      }
    },
    signal,
  )
}
