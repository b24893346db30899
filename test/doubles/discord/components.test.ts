// The real discord.js through what people press, choose and fill in.
import {
  ActionRowBuilder,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
  type Client,
} from 'discord.js'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect, onInteraction, sendCard, textChannel } from './client-fixture.ts'
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

test('a pressed button edits the card, and the whole story of the card is kept', async () => {
  const sent = await sendCard(client, discord.channelId)
  onInteraction(client, async (interaction) => {
    if (!interaction.isButton()) return
    await interaction.update({
      content: `approved by ${interaction.user.displayName}`,
      components: [],
    })
    await sent.edit({ content: 'settled' })
  })
  const card = discord.message(sent.id)
  expect(card.buttons.map(({ label }) => label)).toEqual(['Approve', 'Deny'])
  expect((await ann.press(card, 'Approve').answer()).kind).toBe('update')
  await discord.until('the end', () => discord.message(sent.id).content === 'settled')
  expect(discord.message(sent.id).versions.map(({ message }) => message.content)).toEqual([
    '',
    'approved by ann',
    'settled',
  ])
  expect(() => ann.press(card, 'Approve')).toThrow('no button "Approve"')
  discord.assertNoMistakes()
})

test('a forged press reaches the bot all the same', async () => {
  const card = await sendCard(client, discord.channelId)
  onInteraction(client, async (interaction) => {
    if (interaction.isButton())
      await interaction.reply({ content: interaction.customId, flags: MessageFlags.Ephemeral })
  })
  const answer = await ann.press(card, 'forged', { anyway: true }).message()
  expect(answer).toMatchObject({ content: 'forged', isEphemeral: true })
  discord.assertNoMistakes()
})

test('a press that is only taken is answered "later"', async () => {
  const card = await sendCard(client, discord.channelId)
  onInteraction(client, async (interaction) => {
    if (!interaction.isButton()) return
    await interaction.deferUpdate()
    await interaction.editReply({ content: 'done' })
  })
  expect(await ann.press(card, 'Deny').answer()).toEqual({ kind: 'later' })
  await discord.until('the edit', () => discord.message(card.id).content === 'done')
  expect(discord.latencies()[0]?.shownMs).toBeGreaterThan(0)
  discord.assertNoMistakes()
})

test('a hundred people press at once, and each is answered', async () => {
  const card = await sendCard(client, discord.channelId)
  onInteraction(client, async (interaction) => {
    if (!interaction.isButton()) return
    await interaction.reply({ content: 'already approved', flags: MessageFlags.Ephemeral })
  })
  const people = Array.from({ length: 100 }, () => discord.as(discord.addUser()))
  const answers = await Promise.all(people.map((one) => one.press(card, 'Approve').message()))
  expect(new Set(answers.map(({ content }) => content))).toEqual(new Set(['already approved']))
  expect(people.every((one) => one.reads().length === 2)).toBe(true)
  discord.assertNoMistakes()
})

test('a select menu', async () => {
  const channel = await textChannel(client, discord.channelId)
  const menu = new StringSelectMenuBuilder()
    .setCustomId('venue')
    .addOptions({ label: 'KuCoin', value: 'kucoin' }, { label: 'OKX', value: 'okx' })
  const sent = await channel.send({
    components: [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu)],
  })
  onInteraction(client, async (interaction) => {
    if (interaction.isStringSelectMenu()) await interaction.update(interaction.values.join())
  })
  expect(await ann.select(sent, 'venue', ['okx']).message()).toMatchObject({ content: 'okx' })
  expect(() => ann.select(sent, 'venue', ['binance'])).toThrow('does not let anyone choose')
  discord.assertNoMistakes()
})

const input = () =>
  new TextInputBuilder().setCustomId('value').setStyle(TextInputStyle.Short).setMaxLength(5)

test.each([
  [
    'rows',
    (modal: ModalBuilder) =>
      modal.addComponents(
        new ActionRowBuilder<TextInputBuilder>().addComponents(input().setLabel('Value')),
      ),
  ],
  [
    'labels',
    (modal: ModalBuilder) =>
      modal.addLabelComponents(new LabelBuilder().setLabel('Value').setTextInputComponent(input())),
  ],
] as const)('a form of %s, opened by a button and sent back', async (_, fill) => {
  const card = await sendCard(client, discord.channelId)
  onInteraction(client, async (interaction) => {
    if (interaction.isButton())
      await interaction.showModal(fill(new ModalBuilder().setCustomId('form').setTitle('Mode')))
    if (interaction.isModalSubmit() && interaction.isFromMessage())
      await interaction.update({ content: interaction.fields.getTextInputValue('value') })
  })
  const press = ann.press(card, 'Approve')
  expect(await press.answer()).toMatchObject({ kind: 'modal', modal: { title: 'Mode' } })
  expect(() => ann.submitModal(press, {})).toThrow('value is required')
  expect(() => ann.submitModal(press, { value: 'toolong' })).toThrow('longer than the form allows')
  const submitted = await ann.submitModal(press, { value: 'auto' }).message()
  expect(submitted).toMatchObject({ id: card.id, content: 'auto' })
  discord.assertNoMistakes()
})
