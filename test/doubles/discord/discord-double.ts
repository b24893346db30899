/**
 * A Discord on 127.0.0.1 for tests: its HTTP API and its gateway on one free port, for the real
 * discord.js to talk to. What Discord would refuse is refused with Discord's own codes, and noted.
 *
 *     const discord = await startDiscordDouble()
 *     const client = new Client({ intents, rest: { api: discord.apiUrl } })   // DISCORD_API_URL
 *     await client.login(discord.token)                                       // DISCORD_TOKEN
 *
 *     const ann = discord.addUser({ name: 'ann' })
 *     const answer = await discord.as(ann).slash('trades', { symbol: 'BTC/USDT' }).message()
 *     expect(answer.text).toContain('settled')
 *     const card = await discord.until('a card', () => discord.messages().find(hasApprove))
 *     await discord.as(ann).press(card, 'Approve').answer()
 *
 *     discord.assertNoMistakes()
 *     await discord.close()
 *
 * Mistakes are what the bot may not do (a body outside Discord's limits or its OpenAPI description,
 * an interaction answered late, twice or not at all, a route that does not exist), and answers of
 * this double that Discord would not give. Provoked ones are taken off the list by `takeMistakes`.
 * Without ../shared/specs the description is not checked: `openApiSkipReason` says so.
 *
 * Troubles are ordered: `discord.order({ kind: 'rate-limited', retryAfterS: 1 }, { template })` for
 * HTTP, `discord.gateway.drop()` and its neighbours for the gateway. Time that only expires things
 * (3 s for an answer, 15 min for a token) is let pass by `passTime`, without waiting.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { GatewayCloseCodes } from 'discord-api-types/v10'
import { openGateway, type Gateway, type GatewayControls } from './gateway.ts'
import { collectMistakes } from './mistakes.ts'
import { loadOpenApi } from './openapi.ts'
import { createPeople, type Home, type People } from './people.ts'
import type { Platform } from './platform.ts'
import { createRecord, type HappenedSoFar } from './record.ts'
import { createRestFront, type SentRequest } from './rest-front.ts'
import {
  createRestScript,
  type FaultTarget,
  type OrderedFault,
  type RestFault,
} from './rest-script.ts'
import { createWaiting, type Waiting } from './waiting.ts'
import { addGuild, createWorld, type World } from './world.ts'

export type DiscordOptions = {
  readonly token?: string
  readonly botName?: string
  /** Of the first server and its first channel. */
  readonly guildId?: string
  readonly channelId?: string
  /** Shorter than Discord's 41.25 s where a test waits for heartbeats. */
  readonly heartbeatIntervalMs?: number
  /** Sessions a bot may start in 24 hours; one more resets its token. Discord's own: 1,000. */
  readonly identifiesMax?: number
  /** Bits of the privileged intents that are switched on; asking for others closes with 4014. */
  readonly privilegedIntents?: number
  /** Discord's budgets per route; false for a test that measures only the bot. */
  readonly rateLimits?: boolean
}

export type DiscordDouble = Home &
  People &
  HappenedSoFar & {
    /** For DISCORD_API_URL and discord.js `rest.api`: "http://127.0.0.1:4711/api". */
    readonly apiUrl: string
    readonly token: string
    readonly applicationId: string
    readonly botUserId: string
    readonly gateway: GatewayControls
    /** Makes requests to come fail: one, unless the target says how many. */
    readonly order: (fault: RestFault, target?: FaultTarget) => OrderedFault
    /** Every request to the API so far. */
    readonly requests: readonly SentRequest[]
    /** Answers 401, 403 and 429 so far: 10,000 in ten minutes and Cloudflare bans the address. */
    readonly invalidRequests: () => number
    /** From now on the token is refused everywhere, as after a reset by its owner. */
    readonly resetToken: () => void
    readonly until: Waiting['until']
    readonly passTime: (ms: number) => void
    readonly close: () => Promise<void>
  }

const heartbeatIntervalMs = 41_250
const identifiesMax = 1_000
const dayMs = 24 * 60 * 60_000

type Address = { authority: string }
type Token = {
  readonly isGood: (given: string) => boolean
  readonly reset: () => void
}

/** The token, until it is reset: then every session ends with 4004. */
function createToken(value: string, endSessions: () => void): Token {
  let isReset = false
  return {
    isGood: (given) => !isReset && given === value,
    reset() {
      isReset = true
      endSessions()
    },
  }
}

function createPlatform(
  parts: Pick<Platform, 'world' | 'mistakes' | 'changed'>,
  gateway: Gateway,
  address: Address,
  startsMax: number,
): Platform {
  return {
    ...parts,
    dispatch: gateway.dispatch,
    isBotConnected: () => gateway.controls.connected > 0,
    urlOf: ({ id, name }) =>
      `http://${address.authority}/attachments/${id}/${encodeURIComponent(name)}`,
    gatewayInfo: () => ({
      url: `ws://${address.authority}`,
      shards: 1,
      session_start_limit: {
        total: startsMax,
        remaining: gateway.startsLeft(),
        reset_after: dayMs,
        max_concurrency: 1,
      },
    }),
  }
}

function createHome(world: World, { guildId, channelId }: DiscordOptions): Home {
  return addGuild(world, {
    ...(guildId === undefined ? {} : { id: guildId }),
    ...(channelId === undefined ? {} : { channelId }),
  })
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Starts on a free port. The caller closes it; whoever then still waits is rejected. */
export async function startDiscordDouble(options: DiscordOptions = {}): Promise<DiscordDouble> {
  const world = createWorld(options.botName ?? 'arbdesk')
  const mistakes = collectMistakes()
  const waiting = createWaiting()
  const { changed } = waiting
  const address: Address = { authority: '' }
  const startsMax = options.identifiesMax ?? identifiesMax
  const tokenText = options.token ?? 'discord-double-token'
  const token = createToken(tokenText, () => {
    gateway.closeAll(GatewayCloseCodes.AuthenticationFailed)
  })
  const home = createHome(world, options)
  const gateway = openGateway({
    world,
    mistakes,
    changed,
    isToken: token.isGood,
    resetToken: token.reset,
    resumeUrl: () => `ws://${address.authority}/resume`,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? heartbeatIntervalMs,
    identifiesMax: startsMax,
    privilegedIntents: options.privilegedIntents ?? 0,
  })
  const platform = createPlatform({ world, mistakes, changed }, gateway, address, startsMax)
  const script = createRestScript()
  const front = createRestFront({
    platform,
    script,
    openApi: loadOpenApi(),
    isToken: token.isGood,
    rateLimits: options.rateLimits ?? true,
  })
  const server = createServer(front.handle)
  server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket as Socket, head))
  address.authority = await listen(server)
  return {
    ...home,
    ...createPeople(platform, waiting, home),
    ...createRecord(platform, home),
    apiUrl: `http://${address.authority}/api`,
    token: tokenText,
    applicationId: world.applicationId,
    botUserId: world.bot.id,
    gateway: gateway.controls,
    order: script.order,
    requests: front.requests,
    invalidRequests: () => front.invalidRequests,
    resetToken: token.reset,
    until: waiting.until,
    passTime(ms) {
      world.passTime(ms)
      changed()
    },
    async close() {
      waiting.stop()
      gateway.stop()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
