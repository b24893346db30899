// What Discord refuses is refused here, and noted against Discord's own description where it is at hand.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { call, text } from './bare-call.ts'
import { startDiscordDouble, type DiscordDouble } from './discord-double.ts'
import { loadOpenApi, openApiSkipReason } from './openapi.ts'

let discord: DiscordDouble

beforeEach(async () => {
  discord = await startDiscordDouble({ rateLimits: false })
})
afterEach(() => discord.close())

const post = (body: unknown) =>
  call(discord, 'POST', `/channels/${discord.channelId}/messages`, body)

const button = (id: string, more = {}) => ({
  type: 2,
  style: 1,
  label: 'x',
  custom_id: id,
  ...more,
})
const row = (...components: unknown[]) => ({ type: 1, components })
const rowOf = (count: number, prefix = 'b') =>
  row(...Array.from({ length: count }, (_, index) => button(`${prefix}${index}`)))
const menu = (options: unknown[], more = {}) => ({ type: 3, custom_id: 'm', options, ...more })
const optionsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ label: `${index}`, value: `${index}` }))
const field = (more = {}) => ({ name: 'n', value: 'v', ...more })

const good: [string, object][] = [
  ['2000 characters', { content: text(2000) }],
  ['5 rows of 5 buttons', { components: [0, 1, 2, 3, 4].map((one) => rowOf(5, `r${one}-`)) }],
  ['a custom id of 100 characters', { components: [row(button(text(100)))] }],
  ['25 options', { components: [row(menu(optionsOf(25)))] }],
  [
    '6000 characters of embeds',
    { embeds: [{ description: text(4000) }, { description: text(2000) }] },
  ],
  ['25 fields', { embeds: [{ fields: Array.from({ length: 25 }, () => field()) }] }],
  ['an emoji', { components: [row(button('a', { label: '', emoji: { name: '✅' } }))] }],
  ['a link button', { components: [row({ type: 2, style: 5, label: 'x', url: 'https://a.b' })] }],
  ['the newer layout', { flags: 32_768, components: [{ type: 10, content: 'text' }] }],
]

const bad: [string, object][] = [
  ['nothing', {}],
  ['only blanks', { content: ' \n ' }],
  ['2001 characters', { content: text(2001) }],
  ['11 embeds', { embeds: Array.from({ length: 11 }, () => ({ title: 'x' })) }],
  [
    '6001 characters of embeds',
    { embeds: [{ description: text(4000) }, { description: text(2001) }] },
  ],
  ['a title of 257 characters', { embeds: [{ title: text(257) }] }],
  ['a description of 4097 characters', { embeds: [{ description: text(4097) }] }],
  ['26 fields', { embeds: [{ fields: Array.from({ length: 26 }, () => field()) }] }],
  ['a field without value', { embeds: [{ fields: [field({ value: '' })] }] }],
  ['a field value of 1025 characters', { embeds: [{ fields: [field({ value: text(1025) })] }] }],
  ['an embed with nothing in it', { embeds: [{ color: 1 }] }],
  ['an address that is none', { embeds: [{ title: 'x', url: 'javascript:x' }] }],
  ['6 rows', { components: [0, 1, 2, 3, 4, 5].map((one) => rowOf(1, `r${one}-`)) }],
  ['6 buttons in a row', { components: [rowOf(6)] }],
  ['an empty row', { components: [row()] }],
  ['the same custom id twice', { components: [row(button('a'), button('a'))] }],
  ['a custom id of 101 characters', { components: [row(button(text(101)))] }],
  ['a button without label', { components: [row(button('a', { label: '' }))] }],
  ['a label of 81 characters', { components: [row(button('a', { label: text(81) }))] }],
  ['a button without custom id', { components: [row({ type: 2, style: 1, label: 'x' })] }],
  ['an emoji that is none', { components: [row(button('a', { emoji: { name: 'ok' } }))] }],
  ['an unknown style', { components: [row(button('a', { style: 9 }))] }],
  ['a menu beside a button', { components: [row(menu(optionsOf(1)), button('a'))] }],
  ['26 options', { components: [row(menu(optionsOf(26)))] }],
  ['an option twice', { components: [row(menu([...optionsOf(1), ...optionsOf(1)]))] }],
  ['more values than options', { components: [row(menu(optionsOf(1), { max_values: 2 }))] }],
  ['a button outside a row', { components: [button('a')] }],
  ['the newer layout beside content', { content: 'x', flags: 32_768, components: [rowOf(1)] }],
  ['an attachment that was not uploaded', { content: 'x', attachments: [{ id: '0' }] }],
  ['a picture that was not uploaded', { embeds: [{ image: { url: 'attachment://a.png' } }] }],
  ['a nonce of 26 characters', { content: 'x', nonce: text(26) }],
  ['an ephemeral message of its own', { content: 'x', flags: 64 }],
]

/** These are noted and taken all the same: what Discord makes of them is not certain. */
const taken = [
  'an attachment that was not uploaded',
  'a picture that was not uploaded',
  'an ephemeral message of its own',
]

test.each(good)('a message with %s is taken', async (_, body) => {
  expect(await post(body)).toMatchObject({ status: 200 })
  discord.assertNoMistakes()
})

test.each(bad)('a message with %s is a mistake', async (name, body) => {
  expect((await post(body)).status).toBe(taken.includes(name) ? 200 : 400)
  const mistakes = discord.takeMistakes()
  expect(mistakes.length).toBeGreaterThan(0)
  expect(mistakes.every(({ by, method }) => by === 'bot' && method === 'POST')).toBe(true)
})

test('a form and suggestions outside the limits are refused', async () => {
  const route = `/applications/${discord.applicationId}/guilds/${discord.guildId}/commands`
  const options = [{ type: 3, name: 'a', description: 'b', autocomplete: true }]
  await call(discord, 'PUT', route, [{ name: 'x', description: 'x', options }])
  const ann = discord.as('7')
  const answer = ({ id, token }: { id: string; token: string }, type: number, data: unknown) =>
    call(discord, 'POST', `/interactions/${id}/${token}/callback`, { type, data })

  const { interaction: typed } = ann.autocomplete('x', 'a', 'b')
  const choices = Array.from({ length: 26 }, (_, index) => ({ name: `${index}`, value: 'x' }))
  expect(await answer(typed, 8, { choices })).toMatchObject({ code: 50035 })
  expect(await answer(typed, 8, { choices: [{ name: 'x', value: 1 }] })).toMatchObject({
    code: 50035,
  })
  expect(await answer(typed, 4, { content: 'x' })).toMatchObject({ code: 50035 })
  expect(await answer(typed, 8, { choices: [] })).toMatchObject({ status: 204 })

  const { interaction: asked } = ann.slash('x')
  const input = (id: string) => row({ type: 4, custom_id: id, style: 1, label: 'x' })
  const form = (components: unknown[], title = 'x') => ({ custom_id: 'f', title, components })
  const many = ['1', '2', '3', '4', '5', '6'].map(input)
  for (const data of [
    form(many),
    form([]),
    form([input('1'), input('1')]),
    form([input('1')], text(46)),
  ])
    expect(await answer(asked, 9, data)).toMatchObject({ code: 50035 })
  expect(await answer(asked, 6, {})).toMatchObject({ code: 50035 })
  expect(await answer(asked, 9, form(many.slice(1)))).toMatchObject({ status: 204 })
  expect(discord.takeMistakes().length).toBeGreaterThan(6)
})

test('a request without the token, or from no bot, is refused or noted', async () => {
  expect(await call(discord, 'GET', '/users/@me', undefined, { authorization: 'Bot x' })).toEqual({
    status: 401,
    code: 0,
  })
  discord.assertNoMistakes()
  await call(discord, 'GET', '/users/@me', undefined, { 'user-agent': 'curl' })
  await call(discord, 'GET', '/users/@me/nothing')
  expect(discord.takeMistakes().map(({ reason }) => reason)).toContain('the user agent is curl')
})

describe.skipIf(openApiSkipReason !== undefined)(
  `Discord's own description${openApiSkipReason === undefined ? '' : ` (skipped: ${openApiSkipReason})`}`,
  () => {
    test('notes what the double alone would take', async () => {
      expect(await post({ content: 'x', sticker_ids: ['a', 'b', 'c', 'd'] })).toMatchObject({
        status: 200,
      })
      await call(discord, 'GET', `/channels/${discord.channelId}?unknown=1`)
      const reasons = discord.takeMistakes().map(({ reason }) => reason)
      expect(reasons).toContain('/sticker_ids must NOT have more than 3 items')
      expect(reasons).toContain('has no query parameter unknown')
    })

    test('notes answers that Discord would not give', () => {
      const openApi = loadOpenApi()
      expect(openApi?.response('GET', '/users/@me', 200, { id: '1' }).length).toBeGreaterThan(0)
      expect(openApi?.response('GET', '/users/@me', 204, undefined)).toHaveLength(1)
      expect(openApi?.response('POST', '/interactions/1/x/callback', 204, {})).toHaveLength(1)
      expect(openApi?.response('GET', '/nothing', 200, {})).toHaveLength(1)
    })
  },
)
