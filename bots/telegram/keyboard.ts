// What may be pressed under a message. Buttons are plain objects: telegraf's own makers add fields that
// Telegram does not know.
import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'telegraf/types'
import { plainLine } from '../../src/notification/plain-text.ts'
import type { Button, Menu, View } from '../chat/platform.ts'
import { displayWidth } from '../terminal/display-width.ts'
import { shortened } from './rich-text.ts'

/** Colours came with Bot API 9.4, after telegraf's types; older apps show the usual one. */
type ColouredButton = InlineKeyboardButton.CallbackButton & {
  readonly style?: 'success' | 'danger'
}

/** More in one row than this, and their words are cut on a phone. */
const rowColumnsMax = 26
const rowMax = 3
const labelMax = 40
// Telegram takes a hundred, which nobody scrolls through.
const buttonsMax = 60

/** Never empty, which Telegram refuses. */
const labelOf = (text: string): string => shortened(plainLine(text) || '…', labelMax)

function buttonOf({ label, style, data }: Button): ColouredButton {
  const button = { text: labelOf(label), callback_data: data }
  switch (style) {
    case 'primary':
      return { ...button, style: 'success' }
    case 'danger':
      return { ...button, style: 'danger' }
    case 'plain':
      return button
  }
}

const choicesOf = ({ choices }: Menu): readonly ColouredButton[] =>
  choices.map(({ label, hint, data }) => ({
    text: labelOf(hint === undefined ? label : `${label}: ${hint}`),
    callback_data: data,
  }))

/** As many side by side as can be read. */
function rowsOf(buttons: readonly ColouredButton[]): ColouredButton[][] {
  const rows: ColouredButton[][] = []
  let width = Infinity
  for (const button of buttons) {
    const own = displayWidth(button.text) + 2
    const row = rows.at(-1)
    if (row === undefined || row.length >= rowMax || width + own > rowColumnsMax) {
      rows.push([button])
      width = own
    } else {
      row.push(button)
      width += own
    }
  }
  return rows
}

/** Undefined where nothing may be pressed, which also takes an earlier keyboard away. */
export function keyboardOf({
  buttons,
  menus,
}: Pick<View, 'buttons' | 'menus'>): InlineKeyboardMarkup | undefined {
  const rows = [
    ...rowsOf(buttons.map(buttonOf)),
    ...menus.flatMap((menu) => rowsOf(choicesOf(menu))),
  ]
  let left = buttonsMax
  const shown = rows
    .map((row) => {
      const kept = row.slice(0, Math.max(0, left))
      left -= row.length
      return kept
    })
    .filter((row) => row.length > 0)
  return shown.length === 0 ? undefined : { inline_keyboard: shown }
}
