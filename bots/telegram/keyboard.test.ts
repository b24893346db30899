import { expect, test } from 'vitest'
import { keyboardOf } from './keyboard.ts'

const button = (label: string, style: 'primary' | 'danger' | 'plain' = 'plain') => ({
  label,
  style,
  data: label.slice(0, 22),
})
const rows = (given: Parameters<typeof keyboardOf>[0]) =>
  keyboardOf(given)?.inline_keyboard.map((row) => row.map(({ text }) => text))

test('the buttons of an approval stand two or three in a row', () => {
  const labels = [
    'Approve',
    '½',
    '¼',
    'Auto 15 min',
    'Auto 1 h',
    'Mute route',
    'Deny',
    'Why',
    'Chart',
  ]
  expect(rows({ buttons: labels.map((label) => button(label)), menus: [] })).toEqual([
    ['Approve', '½', '¼'],
    ['Auto 15 min', 'Auto 1 h'],
    ['Mute route', 'Deny', 'Why'],
    ['Chart'],
  ])
})

test('a menu is a button for each choice, under the other buttons', () => {
  const choices = ['kucoin', 'binance', 'kraken'].map((label) => ({ label, data: label }))
  const hinted = [{ label: 'all', hint: 'every venue there is', data: 'all' }]
  const menus = [{ placeholder: 'Which?', id: 'menu 1', choices: [...choices, ...hinted] }]
  expect(rows({ buttons: [button('Why')], menus })).toEqual([
    ['Why'],
    ['kucoin', 'binance', 'kraken'],
    ['all: every venue there is'],
  ])
})

test('what decides is coloured, and a button carries nothing but its words and its secret', () => {
  expect(
    keyboardOf({
      buttons: [button('Approve', 'primary'), button('Deny', 'danger'), button('Why')],
      menus: [],
    }),
  ).toEqual({
    inline_keyboard: [
      [
        { text: 'Approve', callback_data: 'Approve', style: 'success' },
        { text: 'Deny', callback_data: 'Deny', style: 'danger' },
        { text: 'Why', callback_data: 'Why' },
      ],
    ],
  })
})

test('no buttons are no keyboard, and a label of nothing that shows is still one', () => {
  expect(keyboardOf({ buttons: [], menus: [] })).toBeUndefined()
  expect(rows({ buttons: [button('\u200B\u202E')], menus: [] })).toEqual([['…']])
  expect(rows({ buttons: [button('x'.repeat(200))], menus: [] })?.[0]?.[0]).toHaveLength(40)
})
