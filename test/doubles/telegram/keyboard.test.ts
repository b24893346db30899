import { expect, test } from 'vitest'
import { inlineMarkup, replyMarkup } from './keyboard.ts'

const inline = (inline_keyboard: unknown) => replyMarkup({ reply_markup: { inline_keyboard } })
const button = (changes: object = {}) => ({ text: 'Go', callback_data: 'x', ...changes })
const rows = (count: number, width: number) =>
  Array.from({ length: count }, () => Array.from({ length: width }, () => button()))

test('a keyboard comes as JSON or as text', () => {
  const keyboard = { inline_keyboard: [[button()]] }
  expect(replyMarkup({ reply_markup: keyboard })).toEqual(keyboard)
  expect(replyMarkup({ reply_markup: JSON.stringify(keyboard) })).toEqual(keyboard)
  expect(replyMarkup({})).toBeUndefined()
  expect(inline([])).toBeUndefined()
})

test('buttons have 1 to 64 bytes of data', () => {
  expect(inline([[button({ callback_data: 'x'.repeat(64) })]])).not.toHaveProperty('ok')
  expect(inline([[button({ callback_data: 'é'.repeat(33) })]])).toMatchObject({
    error_code: 400,
    description: 'Bad Request: BUTTON_DATA_INVALID',
  })
})

test.each([
  [
    'no field beside the text',
    [[{ text: 'Go' }]],
    'Text buttons are unallowed in the inline keyboard',
  ],
  [
    'empty data',
    [[button({ callback_data: '' })]],
    'Text buttons are unallowed in the inline keyboard',
  ],
  ['two actions', [[button({ url: 'https://a.b' })]], 'exactly one of the fields'],
  ['no text', [[{ callback_data: 'x' }]], `Can't find field "text"`],
  ['blank text', [[button({ text: ' ' })]], "inline keyboard button text can't be empty"],
  ['an address that is none', [[{ text: 'Go', url: 'a b' }]], 'Wrong HTTP URL'],
  ['a row that is none', [button()], 'must be an Array of Arrays'],
  ['rows that are none', 'x', 'must be an Array'],
  ['a button that is none', [['x']], 'InlineKeyboardButton must be an Object'],
  ['101 buttons', [...rows(20, 5), ...rows(1, 1)], 'reply markup is too long'],
  ['nine in a row', rows(1, 9), 'reply markup is too long'],
])('a keyboard with %s is refused', (_name, keyboard, reason) => {
  expect(inline(keyboard)).toMatchObject({
    ok: false,
    description: expect.stringContaining(reason),
  })
})

test('a hundred buttons fit', () => {
  expect(inline(rows(20, 5))).not.toHaveProperty('ok')
})

test('custom keyboards, their removal and forced replies are known', () => {
  const keyboard = { keyboard: [[{ text: 'Status' }, 'Help']], resize_keyboard: true }
  expect(replyMarkup({ reply_markup: keyboard })).toMatchObject({
    keyboard: [[{ text: 'Status' }, { text: 'Help' }]],
    resize_keyboard: true,
  })
  expect(replyMarkup({ reply_markup: { remove_keyboard: true } })).toEqual({
    remove_keyboard: true,
  })
  expect(replyMarkup({ reply_markup: { force_reply: true } })).toEqual({ force_reply: true })
  expect(inlineMarkup({ reply_markup: keyboard })).toMatchObject({
    description: 'Bad Request: inline keyboard expected',
  })
})
