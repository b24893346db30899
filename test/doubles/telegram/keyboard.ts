// reply_markup, read and judged: the shapes of keyboards and what their buttons may carry.
import { badRequest, isRefusal, type Refusal } from './answer.ts'
import type { InlineButton, InlineKeyboard, ReplyMarkup } from './objects.ts'
import { isObject, objectOf, type Parameters } from './parameters.ts'

const callbackDataBytesMax = 64
const buttonsMax = 100
const buttonsPerRowMax = 8

const actions = [
  'url',
  'callback_data',
  'web_app',
  'login_url',
  'switch_inline_query',
  'switch_inline_query_current_chat',
  'switch_inline_query_chosen_chat',
  'copy_text',
  'callback_game',
  'pay',
] as const

const unreadable = (reason: string) => badRequest(`can't parse inline keyboard button: ${reason}`)

function inlineButton(button: unknown): InlineButton | Refusal {
  if (!isObject(button)) return unreadable('InlineKeyboardButton must be an Object')
  const { text, url, callback_data: data } = button
  if (text === undefined) return unreadable(`Can't find field "text"`)
  if (typeof text !== 'string') return unreadable('Field "text" must be of type String')
  const used = actions.filter((name) => button[name] !== undefined && button[name] !== '')
  if (used.length === 0) return unreadable('Text buttons are unallowed in the inline keyboard')
  // Telegram takes the first it knows and forgets the others; sending two is the sender's mistake all the same.
  if (used.length > 1)
    return unreadable(`exactly one of the fields ${used.join(', ')} must be used`)
  if (text.trim() === '') return badRequest("inline keyboard button text can't be empty")
  if (data !== undefined && typeof data !== 'string')
    return unreadable('Field "callback_data" must be of type String')
  if (data !== undefined && Buffer.byteLength(data) > callbackDataBytesMax)
    return badRequest('BUTTON_DATA_INVALID')
  if (url !== undefined && typeof url !== 'string')
    return unreadable('Field "url" must be of type String')
  if (url !== undefined && !/^(?:https?:\/\/[^/\s]+\.[^/\s]+|tg:\/\/)/i.test(url))
    return badRequest(`inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`)
  const kept = ['icon_custom_emoji_id', 'style', ...used].map(
    (name) => [name, button[name]] as const,
  )
  return { text, ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)) }
}

function inlineKeyboard(rows: unknown): InlineKeyboard | Refusal {
  const name = 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array'
  if (!Array.isArray(rows)) return badRequest(name)
  const keyboard: InlineButton[][] = []
  for (const row of rows as readonly unknown[]) {
    if (!Array.isArray(row)) return badRequest(`${name} of Arrays`)
    const buttons: InlineButton[] = []
    for (const item of row as readonly unknown[]) {
      const button = inlineButton(item)
      if (isRefusal(button)) return button
      buttons.push(button)
    }
    if (buttons.length > 0) keyboard.push(buttons)
  }
  // More than eight in a row is not refused by Telegram but not all shown either; here it is refused.
  const isTooMuch =
    keyboard.flat().length > buttonsMax || keyboard.some(({ length }) => length > buttonsPerRowMax)
  return isTooMuch ? badRequest('reply markup is too long') : { inline_keyboard: keyboard }
}

function customKeyboard(markup: Parameters): ReplyMarkup | Refusal {
  const name = 'field "keyboard" of the ReplyKeyboardMarkup must be an Array'
  if (!Array.isArray(markup['keyboard'])) return badRequest(name)
  const rows: { text: string }[][] = []
  for (const row of markup['keyboard'] as readonly unknown[]) {
    if (!Array.isArray(row)) return badRequest(`${name} of Arrays`)
    const buttons = (row as readonly unknown[]).map((button) =>
      isObject(button) ? button['text'] : button,
    )
    if (!buttons.every((text): text is string => typeof text === 'string' && text.trim() !== ''))
      return badRequest("keyboard button text can't be empty")
    if (buttons.length > 0) rows.push(buttons.map((text) => ({ text })))
  }
  const placeholder = markup['input_field_placeholder']
  return {
    keyboard: rows,
    is_persistent: markup['is_persistent'] === true,
    resize_keyboard: markup['resize_keyboard'] === true,
    one_time_keyboard: markup['one_time_keyboard'] === true,
    ...(typeof placeholder === 'string' && { input_field_placeholder: placeholder }),
  }
}

/** The keyboard of a new message; undefined for none, which an empty inline keyboard is too. */
export function replyMarkup(parameters: Parameters): ReplyMarkup | undefined | Refusal {
  const given = objectOf(parameters, 'reply_markup')
  if (given === 'missing') return undefined
  if (given === 'unreadable') return badRequest("can't parse reply keyboard markup JSON object")
  if (!isObject(given.value)) return badRequest('object expected as reply markup')
  const markup = given.value
  if ('inline_keyboard' in markup) {
    const keyboard = inlineKeyboard(markup['inline_keyboard'])
    if (isRefusal(keyboard)) return keyboard
    return keyboard.inline_keyboard.length === 0 ? undefined : keyboard
  }
  if ('keyboard' in markup) return customKeyboard(markup)
  if (markup['remove_keyboard'] === true) return { remove_keyboard: true }
  return markup['force_reply'] === true ? { force_reply: true } : undefined
}

/** The keyboard of an edit, which can only be an inline one. */
export function inlineMarkup(parameters: Parameters): InlineKeyboard | undefined | Refusal {
  const markup = replyMarkup(parameters)
  if (markup === undefined || isRefusal(markup) || 'inline_keyboard' in markup) return markup
  return badRequest('inline keyboard expected')
}
