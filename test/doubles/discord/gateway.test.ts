// The real discord.js through everything that happens to a gateway connection.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { GatewayIntentBits, Routes, Status, type Client, type Interaction } from 'discord.js'
import { afterEach, expect, test } from 'vitest'
import { connect, newClient } from './client-fixture.ts'
import { startDiscordDouble, type DiscordDouble, type DiscordOptions } from './discord-double.ts'
import { malformedKinds, sendMalformed } from './malformed.ts'

let discord: DiscordDouble
const clients: Client[] = []

const start = async (options?: DiscordOptions) => {
  discord = await startDiscordDouble(options)
  return discord
}
const login = async (...[on, options]: Parameters<typeof connect>) => {
  // Unhurried, discord.js identifies once in five seconds.
  const ws = { buildIdentifyThrottler: () => ({ waitForIdentify: async () => {} }) }
  const client = await connect(on, { ...options, ws })
  clients.push(client)
  return client
}

afterEach(async () => {
  for (const client of clients.splice(0)) await client.destroy()
  await discord.close()
})

async function registerPing(client: Client<true>) {
  const route = Routes.applicationGuildCommands(discord.applicationId, discord.guildId)
  await client.rest.put(route, { body: [{ name: 'ping', description: 'Pings' }] })
  client.on('interactionCreate', (interaction: Interaction) => {
    if (interaction.isChatInputCommand()) void interaction.reply('pong')
  })
}

const isBack = (resumes: number, identifies: number) => () =>
  discord.gateway.resumes.length === resumes &&
  discord.gateway.identifies.length === identifies &&
  discord.gateway.connected === 1 &&
  // To end a client that waits for its READY is to hang: discord.js connects once more.
  clients[0]?.ws.shards.first()?.status === Status.Ready

test('what a person does while the socket is down is answered after RESUME', async () => {
  const client = await login(await start())
  await registerPing(client)
  discord.gateway.drop()
  await discord.until('the socket to be gone', () => discord.gateway.connected === 0)
  // A bot that is away is owed no answer, and this one answers all the same.
  const ask = discord.as(discord.addUser()).slash('ping')
  expect(await ask.message()).toMatchObject({ content: 'pong' })
  expect(isBack(1, 1)()).toBe(true)
  discord.assertNoMistakes()
})

test('op 7 is followed by RESUME, without a new IDENTIFY', async () => {
  await login(await start())
  discord.gateway.reconnect()
  expect(await discord.until('the bot to be back', isBack(1, 1))).toBe(true)
  discord.assertNoMistakes()
})

test('op 9 that may not be resumed costs an IDENTIFY', async () => {
  const client = await login(await start())
  await registerPing(client)
  discord.gateway.invalidate({ resumable: false })
  expect(await discord.until('the bot to be back', isBack(0, 2), 15_000)).toBe(true)
  expect(await discord.as('7').slash('ping').message()).toMatchObject({ content: 'pong' })
  discord.assertNoMistakes()
})

test('a session that was left too long is not resumed', async () => {
  await login(await start())
  discord.gateway.down()
  await discord.until('the socket to be gone', () => discord.gateway.connected === 0)
  discord.passTime(4 * 60_000)
  discord.gateway.up()
  expect(await discord.until('the bot to be back', isBack(0, 2), 15_000)).toBe(true)
})

test('op 9 that may be resumed costs none', async () => {
  await login(await start())
  discord.gateway.invalidate({ resumable: true })
  expect(await discord.until('the bot to be back', isBack(1, 1))).toBe(true)
  discord.assertNoMistakes()
})

test('a heartbeat without an answer is a dead connection, and the bot comes back', async () => {
  await login(await start({ heartbeatIntervalMs: 100 }))
  await discord.until('a heartbeat', () => discord.gateway.heartbeats > 0)
  discord.gateway.muteAcks()
  expect(await discord.until('the bot to be back', isBack(1, 1))).toBe(true)
  discord.assertNoMistakes()
})

test('a gateway that is down refuses, and is resumed when it is up', async () => {
  const client = await login(await start())
  const refused = once(client, 'shardError')
  discord.gateway.down()
  await refused
  discord.gateway.up()
  expect(await discord.until('the bot to be back', isBack(1, 1), 15_000)).toBe(true)
  discord.assertNoMistakes()
})

test('sockets closed at once with 4000 are tried again and again', async () => {
  await login(await start())
  discord.gateway.closeNext(4000, 2)
  discord.gateway.drop(4000)
  expect(await discord.until('the bot to be back', isBack(1, 1), 15_000)).toBe(true)
})

test('4004 from the gateway and 401 from HTTP end a login', async () => {
  await start()
  discord.gateway.closeNext(4004)
  const closed = newClient(discord)
  clients.push(closed)
  await expect(closed.login(discord.token)).rejects.toThrow('Authentication failed')
  const wrong = newClient(discord)
  clients.push(wrong)
  await expect(wrong.login('wrong')).rejects.toMatchObject({ code: 'TokenInvalid' })
  expect(discord.invalidRequests()).toBe(1)
  discord.assertNoMistakes()
})

test('an intent that is not switched on closes with 4014', async () => {
  const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.MessageContent]
  const refused = newClient(await start(), { intents })
  clients.push(refused)
  await expect(refused.login(discord.token)).rejects.toThrow('Used disallowed intents')
})

test('a reset token ends the session with 4004', async () => {
  const client = await login(await start())
  client.on('error', () => {})
  client.on('shardError', () => {})
  const closed = once(client, 'shardDisconnect')
  discord.resetToken()
  expect(await closed).toMatchObject([{ code: 4004 }, 0])
  await expect(client.rest.get(Routes.user())).rejects.toMatchObject({ status: 401 })
})

test('one IDENTIFY too many in a day resets the token', async () => {
  await start({ identifiesMax: 1 })
  const first = await login(discord)
  const info = await first.rest.get(Routes.gatewayBot())
  expect(info).toMatchObject({ session_start_limit: { total: 1, remaining: 0 } })
  discord.gateway.invalidate({ resumable: false })
  first.on('error', () => {})
  first.on('shardError', () => {})
  await once(first, 'shardDisconnect')
  expect(discord.takeMistakes().map(({ reason }) => reason)).toEqual([
    'more than 1 IDENTIFYs in 24 hours: the token is reset',
  ])
})

test('a bot without the intent reads no foreign content, and is told of its own messages', async () => {
  await start()
  const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages]
  const client = await login(discord, { intents })
  const heard: [string, string][] = []
  client.on('messageCreate', ({ author, content }) => heard.push([author.id, content]))
  discord.as('7').writes('my key is abc')
  await client.rest.post(Routes.channelMessages(discord.channelId), { body: { content: 'hello' } })
  await discord.until('both', () => heard.length === 2)
  expect(heard).toEqual([
    ['7', ''],
    [discord.botUserId, 'hello'],
  ])
})

/** A bot with listeners for errors and nothing else, in a process of its own: it may die. */
const fragile = `
import { Client } from 'discord.js'
const client = new Client({ intents: [1], rest: { api: process.argv[1] } })
client.on('error', () => {})
client.on('clientReady', () => console.log('ready'))
client.login(process.argv[2])
setTimeout(() => process.exit(0), 20_000)
`

test.each(malformedKinds)('%s kills a bot that only trusts discord.js', async (kind) => {
  await start()
  if (kind === 'null install params') sendMalformed(discord, kind)
  const bot = spawn(
    process.execPath,
    ['--input-type=module', '-e', fragile, discord.apiUrl, discord.token],
    { cwd: join(import.meta.dirname, '..', '..', '..'), stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const errors = text(bot.stderr)
  const exit = once(bot, 'exit')
  if (kind !== 'null install params') {
    await once(bot.stdout, 'data')
    sendMalformed(discord, kind)
  }
  expect((await exit)[0]).toBe(1)
  expect(await errors).toContain('TypeError')
})
