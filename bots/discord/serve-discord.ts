// Discord from the desk's side: while this process is the one that listens, what the desk has to tell goes
// out and what people do comes in.
import type { Command } from '../../src/commands/command.ts'
import type { GatewayStore } from '../../src/notification/gateway-store.ts'
import type { Notification } from '../../src/notification/notification.ts'
import type { SurfaceLease } from '../../src/notification/update-store.ts'
import type { Secret } from '../../src/secret.ts'
import type { ChatDesk } from '../chat/chat-desk.ts'
import type { Deliverer } from '../chat/deliver.ts'
import { whileListening } from '../chat/while-listening.ts'
import type { DiscordRest } from './discord-rest.ts'
import { runGateway, type GatewayPatience } from './gateway.ts'
import { createDispatchHandler } from './handle-dispatch.ts'
import { createOptionalCalls } from './optional-calls.ts'
import { registerCommands } from './register-commands.ts'

export type ServeWiring = {
  readonly rest: DiscordRest
  readonly token: Secret
  /** As in GatewayStore. */
  readonly bot: string
  readonly gateways: GatewayStore
  readonly lease: SurfaceLease
  readonly desk: ChatDesk
  /** A new one each time that this process begins to listen. */
  readonly createDeliverer: () => Deliverer
  readonly commands: readonly Command[]
  /** Undefined: commands are for every server that the bot is in. */
  readonly guildId: string | undefined
  readonly announce: (notification: Notification) => Promise<void>
  readonly warn: (message: string) => void
  readonly reportBug: (error: unknown, what: string) => void
  /** True while dispatches come in. */
  readonly listens?: (isListening: boolean) => void
  readonly patience?: Partial<Patience>
  /** Monotonic ms. */
  readonly nowMs?: () => number
}

export type Patience = GatewayPatience & {
  readonly leaseMs: number
  /** An answer that takes longer is promised first. */
  readonly promiseMs: number
}

const drainMs = 800

/** What people do comes in until the signal; answers under way are finished. */
async function listen(
  wiring: ServeWiring,
  deliverer: Deliverer,
  signal: AbortSignal,
): Promise<void> {
  const { rest, gateways, reportBug, patience, nowMs = () => performance.now() } = wiring
  const optional = createOptionalCalls(wiring)
  const promiseMs = patience?.promiseMs
  const handler = createDispatchHandler({
    ...wiring,
    ...(promiseMs === undefined ? {} : { promiseMs }),
    nowMs,
    signal,
    spent: (chat, isEdit) => deliverer.spent(chat, isEdit),
    removeMessage: (chat, message) => optional.removeMessage(chat, message),
  })
  let isRegistered = false
  function introduced(application: string): void {
    if (isRegistered) return
    isRegistered = true
    registerCommands(wiring, application, signal).catch((error: unknown) =>
      reportBug(error, 'commands for Discord'),
    )
  }
  await runGateway(
    {
      ...wiring,
      rest,
      store: gateways,
      patience: patience ?? {},
      intents: () => optional.intents(),
      hear: (dispatch) => handler.hear(dispatch),
      introduced,
    },
    signal,
  )
  await handler.drain(drainMs)
}

/** Works until the signal. */
export async function serveDiscord(wiring: ServeWiring, signal: AbortSignal): Promise<void> {
  const { lease, warn, createDeliverer, patience } = wiring
  const leaseMs = patience?.leaseMs
  await whileListening(
    { lease, surface: 'discord', warn, ...(leaseMs === undefined ? {} : { leaseMs }) },
    async (listening) => {
      const failed = new AbortController()
      const both = AbortSignal.any([listening, failed.signal])
      const deliverer = createDeliverer()
      try {
        await Promise.all([deliverer.run(both), listen(wiring, deliverer, both)])
      } finally {
        failed.abort()
      }
    },
    signal,
  )
}
