import { GatewayIntentBits } from 'discord.js'
import { expect, onTestFinished, test } from 'vitest'
import { startDiscordDouble } from '../../test/doubles/discord/discord-double.ts'
import { secret } from '../../src/secret.ts'
import { createDiscordRest, type Called } from './discord-rest.ts'
import { createOptionalCalls } from './optional-calls.ts'

async function open() {
  const discord = await startDiscordDouble()
  onTestFinished(() => discord.close())
  const rest = createDiscordRest({ token: secret(discord.token), apiUrl: discord.apiUrl })
  const warnings: string[] = []
  const warn = (message: string) => void warnings.push(message)
  return { discord, rest, warnings, warn, optional: createOptionalCalls({ rest, warn }) }
}

test('a request that Discord does not know is left out from then on, with one line', async () => {
  const { discord, optional, warnings } = await open()
  const fault = discord.order(
    { kind: 'status', status: 404, code: 0, message: '404: Not Found' },
    { template: '/applications/@me', times: 99 },
  )
  for (let i = 0; i < 3; i++)
    expect(await optional.intents()).toBe(GatewayIntentBits.DirectMessages)
  expect(fault.hits).toBe(1)
  expect(warnings).toEqual([
    'Discord has no way to tell about the application (404): that is left out from now on',
  ])
  discord.assertNoMistakes()
})

test('a request that only fails is made again the next time', async () => {
  const { discord, optional, warnings } = await open()
  discord.order({ kind: 'status', status: 503 }, { template: '/applications/@me', times: 2 })
  await optional.intents()
  await optional.intents()
  const asked = discord.requests.filter(({ template }) => template === '/applications/@me')
  expect(asked.map(({ status }) => status)).toEqual([503, 503, 200])
  expect(warnings).toEqual([])
})

test('S5 messages of others are asked for only where their words may be read', async () => {
  const { warn } = await open()
  const saying = (flags: number) =>
    createOptionalCalls({
      rest: { call: (): Promise<Called> => Promise.resolve({ outcome: 'ok', result: { flags } }) },
      warn,
    }).intents()
  const all =
    GatewayIntentBits.DirectMessages |
    GatewayIntentBits.GuildMessages |
    GatewayIntentBits.MessageContent
  expect(await saying(0)).toBe(GatewayIntentBits.DirectMessages)
  expect(await saying(1 << 18)).toBe(all)
  expect(await saying(1 << 19)).toBe(all)
})

test('S5 a message is taken away where the bot may, and a missing right is one line', async () => {
  const { discord, optional, warnings } = await open()
  const { id } = discord.as(discord.addUser()).writes('my secret')
  await optional.removeMessage(discord.channelId, id)
  expect(discord.message(id).isDeleted).toBe(true)
  await optional.removeMessage(discord.channelId, id)
  expect(warnings).toEqual([])
  discord.order({ kind: 'status', status: 403, code: 50_013 }, { method: 'DELETE' })
  await optional.removeMessage(discord.channelId, '5')
  expect(warnings).toHaveLength(1)
})
