// What Discord refuses once a deadline is over, and who sees what.
import { MessageFlags, Routes, type Client } from 'discord.js'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect, onInteraction, register, textChannel, trades } from './client-fixture.ts'
import { startDiscordDouble, type DiscordDouble } from './discord-double.ts'
import type { Person } from './person.ts'

let discord: DiscordDouble
let client: Client<true>
let ann: Person

beforeEach(async () => {
  discord = await startDiscordDouble()
  client = await connect(discord)
  ann = discord.as(discord.addUser({ name: 'ann' }))
})

afterEach(async () => {
  await client.destroy()
  await discord.close()
})

test('an answer after three seconds is refused, and the person saw no answer', async () => {
  await register(discord, trades)
  const handled = onInteraction(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    discord.passTime(3_100)
    await interaction.reply('too late')
  })
  expect(await ann.slash('trades', { symbol: 'A' }).answer()).toEqual({ kind: 'no-response' })
  await expect(handled.first()).rejects.toMatchObject({ code: 10062 })
  expect(() => discord.assertNoMistakes()).toThrow(/\/trades is answered after 3\d{3} ms/)
  expect(discord.takeMistakes().map(({ by }) => by)).toEqual(['bot', 'bot'])
  discord.assertNoMistakes()
})

test('nobody answering at all is a mistake of the bot, noted once', async () => {
  await register(discord, trades)
  const ask = ann.slash('trades', { symbol: 'A' })
  discord.passTime(3_001)
  expect((await ask.answer()).kind).toBe('no-response')
  expect(discord.mistakes().map(({ reason }) => reason)).toEqual([
    '/trades was not answered within 3 s',
  ])
  expect(discord.takeMistakes()).toHaveLength(1)
  discord.assertNoMistakes()
})

test('a second first answer is refused', async () => {
  await register(discord, trades)
  const handled = onInteraction(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.reply('one')
    await client.rest.post(Routes.interactionCallback(interaction.id, interaction.token), {
      auth: false,
      body: { type: 4, data: { content: 'two' } },
    })
  })
  await ann.slash('trades', { symbol: 'A' }).answer()
  await expect(handled.first()).rejects.toMatchObject({ code: 40060 })
  expect(discord.takeMistakes()).toHaveLength(1)
})

test('fifteen minutes later the token edits nothing, and the channel still can', async () => {
  await register(discord, trades)
  const handled = onInteraction(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.deferReply()
    const { id } = await interaction.editReply('asked')
    discord.passTime(15 * 60_000)
    const channel = await textChannel(client, discord.channelId)
    await channel.messages.edit(id, 'expired')
    await interaction.editReply('too late')
  })
  await ann.slash('trades', { symbol: 'A' }).answer()
  await expect(handled.first()).rejects.toMatchObject({ code: 50027 })
  expect(discord.messages().map(({ content }) => content)).toEqual(['expired'])
  expect(discord.takeMistakes()).toHaveLength(1)
})

test('an ephemeral answer cannot be reached through its channel', async () => {
  await register(discord, trades)
  const handled = onInteraction(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.reply({ content: 'private', flags: MessageFlags.Ephemeral })
    const { id } = await interaction.fetchReply()
    await client.rest.patch(Routes.channelMessage(discord.channelId, id), {
      body: { content: 'x' },
    })
  })
  await ann.slash('trades', { symbol: 'A' }).answer()
  await expect(handled.first()).rejects.toMatchObject({ code: 10008 })
})

test('whom a message pings is what its allowed mentions leave', async () => {
  const channel = await textChannel(client, discord.channelId)
  const content = `@everyone <@${ann.id}>`
  await channel.send(content)
  await channel.send({ content, allowedMentions: { parse: [] } })
  expect(
    discord.messages().map(({ pingedEveryone, pingedUserIds }) => [pingedEveryone, pingedUserIds]),
  ).toEqual([
    [true, [ann.id]],
    [false, []],
  ])
})
