// The real discord.js on this double, for the double's own tests.
import { once } from 'node:events'
import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  ChannelType,
  Client,
  EmbedBuilder,
  GatewayIntentBits,
  REST,
  Routes,
  SlashCommandBuilder,
  type APIApplicationCommand,
  type ClientOptions,
  type Interaction,
  type Message,
  type TextChannel,
} from 'discord.js'
import type { DiscordDouble } from './discord-double.ts'

/** A client that reports to nobody: whoever wants its errors listens. */
export function newClient(discord: DiscordDouble, options: Partial<ClientOptions> = {}): Client {
  const { rest, ...others } = options
  return new Client({
    intents: [GatewayIntentBits.Guilds],
    rest: { api: discord.apiUrl, ...rest },
    ...others,
  })
}

/** Logged in and ready. The caller destroys it. */
export async function connect(
  discord: DiscordDouble,
  options: Partial<ClientOptions> = {},
): Promise<Client<true>> {
  const client = newClient(discord, options)
  await Promise.all([once(client, 'clientReady'), client.login(discord.token)])
  if (!client.isReady()) throw new Error('the client is not ready')
  return client
}

export const trades = new SlashCommandBuilder()
  .setName('trades')
  .setDescription('What was traded')
  .addStringOption((option) =>
    option
      .setName('symbol')
      .setDescription('e.g. BTC/USDT')
      .setRequired(true)
      .setAutocomplete(true),
  )
  .addIntegerOption((option) =>
    option.setName('limit').setDescription('How many').setMinValue(1).setMaxValue(50),
  )

export const settings = new SlashCommandBuilder()
  .setName('settings')
  .setDescription('Settings')
  .addSubcommand((one) =>
    one
      .setName('set')
      .setDescription('Changes one')
      .addStringOption((option) =>
        option
          .setName('name')
          .setDescription('Which')
          .setRequired(true)
          .addChoices({ name: 'mode', value: 'approval.mode' }),
      ),
  )

/** Registers commands for the first server, by an object of its own as scripts do. */
export async function register(
  discord: DiscordDouble,
  ...commands: readonly { toJSON: () => unknown }[]
): Promise<APIApplicationCommand[]> {
  const rest = new REST({ api: discord.apiUrl, version: '10' }).setToken(discord.token)
  const route = Routes.applicationGuildCommands(discord.applicationId, discord.guildId)
  const body = commands.map((command) => command.toJSON())
  return (await rest.put(route, { body })) as APIApplicationCommand[]
}

/** Answers interactions with `handle`; `first` gives what became of the first. */
export function onInteraction(
  client: Client,
  handle: (interaction: Interaction) => Promise<unknown>,
): { first: () => Promise<unknown> } {
  const handled: Promise<unknown>[] = []
  client.on('interactionCreate', (interaction) => {
    handled.push(handle(interaction))
  })
  return { first: async () => handled[0] }
}

export async function textChannel(client: Client, id: string): Promise<TextChannel> {
  const channel = await client.channels.fetch(id)
  if (channel?.type !== ChannelType.GuildText) throw new Error(`${id} is no text channel`)
  return channel
}

/** A card with the buttons Approve and Deny. */
export async function sendCard(client: Client, channelId: string): Promise<Message> {
  const channel = await textChannel(client, channelId)
  const buttons = ['Approve', 'Deny'].map((label) =>
    new ButtonBuilder().setLabel(label).setCustomId(`id-${label}`).setStyle(ButtonStyle.Success),
  )
  return channel.send({
    embeds: [new EmbedBuilder().setTitle('BTC/USDT').setDescription('0.42 %')],
    components: [new ActionRowBuilder<ButtonBuilder>().addComponents(buttons)],
    allowedMentions: { parse: [] },
  })
}
