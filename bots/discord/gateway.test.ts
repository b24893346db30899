// The gateway on discord.js's own connection, through everything that happens to one.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import {
  startDiscordDouble,
  type DiscordDouble,
  type DiscordOptions,
} from '../../test/doubles/discord/discord-double.ts'
import { malformedKinds, sendMalformed } from '../../test/doubles/discord/malformed.ts'
import { freshDatabase, type FreshDatabase } from '../../test/fresh-database.ts'
import { openDatabase } from '../../src/database/connect.ts'
import { migrate } from '../../src/database/migrate.ts'
import { openPostgresGatewayStore } from '../../src/database/postgres-gateway-store.ts'
import type { GatewayStore } from '../../src/notification/gateway-store.ts'
import type { Notification } from '../../src/notification/notification.ts'
import { secret } from '../../src/secret.ts'
import { createDiscordRest } from './discord-rest.ts'
import { runGateway, type Dispatch, type GatewayPatience } from './gateway.ts'

let database: FreshDatabase
let store: GatewayStore
let closeDatabase: () => Promise<void>
beforeAll(async () => {
  database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  const { db, close } = openDatabase({ url: database.url, name: 'test' })
  store = openPostgresGatewayStore(db)
  closeDatabase = close
})
afterAll(async () => {
  await closeDatabase()
  await database.drop()
})

let bots = 0
const hurry = { identifyEveryMs: 0, pauseMs: 40, pauseMsMax: 200, silentMs: 300, wellMs: 100 }

async function open(options: DiscordOptions = {}) {
  const discord = await startDiscordDouble(options)
  const bot = `bot ${++bots}`
  const told: string[] = []
  const heard: Dispatch[] = []
  const warnings: string[] = []
  let isListening = false
  let stop = async () => {}
  function start(patience: Partial<GatewayPatience> = {}): void {
    const stopping = new AbortController()
    const token = secret(discord.token)
    const rest = createDiscordRest({ token, apiUrl: discord.apiUrl })
    const ended = runGateway(
      {
        token,
        rest,
        store,
        bot,
        intents: () => Promise.resolve(0),
        hear: (dispatch) => void heard.push(dispatch),
        introduced: () => {},
        listens: (now) => {
          isListening = now
        },
        announce: async (notification: Notification) => {
          if (notification.kind === 'alert')
            told.push(`${notification.severity} ${notification.text}`)
        },
        warn: (message) => void warnings.push(message),
        reportBug: (error) => void warnings.push(String(error)),
        patience: { ...hurry, ...patience },
      },
      stopping.signal,
    )
    stop = async () => {
      stopping.abort()
      await ended
    }
  }
  onTestFinished(async () => {
    await stop()
    await discord.close()
  })
  const interactions = () => heard.filter(({ type }) => type === 'INTERACTION_CREATE')
  const pressSomething = (user = '7') => {
    // A bot without commands hears of presses all the same.
    const { id } = discord.as(user).writes('a card')
    return discord.as(user).press({ id }, 'something', { anyway: true })
  }
  return {
    discord,
    told,
    warnings,
    interactions,
    pressSomething,
    start,
    stop: () => stop(),
    until: (is: () => boolean, timeoutMs = 10_000) => discord.until('it', is, timeoutMs),
    listens: (timeoutMs = 10_000) => discord.until('to be heard', () => isListening, timeoutMs),
    isBack: (discordNow: DiscordDouble, resumes: number, identifies: number) => () =>
      isListening &&
      discordNow.gateway.resumes.length === resumes &&
      discordNow.gateway.identifies.length === identifies,
  }
}

test('E7 what happens while the socket is down is heard after it was resumed, as a replay', async () => {
  const { discord, start, listens, until, isBack, interactions, pressSomething } = await open()
  start()
  await listens()
  pressSomething()
  await until(() => interactions().length === 1)
  discord.gateway.drop()
  await until(() => discord.gateway.connected === 0)
  pressSomething()
  await until(isBack(discord, 1, 1))
  await until(() => interactions().length === 2)
  expect(interactions().map(({ isReplay }) => isReplay)).toEqual([false, true])
})

test('E7 op 7 and a resumable op 9 cost no session, any other op 9 one', async () => {
  const { discord, start, listens, until, isBack } = await open()
  start()
  await listens()
  discord.gateway.reconnect()
  await until(isBack(discord, 1, 1))
  discord.gateway.invalidate({ resumable: true })
  await until(isBack(discord, 2, 1))
  discord.gateway.invalidate({ resumable: false })
  expect(await until(isBack(discord, 2, 2))).toBe(true)
  discord.assertNoMistakes()
})

test('E7 a heartbeat that nobody answers is a dead connection, which is resumed', async () => {
  const { discord, start, listens, until, isBack } = await open({ heartbeatIntervalMs: 100 })
  start()
  await listens()
  await until(() => discord.gateway.heartbeats > 0)
  discord.gateway.muteAcks()
  expect(await until(isBack(discord, 1, 1))).toBe(true)
  discord.assertNoMistakes()
})

test('E8 the next process takes the session up again and begins none', async () => {
  const { discord, start, stop, listens, until, isBack, interactions, pressSomething } =
    await open()
  start()
  await listens()
  await stop()
  pressSomething()
  start()
  await until(isBack(discord, 1, 1))
  await until(() => interactions().length === 1)
  expect(interactions()[0]?.isReplay).toBe(true)
  expect(discord.requests.filter(({ path }) => path.endsWith('/gateway/bot'))).toHaveLength(1)
  discord.assertNoMistakes()
})

/** A gateway that says HELLO and then nothing, whatever it is told. */
async function openMuteGateway() {
  const ops: number[] = []
  const server = createServer((_, response) => {
    const { port } = server.address() as AddressInfo
    const body = {
      url: `ws://127.0.0.1:${port}`,
      shards: 1,
      session_start_limit: { total: 1000, remaining: 999, reset_after: 1, max_concurrency: 1 },
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(body))
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => {
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 41_250 } }))
    socket.on('message', (data: Buffer) => {
      ops.push((JSON.parse(data.toString()) as { op: number }).op)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
    server.closeAllConnections()
    await new Promise((resolve) => {
      server.close(resolve)
    })
  })
  const { port } = server.address() as AddressInfo
  return {
    apiUrl: `http://127.0.0.1:${port}/api`,
    identifies: () => ops.filter((op) => op === 2).length,
  }
}

test('E8 a process that is stopped while it waits for READY ends, and begins no second session', async () => {
  const { apiUrl, identifies } = await openMuteGateway()
  const token = secret('t')
  const stopping = new AbortController()
  const ended = runGateway(
    {
      token,
      rest: createDiscordRest({ token, apiUrl }),
      store,
      bot: 'mute',
      intents: () => Promise.resolve(0),
      hear: () => {},
      introduced: () => {},
      announce: () => Promise.resolve(),
      warn: () => {},
      reportBug: () => {},
      patience: hurry,
    },
    stopping.signal,
  )
  await expect.poll(identifies).toBe(1)
  stopping.abort()
  await ended
  // discord.js alone hangs here, and comes back half a second later.
  await sleep(1200)
  expect(identifies()).toBe(1)
})

test('E8 a gateway that ends every connection is asked less and less often', async () => {
  const { discord, start, until } = await open()
  discord.gateway.closeNext(4000, 7)
  start({ pauseMs: 500, pauseMsMax: 60_000 })
  await sleep(5000)
  // discord.js alone would have come ten times by now.
  expect(discord.gateway.connected).toBe(0)
  discord.gateway.closeNext(4000, 0)
  await until(() => discord.gateway.connected === 1, 25_000)
}, 40_000)

test('E8 after so many sessions in a day no other is begun, which is said elsewhere', async () => {
  const { discord, start, listens, until, told } = await open()
  start({ identifiesMax: 3, silentMs: 60_000 })
  await listens()
  for (let i = 2; i <= 3; i++) {
    discord.gateway.invalidate({ resumable: false })
    await until(() => discord.gateway.identifies.length === i && discord.gateway.connected === 1)
  }
  discord.gateway.invalidate({ resumable: false })
  await until(() => told.length > 0)
  expect(told[0]).toMatch(
    /^P1 3 sessions were begun on Discord within a day; the next one waits until \d\d:/,
  )
  await sleep(1500)
  expect(discord.gateway.identifies).toHaveLength(3)
  expect(told).toHaveLength(1)
  discord.assertNoMistakes()
})

test('E8 what Discord itself has left counts, too', async () => {
  const { discord, start, stop, until, listens, told } = await open({ identifiesMax: 1 })
  start({ silentMs: 60_000 })
  await listens()
  discord.gateway.invalidate({ resumable: false })
  await until(() => told.length > 0)
  expect(discord.gateway.identifies).toHaveLength(1)
  await stop()
  discord.assertNoMistakes()
})

test('a token that Discord does not know is said once, by HTTP or by the gateway, and asked for no more', async () => {
  const first = await open()
  first.discord.resetToken()
  first.start()
  await first.until(() => first.told.length > 0)
  expect(first.told[0]).toContain("P1 Discord does not know the bot's token")
  const second = await open()
  second.start()
  await second.listens()
  second.discord.resetToken()
  await second.until(() => second.told.length > 0)
  const before = second.discord.requests.length
  await sleep(800)
  expect(second.told).toHaveLength(1)
  expect(second.discord.requests).toHaveLength(before)
})

test('E7 a gateway that stays away is said elsewhere once, and once that it is back', async () => {
  const { discord, start, listens, until, told } = await open()
  start()
  await listens()
  discord.gateway.down()
  await until(() => told.length === 1)
  expect(told[0]).toMatch(/^P1 Nothing that is pressed or typed on Discord is heard \(/)
  await sleep(700)
  discord.gateway.up()
  await until(() => told.length === 2)
  expect(told[1]).toBe('P2 Discord is heard again.')
})

test('E7 an HTTP side that fails holds up a new session, not for ever', async () => {
  const { discord, start, listens } = await open()
  discord.order({ kind: 'status', status: 503 }, { template: '/gateway/bot', times: 6 })
  start()
  expect(await listens()).toBe(true)
  discord.assertNoMistakes()
})

test.each(malformedKinds)('a dispatch with "%s" ends nothing', async (kind) => {
  const { discord, start, listens, until, interactions, pressSomething } = await open()
  if (kind === 'null install params') sendMalformed(discord, kind)
  start()
  await listens()
  if (kind !== 'null install params') sendMalformed(discord, kind)
  pressSomething()
  await until(() => interactions().length > 0)
  discord.gateway.drop()
  expect(await until(() => discord.gateway.resumes.length === 1)).toBe(true)
})
