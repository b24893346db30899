// The real discord.js through what people type: commands, suggestions, answers at once and later.
import {
  ActionRowBuilder,
  AttachmentBuilder,
  EmbedBuilder,
  MessageFlags,
  REST,
  Routes,
  SlashCommandBuilder,
  UserSelectMenuBuilder,
  type Client,
} from 'discord.js'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect, onInteraction, register, settings, trades } from './client-fixture.ts'
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

test('login, READY and the server with its channel', () => {
  expect(client.user.id).toBe(discord.botUserId)
  expect(client.application.id).toBe(discord.applicationId)
  expect(client.guilds.cache.get(discord.guildId)?.channels.cache.has(discord.channelId)).toBe(true)
  expect(discord.gateway.identifies).toHaveLength(1)
  discord.assertNoMistakes()
})

test('commands are registered by one PUT, and keep their ids when written again', async () => {
  const [first] = await register(discord, trades, settings)
  const [again] = await register(discord, trades)
  expect(again?.id).toBe(first?.id)
  expect(discord.commands().map(({ name }) => name)).toEqual(['trades'])
  expect(discord.commands('global')).toEqual([])
  discord.assertNoMistakes()
})

test('commands set by discord.js itself are the same', async () => {
  await client.application.commands.set([trades.toJSON()])
  await client.application.commands.set([trades, settings], discord.guildId)
  expect(discord.commands('global')).toHaveLength(1)
  expect(discord.commands()).toHaveLength(2)
  discord.assertNoMistakes()
})

test('a slash command with its options, answered at once and for all to see', async () => {
  await register(discord, trades, settings)
  onInteraction(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.reply(
      interaction.commandName === 'settings'
        ? `${interaction.options.getSubcommand()} ${interaction.options.getString('name')}`
        : `${interaction.options.getString('symbol')} ${interaction.options.getInteger('limit')}`,
    )
  })
  const answer = await ann.slash('trades', { symbol: 'BTC/USDT', limit: 3 }).message()
  expect(answer).toMatchObject({ content: 'BTC/USDT 3', isEphemeral: false })
  const set = await ann.slash('settings set', { name: 'approval.mode' }).message()
  expect(set.content).toBe('set approval.mode')
  expect(discord.messages().map(({ content }) => content)).toEqual([
    'BTC/USDT 3',
    'set approval.mode',
  ])
  discord.assertNoMistakes()
})

test('the client lets nobody type what the command does not take', async () => {
  await register(discord, trades, settings)
  expect(() => ann.slash('buy')).toThrow('no command /buy')
  expect(() => ann.slash('trades')).toThrow('symbol is required')
  expect(() => ann.slash('trades', { symbol: 'A', limit: 51 })).toThrow('limit is above 50')
  expect(() => ann.slash('trades', { symbol: 'A', since: 1 })).toThrow('no option since')
  expect(() => ann.slash('settings')).toThrow('needs a sub-command')
  expect(() => ann.slash('settings set', { name: 'x' })).toThrow('none of the choices')
})

test('suggestions while typing', async () => {
  await register(discord, trades)
  onInteraction(client, async (interaction) => {
    if (!interaction.isAutocomplete()) return
    const { name, value } = interaction.options.getFocused(true)
    await interaction.respond([{ name: `${name} ${value}`, value: 'BTC/USDT' }])
  })
  expect(await ann.autocomplete('trades', 'symbol', 'bt').answer()).toEqual({
    kind: 'choices',
    choices: [{ name: 'symbol bt', value: 'BTC/USDT' }],
  })
  discord.assertNoMistakes()
})

test('a deferred answer is thinking, then a message with a picture, and only its owner sees it', async () => {
  await register(discord, trades)
  const png = Buffer.from('89504e470d0a1a0a0000000d4948445200000280000001680806000000', 'hex')
  onInteraction(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.deferReply({ flags: MessageFlags.Ephemeral })
    await interaction.editReply({
      embeds: [new EmbedBuilder().setTitle('Gaps').setImage('attachment://gaps.png')],
      files: [new AttachmentBuilder(png, { name: 'gaps.png', description: 'a chart' })],
    })
    await interaction.followUp({ content: 'and more', flags: MessageFlags.Ephemeral })
  })
  const answer = await ann.slash('trades', { symbol: 'A' }).message()
  expect(answer).toMatchObject({ isEphemeral: true, isThinking: false, text: 'Gaps' })
  expect(answer.files[0]).toMatchObject({ name: 'gaps.png', contentType: 'image/png', bytes: png })
  expect(answer.embeds[0]?.image).toMatchObject({ width: 640, height: 360 })
  const picture = await fetch(answer.embeds[0]?.image?.url ?? '')
  expect(Buffer.from(await picture.arrayBuffer())).toEqual(png)

  await discord.until('the follow-up', () => ann.reads().length === 2)
  expect(ann.reads().map(({ text }) => text)).toEqual(['Gaps', 'and more'])
  const bob = discord.as(discord.addUser({ name: 'bob' }))
  expect(bob.reads()).toEqual([])
  expect(discord.messages()).toEqual([])
  const [latency] = discord.latencies()
  expect(latency?.shownMs).toBeGreaterThan(latency?.acknowledgedMs as number)
  expect(latency?.lastEditMs).toBeGreaterThan(latency?.shownMs as number)
  discord.assertNoMistakes()
})

test('the first follow-up after a deferral takes the place of "thinking"', async () => {
  await register(discord, trades)
  onInteraction(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.deferReply()
    await interaction.followUp('here')
    await interaction.followUp('there')
  })
  expect(await ann.slash('trades', { symbol: 'A' }).message()).toMatchObject({ content: 'here' })
  await discord.until('the second', () => discord.messages().length === 2)
})

test('people and channels that were chosen come in full', async () => {
  const operators = new SlashCommandBuilder()
    .setName('operators')
    .setDescription('Who may act')
    .addUserOption((option) => option.setName('who').setDescription('A person'))
    .addChannelOption((option) => option.setName('where').setDescription('A channel'))
  await register(discord, operators)
  const menu = new UserSelectMenuBuilder().setCustomId('approver')
  const components = [new ActionRowBuilder<UserSelectMenuBuilder>().addComponents(menu)]
  onInteraction(client, async (interaction) => {
    if (interaction.isChatInputCommand()) {
      const { options } = interaction
      const who = options.getMember('who')
      const name = who !== null && 'displayName' in who ? who.displayName : 'nobody'
      const content = `${name} ${options.getUser('who')?.username} ${options.getChannel('where')?.name}`
      await interaction.reply({ content, components })
    }
    if (interaction.isUserSelectMenu())
      await interaction.update(interaction.users.map(({ username }) => username).join())
  })
  const options = { who: ann.id, where: discord.addChannel('alerts') }
  const answer = await ann.slash('operators', options).message()
  expect(answer.content).toBe('ann ann alerts')
  expect(await ann.select(answer, 'approver', [ann.id]).message()).toMatchObject({ content: 'ann' })
  expect(() => ann.slash('operators', { who: '404' })).toThrow('nobody and nothing has')
  discord.assertNoMistakes()
})

test('direct messages, and a person who takes none', async () => {
  const user = await client.users.fetch(ann.id)
  await user.send('P0: exposure')
  expect(ann.reads(discord.dmChannelOf(ann.id)).map(({ text }) => text)).toEqual(['P0: exposure'])
  discord.closeDmsOf(ann.id)
  await expect(user.send('again')).rejects.toMatchObject({ code: 50007 })
  discord.assertNoMistakes()
})

test('a stranger uses a global command in direct messages', async () => {
  const rest = new REST({ api: discord.apiUrl, version: '10' }).setToken(discord.token)
  await rest.put(Routes.applicationCommands(discord.applicationId), { body: [trades.toJSON()] })
  onInteraction(client, async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.reply(String(interaction.guildId))
  })
  const stranger = discord.as(discord.addUser({ name: 'eve', guildId: null }))
  const channelId = discord.dmChannelOf(stranger.id)
  const answer = await stranger.slash('trades', { symbol: 'A' }, { channelId }).message()
  expect(answer).toMatchObject({ content: 'null', channelId })
  expect(() => stranger.slash('trades', { symbol: 'A' })).toThrow('is no member')
  discord.assertNoMistakes()
})
