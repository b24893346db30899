import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readInteraction } from './read-interaction.ts'
import { readMessage } from './read-message.ts'

const user = { id: '7', username: 'ann', global_name: 'Ann' }
const inServer = {
  id: '1',
  token: 'aW50ZXJhY3Rpb24',
  application_id: '42',
  channel_id: '100',
  guild_id: '200',
  member: { user, roles: [] },
  version: 1,
}

test('a typed command comes with its options by name', () => {
  const data = {
    name: 'trades',
    options: [
      { name: 'symbol', type: 3, value: 'BTC/USDT' },
      { name: 'limit', type: 4, value: 5 },
    ],
  }
  expect(readInteraction({ ...inServer, type: 2, data })).toEqual({
    kind: 'typed',
    name: 'trades',
    given: new Map<string, unknown>([
      ['symbol', 'BTC/USDT'],
      ['limit', 5],
    ]),
    ticket: { id: '1', token: 'aW50ZXJhY3Rpb24', application: '42' },
    arrival: {
      surface: 'discord',
      update: '1',
      account: { id: '7', displayName: 'Ann' },
      chat: '100',
      isPrivate: false,
    },
  })
})

test('only the bot’s own direct messages are private', () => {
  const { guild_id: _, member: __, ...outside } = inServer
  const data = { name: 'status' }
  const direct = { ...outside, user, type: 2, data }
  expect(readInteraction(direct)?.arrival.isPrivate).toBe(true)
  expect(readInteraction({ ...direct, context: 1 })?.arrival.isPrivate).toBe(true)
  expect(readInteraction({ ...direct, context: 2 })?.arrival.isPrivate).toBe(false)
  expect(readInteraction({ ...direct, channel: { id: '100', type: 3 } })?.arrival.isPrivate).toBe(
    false,
  )
  expect(readInteraction({ ...direct, guild_id: '200' })?.arrival.isPrivate).toBe(false)
})

test('a press is what was pressed or chosen, under its message; a form, what was typed', () => {
  const pressed = { ...inServer, type: 3, message: { id: '9' } }
  expect(
    readInteraction({ ...pressed, data: { custom_id: 'x', component_type: 2 } }),
  ).toMatchObject({
    kind: 'pressed',
    message: '9',
    data: 'x',
    typed: undefined,
  })
  const chosen = { custom_id: 'menu 1', component_type: 3, values: ['y'] }
  expect(readInteraction({ ...pressed, data: chosen })).toMatchObject({ data: 'y' })
  const field = { type: 4, id: 2, custom_id: 'answer', value: '500' }
  for (const components of [
    [{ type: 18, id: 1, component: field }],
    [{ type: 1, id: 1, components: [field] }],
  ])
    expect(
      readInteraction({ ...pressed, type: 5, data: { custom_id: 'z', components } }),
    ).toMatchObject({ data: 'z', typed: '500' })
})

test('E18 nothing that comes instead of an interaction is one, and nothing throws', () => {
  const broken = [
    undefined,
    null,
    {},
    { ...inServer, type: 2 },
    { ...inServer, type: 2, data: { name: 5 } },
    { ...inServer, type: 99, data: {} },
    { ...inServer, type: 2, data: { name: 'status' }, token: '../../channels/1' },
    { ...inServer, type: 2, data: { name: 'status' }, channel_id: '../1' },
    { ...inServer, type: 3, data: { custom_id: 'x' } },
    { ...inServer, member: undefined, type: 2, data: { name: 'status' } },
  ]
  expect(broken.map(readInteraction)).toEqual(broken.map(() => undefined))
  fc.assert(
    fc.property(
      fc.anything(),
      fc.constantFrom(...Object.keys(inServer), 'type', 'data', 'message'),
      (value, key) => {
        readInteraction(value)
        readInteraction({ ...inServer, type: 2, data: { name: 'status' }, [key]: value })
        readInteraction({
          ...inServer,
          type: 5,
          message: { id: '1' },
          data: { custom_id: 'x', components: value },
        })
        readMessage(value)
      },
    ),
  )
})
