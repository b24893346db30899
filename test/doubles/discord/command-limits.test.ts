// Slash commands that Discord takes, and those it refuses.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { call, text } from './bare-call.ts'
import { startDiscordDouble, type DiscordDouble } from './discord-double.ts'

let discord: DiscordDouble

beforeEach(async () => {
  discord = await startDiscordDouble({ rateLimits: false })
})
afterEach(() => discord.close())

const put = (commands: unknown) =>
  call(
    discord,
    'PUT',
    `/applications/${discord.applicationId}/guilds/${discord.guildId}/commands`,
    commands,
  )
const command = (more = {}) => ({ name: 'prices', description: 'Prices', ...more })
const option = (more = {}) => ({ type: 3, name: 'symbol', description: 'Which', ...more })
const choices = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `${index}`, value: `${index}` }))
const optionsNamed = (count: number) =>
  Array.from({ length: count }, (_, index) => option({ name: `o${index}` }))

test.each([
  ['25 options', [command({ options: optionsNamed(25) })]],
  ['25 choices', [command({ options: [option({ choices: choices(25) })] })]],
  ['a description of 100 characters', [command({ description: text(100) })]],
  ['100 commands', Array.from({ length: 100 }, (_, index) => command({ name: `c${index}` }))],
  ['an umlaut in a name', [command({ name: 'börsen' })]],
])('commands with %s are taken', async (_, commands) => {
  expect(await put(commands)).toMatchObject({ status: 200 })
  discord.assertNoMistakes()
})

test.each([
  ['an upper case name', [command({ name: 'Prices' })]],
  ['a blank in a name', [command({ name: 'show prices' })]],
  ['a name of 33 characters', [command({ name: text(33) })]],
  ['a dot in a name', [command({ name: 'a.b' })]],
  ['no description', [command({ description: '' })]],
  ['a description of 101 characters', [command({ description: text(101) })]],
  ['26 options', [command({ options: optionsNamed(26) })]],
  ['the same option twice', [command({ options: [option(), option()] })]],
  ['26 choices', [command({ options: [option({ choices: choices(26) })] })]],
  [
    'choices and autocomplete',
    [command({ options: [option({ choices: choices(1), autocomplete: true })] })],
  ],
  ['autocomplete for a switch', [command({ options: [option({ type: 5, autocomplete: true })] })]],
  [
    'a text choice for a number',
    [command({ options: [option({ type: 4, choices: choices(1) })] })],
  ],
  [
    'a required option after another',
    [command({ options: [option(), option({ name: 'b', required: true })] })],
  ],
  [
    'a sub-command beside an option',
    [command({ options: [option(), option({ name: 'b', type: 1 })] })],
  ],
  ['the same name twice', [command(), command()]],
  ['101 commands', Array.from({ length: 101 }, (_, index) => command({ name: `c${index}` }))],
  [
    'more than 8000 characters',
    [
      command({
        options: optionsNamed(4).map((one) => ({
          ...one,
          choices: choices(25).map(({ value }) => ({
            value,
            name: text(98) + value.padStart(2),
          })),
        })),
      }),
    ],
  ],
])('commands with %s are refused', async (_, commands) => {
  expect(await put(commands)).toMatchObject({ status: 400, code: 50035 })
  expect(discord.takeMistakes().length).toBeGreaterThan(0)
})

test('200 new command names a day and no more', async () => {
  const named = (prefix: string) =>
    Array.from({ length: 100 }, (_, index) => command({ name: `${prefix}${index}` }))
  expect(await put(named('a'))).toMatchObject({ status: 200 })
  expect(await put(named('a'))).toMatchObject({ status: 200 })
  expect(await put(named('b'))).toMatchObject({ status: 200 })
  expect(await put(named('c'))).toMatchObject({ status: 400, code: 30034 })
})

test('commands of another application or server are nobody’s', async () => {
  expect(await call(discord, 'PUT', `/applications/1/commands`, [])).toMatchObject({ code: 10002 })
  const place = `/applications/${discord.applicationId}/guilds/1/commands`
  expect(await call(discord, 'PUT', place, [])).toMatchObject({ code: 10004 })
})
