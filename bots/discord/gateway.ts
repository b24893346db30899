// The connection on which Discord tells what people do. discord.js keeps it alive, resumes it and comes
// back for ever; when it may come back, and what a malformed dispatch can do, is decided here.
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocketShard, WebSocketShardEvents, WebSocketShardStatus } from '@discordjs/ws'
import { GatewayCloseCodes, GatewayDispatchEvents } from 'discord.js'
import { z } from 'zod'
import type { GatewayStore } from '../../src/notification/gateway-store.ts'
import type { Secret } from '../../src/secret.ts'
import type { DiscordRest } from './discord-rest.ts'
import { createGatewayContext, type ComeBackPatience } from './gateway-context.ts'
import { openKeptSession, type KeptSession } from './gateway-session.ts'
import { createGatewayTrouble, type GatewayTrouble, type TroubleWiring } from './gateway-trouble.ts'
import { createSessionStarts, type SessionStarts } from './session-starts.ts'

/** `isReplay`: it happened while nobody listened, so that nobody may wait for an answer any more. */
export type Dispatch = { readonly type: string; readonly data: unknown; readonly isReplay: boolean }

export type GatewayWiring = TroubleWiring & {
  readonly token: Secret
  readonly rest: DiscordRest
  readonly store: GatewayStore
  /** As in GatewayStore. */
  readonly bot: string
  /** What is asked for besides interactions, which always come. */
  readonly intents: () => Promise<number>
  readonly hear: (dispatch: Dispatch) => void
  readonly reportBug: (error: unknown, what: string) => void
  /** Discord has said which application this is. */
  readonly introduced: (application: string) => void
  /** True while dispatches come in. */
  readonly listens?: (isListening: boolean) => void
  readonly patience?: Partial<GatewayPatience>
}

export type GatewayPatience = ComeBackPatience & {
  readonly identifyEveryMs: number
  /** Sessions begun within a day; Discord takes the token back after a thousand. */
  readonly identifiesMax: number
  /** Nothing was heard for this long: said elsewhere. */
  readonly silentMs: number
  /** How long all must be well before that is said. */
  readonly wellMs: number
}

const patienceUsual: GatewayPatience = {
  pauseMs: 1000,
  pauseMsMax: 60_000,
  steadyMs: 30_000,
  identifyEveryMs: 5500,
  identifiesMax: 200,
  silentMs: 60_000,
  wellMs: 30_000,
}

/** Discord closes with one of these for good: coming back would change nothing. */
const finalCodes = new Map<number, string>([
  [GatewayCloseCodes.AuthenticationFailed, 'it does not know the token'],
  [GatewayCloseCodes.InvalidShard, 'it does not know this shard'],
  [GatewayCloseCodes.ShardingRequired, 'the bot is in too many servers'],
  [GatewayCloseCodes.InvalidAPIVersion, 'its API has another version'],
  [GatewayCloseCodes.InvalidIntents, 'it does not know what is asked for'],
  [GatewayCloseCodes.DisallowedIntents, 'the bot may not read what is asked for'],
])

const authenticationFailed: number = GatewayCloseCodes.AuthenticationFailed

/** Neither of those that end a session: the next process takes it up again. */
const keepSessionCode = 4200
const destroyMsMax = 1000

const readyForm = z.looseObject({
  application: z.looseObject({ id: z.string() }).optional().catch(undefined),
  user: z.looseObject({ id: z.string() }).optional().catch(undefined),
})

const refusedText = (detail: string): string =>
  `Discord does not know the bot's token (${detail}). Nothing comes from there and nothing goes there until DISCORD_TOKEN is right and the desk has been started again.`

type Parts = {
  readonly wiring: GatewayWiring
  readonly patience: GatewayPatience
  readonly session: KeptSession
  readonly starts: SessionStarts
  readonly trouble: GatewayTrouble
  readonly signal: AbortSignal
}

/** Follows one shard until the signal; whatever happens to it, it comes back or is given up. */
async function followShard(parts: Parts): Promise<void> {
  const { wiring, session, trouble, signal } = parts
  const { hear, introduced, listens = () => {}, reportBug, rest } = wiring
  let shard: WebSocketShard | undefined
  let isReplaying = false
  const { context, isUp } = createGatewayContext(
    { ...wiring, ...parts },
    () => shard?.status ?? WebSocketShardStatus.Idle,
  )
  shard = new WebSocketShard(context, 0)

  function up(application: string | undefined): void {
    isUp()
    trouble.heard()
    listens(true)
    if (application !== undefined) introduced(application)
  }

  shard.on(WebSocketShardEvents.Ready, ({ data }) => {
    const read = readyForm.safeParse(data).data
    const application = read?.application?.id ?? read?.user?.id
    if (application !== undefined) session.introduce(application)
    up(application)
  })
  shard.on(WebSocketShardEvents.Resumed, () => up(session.application()))
  shard.on(WebSocketShardEvents.Error, ({ error }) => trouble.silent(error.message.slice(0, 200)))
  shard.on(WebSocketShardEvents.Closed, ({ code }) => {
    listens(false)
    const isFinal = finalCodes.get(code)
    if (signal.aborted) return
    trouble.silent(`its gateway closed with ${code}`)
    if (code === authenticationFailed) rest.refuse('its gateway does not know the token')
    else if (isFinal !== undefined)
      trouble.needsPerson(
        `Discord ended the connection for good (${code}): ${isFinal}. Nothing that is pressed or typed there is heard until that is mended and the desk has been started again; messages still go out.`,
      )
  })
  shard.on(WebSocketShardEvents.Hello, () => {
    isReplaying = session.current() !== null
  })
  shard.on(WebSocketShardEvents.Dispatch, ({ data }) => {
    // Discord tells what was missed, then that this was all of it.
    if (data.t === GatewayDispatchEvents.Resumed || data.t === GatewayDispatchEvents.Ready)
      isReplaying = false
    const isReplay = isReplaying || shard?.status === WebSocketShardStatus.Resuming
    try {
      hear({ type: data.t, data: data.d, isReplay })
    } catch (error) {
      // One bad dispatch must not cost the others.
      reportBug(error, `${data.t} from Discord`)
    }
  })
  trouble.silent('not connected yet')
  // It reports only the first connection; the ones that follow are its own business.
  shard.connect().catch(() => {})
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await session.close()
  // While it waits for READY this never ends; its new beginning would then wait for ever, too.
  const destroyed = shard.destroy({ code: keepSessionCode })
  await Promise.race([destroyed, sleep(destroyMsMax)])
}

/** Works until the signal. Throws when the database is away at the start. */
export async function runGateway(wiring: GatewayWiring, signal: AbortSignal): Promise<void> {
  const patience = { ...patienceUsual, ...wiring.patience }
  const trouble = createGatewayTrouble(wiring, patience)
  const session = await openKeptSession(wiring.store, wiring.bot, wiring.warn)
  const starts = createSessionStarts({ ...wiring, ...patience, trouble })
  void wiring.rest.refused.then((detail) => trouble.needsPerson(refusedText(detail)))
  try {
    await followShard({ wiring, patience, session, starts, trouble, signal })
  } finally {
    trouble.close()
  }
}
