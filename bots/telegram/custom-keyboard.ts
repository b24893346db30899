// The keyboard of commands that stands in place of the letters, where somebody has set one up.
import type { Markup } from './messages.ts'

const rowMax = 3

/** `commands` as in the setting telegram.keyboard: "status", "opportunities". Empty takes it away. */
export function customKeyboard(commands: readonly string[]): Markup {
  if (commands.length === 0) return { remove_keyboard: true, selective: true }
  const buttons = commands.map((command) => ({ text: `/${command}` }))
  const rows = Array.from({ length: Math.ceil(buttons.length / rowMax) }, (_, i) =>
    buttons.slice(i * rowMax, (i + 1) * rowMax),
  )
  return { keyboard: rows, resize_keyboard: true, is_persistent: true, selective: true }
}
