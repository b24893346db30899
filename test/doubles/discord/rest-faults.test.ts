// The real discord.js through everything that goes wrong between it and Discord's HTTP API.
import { performance } from 'node:perf_hooks'
import type { Client, TextChannel } from 'discord.js'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect, textChannel } from './client-fixture.ts'
import { startDiscordDouble, type DiscordDouble } from './discord-double.ts'

const template = '/channels/{channel_id}/messages'

let discord: DiscordDouble
let client: Client<true>
let channel: TextChannel

beforeEach(async () => {
  discord = await startDiscordDouble()
  client = await connect(discord)
  channel = await textChannel(client, discord.channelId)
})

afterEach(async () => {
  await client.destroy()
  await discord.close()
})

const statuses = () =>
  discord.requests.filter((one) => one.template === template).map(({ status }) => status)

test.each([false, true])('a 429 (global: %s) is waited out and then sent once', async (global) => {
  const startedAt = performance.now()
  discord.order({ kind: 'rate-limited', retryAfterS: 0.3, global }, { template })
  await channel.send('hello')
  expect(performance.now() - startedAt).toBeGreaterThan(300)
  expect(statuses()).toEqual([429, 200])
  expect(discord.invalidRequests()).toBe(1)
  expect(discord.messages()).toHaveLength(1)
  discord.assertNoMistakes()
})

test('Discord’s own budget of five messages in five seconds holds back the sixth', async () => {
  const sent = Array.from({ length: 6 }, (_, index) => channel.send(String(index)))
  await Promise.all(sent.slice(0, 5))
  expect(discord.messages()).toHaveLength(5)
  // discord.js has read the headers: it waits by itself instead of being refused.
  await sent[5]
  const [first, last] = [discord.messages()[0], discord.messages()[5]]
  expect((last?.sentAt ?? 0) - (first?.sentAt ?? 0)).toBeGreaterThan(4_900)
  expect(statuses()).toEqual([200, 200, 200, 200, 200, 200])
})

test('whoever does not read the headers is refused', async () => {
  const post = async () => {
    const response = await fetch(`${discord.apiUrl}/v10/channels/${discord.channelId}/messages`, {
      method: 'POST',
      body: '{"content":"x"}',
      headers: {
        authorization: `Bot ${discord.token}`,
        'content-type': 'application/json',
        'user-agent': 'DiscordBot (https://example.com, 1.0)',
      },
    })
    return response.status
  }
  const answers = await Promise.all(Array.from({ length: 7 }, post))
  expect(answers.filter((status) => status === 429)).toHaveLength(2)
  discord.assertNoMistakes()
})

test('two 500s are tried again at once, a fourth is an error', async () => {
  discord.order({ kind: 'status', status: 500 }, { template, times: 2 })
  await channel.send('hello')
  expect(statuses()).toEqual([500, 500, 200])
  const fault = discord.order({ kind: 'status', status: 503, asPage: true }, { template, times: 9 })
  await expect(channel.send('again')).rejects.toMatchObject({ name: 'HTTPError', status: 503 })
  expect(fault.hits).toBe(4)
  fault.lift()
  await channel.send('at last')
  discord.assertNoMistakes()
})

test('a 404 for one route stays until it is lifted', async () => {
  const typing = '/channels/{channel_id}/typing'
  const fault = discord.order(
    { kind: 'status', status: 404, code: 10003, message: 'Unknown Channel' },
    { method: 'POST', template: typing, times: Infinity },
  )
  await expect(channel.sendTyping()).rejects.toMatchObject({ code: 10003 })
  await expect(channel.sendTyping()).rejects.toMatchObject({ code: 10003 })
  fault.lift()
  await channel.sendTyping()
  await channel.send('hello')
  expect(fault.hits).toBe(2)
})

test('one message can be made to refuse its edits', async () => {
  const [first, second] = [await channel.send('one'), await channel.send('two')]
  const path = `/channels/${channel.id}/messages/${first.id}`
  discord.order({ kind: 'status', status: 404, code: 10008 }, { path, times: Infinity })
  await expect(first.edit('1')).rejects.toMatchObject({ code: 10008 })
  expect(await second.edit('2')).toMatchObject({ content: '2' })
})

test('a slow answer is an answer', async () => {
  discord.order({ kind: 'slow', ms: 200 }, { template })
  const startedAt = performance.now()
  await channel.send('hello')
  expect(performance.now() - startedAt).toBeGreaterThan(190)
})

test('a message whose answer is lost is sent again: once by its nonce, twice without', async () => {
  discord.order({ kind: 'reset', applied: true }, { template })
  await channel.send({ content: 'marked', nonce: 'opportunity-1', enforceNonce: true })
  discord.order({ kind: 'reset', applied: true }, { template })
  await channel.send('unmarked')
  discord.order({ kind: 'reset', applied: false }, { template })
  await channel.send('never came')
  expect(discord.messages().map(({ content }) => content)).toEqual([
    'marked',
    'unmarked',
    'unmarked',
    'never came',
  ])
})

test('a message whose connection was closed in order is given up, whether it came or not', async () => {
  discord.order({ kind: 'closed', applied: true }, { template })
  await expect(channel.send('came')).rejects.toThrow('other side closed')
  discord.order({ kind: 'closed', applied: false }, { template })
  await expect(channel.send('never came')).rejects.toThrow('other side closed')
  expect(discord.messages().map(({ content }) => content)).toEqual(['came'])
})

test('answers without a body claim no content type', async () => {
  const message = await channel.send('hello')
  await message.delete()
  await channel.sendTyping()
  expect(discord.messages()).toEqual([])
  expect(discord.message(message.id)).toMatchObject({ isDeleted: true, content: 'hello' })
  await expect(message.edit('gone')).rejects.toMatchObject({ code: 10008 })
  discord.assertNoMistakes()
})

test('foreign messages cannot be edited', async () => {
  const { id } = discord.as('7').writes('mine')
  await expect(channel.messages.edit(id, 'yours')).rejects.toMatchObject({ code: 50005 })
})

test('a reply to a message that is gone is refused unless it may fail', async () => {
  const reply = { messageReference: '123' }
  await expect(channel.send({ content: 'x', reply })).rejects.toMatchObject({ code: 50035 })
  await channel.send({ content: 'x', reply: { ...reply, failIfNotExists: false } })
})

test('threads hang on a message and take messages themselves', async () => {
  const message = await channel.send('trade 7')
  const thread = await message.startThread({ name: 'trade 7' })
  await thread.send('leg 1 filled')
  expect(thread.id).toBe(message.id)
  expect(discord.messages(thread.id).map(({ content }) => content)).toEqual(['leg 1 filled'])
  discord.assertNoMistakes()
})

test('pins, people and channels can be looked up', async () => {
  const message = await channel.send('pinned')
  await message.pin()
  const member = await client.guilds.cache.get(discord.guildId)?.members.fetch(discord.botUserId)
  expect(member?.id).toBe(discord.botUserId)
  await expect(client.users.fetch('404')).rejects.toMatchObject({ code: 10013 })
  expect((await client.application.fetch()).id).toBe(discord.applicationId)
  expect((await client.fetchGuildPreview(discord.guildId).catch(() => undefined))?.id).toBe(
    undefined,
  )
  expect(discord.takeMistakes().map(({ reason }) => reason)).toEqual([
    'this double has no such route: add it under routes/',
  ])
})
