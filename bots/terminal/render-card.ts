// A card as text: never wider than the terminal, coloured only where asked, and nothing in it can move
// the cursor or hide.
import { styleText } from 'node:util'
import type { Card, CardAction, CardField, CardTable, Tone } from '../../src/notification/card.ts'
import { plainLine, plainLines } from '../../src/notification/plain-text.ts'
import { displayWidth, flow, wrap } from './display-width.ts'
import { renderTable, type Style } from './render-table.ts'
import { typedLine } from './typed-line.ts'

export type Look = { readonly width: number; readonly color: boolean }

// Narrower than this nothing can be read, and wide letters might not fit at all.
const widthMin = 20
const indent = '  '

type Format = Parameters<typeof styleText>[0]
const styled =
  (color: boolean, format: Format): Style =>
  (text) =>
    color && text !== '' ? styleText(format, text, { validateStream: false }) : text

function toneFormat(tone: Tone): Format {
  switch (tone) {
    case 'good':
      return ['bold', 'green']
    case 'bad':
      return ['bold', 'red']
    case 'warning':
      return ['bold', 'yellow']
    case 'neutral':
      return 'bold'
  }
}

/** Real money stands out from everything else. */
const badgeFormat = (badge: string): Format =>
  badge === 'LIVE' || badge.startsWith('P0') ? ['bold', 'inverse', 'red'] : 'inverse'

const plainTable = ({ columns, rows }: CardTable): CardTable => ({
  columns: columns.map(plainLine),
  rows: rows.map((row) => row.map(plainLine)),
})

/** "12:00:00 [PAPER] [SIMULATED MARKET] title"; a title that does not fit starts its own line. */
function headLines(card: Card, width: number, color: boolean, lead: string): readonly string[] {
  const badges = card.badges.map((badge) => ({ text: `[${plainLine(badge)}]`, badge }))
  const title = plainLine(card.title)
  const paint = styled(color, toneFormat(card.tone))
  const prefix = [...(lead === '' ? [] : [lead]), ...badges.map(({ text }) => text)].join(' ')
  if (prefix === '') return wrap(title, width).map(paint)
  if (displayWidth(prefix) > width)
    return [...wrap(prefix, width), ...wrap(title, width).map(paint)]
  const painted = [
    ...(lead === '' ? [] : [lead]),
    ...badges.map(({ text, badge }) => styled(color, badgeFormat(badge))(text)),
  ].join(' ')
  return displayWidth(`${prefix} ${title}`) <= width
    ? [`${painted} ${paint(title)}`]
    : [painted, ...wrap(title, width).map(paint)]
}

const indented = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => (line === '' ? '' : indent + line))

/** Long fields get a line each; short ones share lines. */
function fieldLines(fields: readonly CardField[], width: number): readonly string[] {
  const lines: string[] = []
  let short: string[] = []
  for (const field of fields) {
    const piece = `${plainLine(field.name)}: ${plainLine(field.value)}`
    if (field.short === true) short.push(piece)
    else {
      lines.push(...flow(short, width), ...wrap(piece, width))
      short = []
    }
  }
  return [...lines, ...flow(short, width)]
}

const actionLines = (
  actions: readonly CardAction[],
  width: number,
  paint: Style,
): readonly string[] =>
  flow(
    actions.map((action, i) => `${i === 0 ? '> ' : ''}${typedLine(action)}`),
    width,
  ).map(paint)

/** `lead` stands before the badges, such as the time a notification was posted. No newline at the end. */
export function renderCard(card: Card, look: Look, lead = ''): string {
  const width = Math.max(widthMin, look.width)
  const inner = width - indent.length
  const dim = styled(look.color, 'dim')
  const heading = styled(look.color, 'underline')
  return [
    ...headLines(card, width, look.color, lead),
    ...indented(
      card.text === undefined ? [] : plainLines(card.text).flatMap((line) => wrap(line, inner)),
    ),
    ...indented(fieldLines(card.fields ?? [], inner)),
    ...(card.tables ?? []).flatMap((table) =>
      indented(renderTable(plainTable(table), inner, heading)),
    ),
    ...indented(actionLines(card.actions ?? [], inner, dim)),
  ].join('\n')
}

/** A story that goes on: its headline, its one line of news and the answers it waits for. */
export function renderFollowUp(card: Card, look: Look, lead = ''): string {
  const width = Math.max(widthMin, look.width)
  const inner = width - indent.length
  const answers = (card.actions ?? []).filter(({ style }) => style !== 'plain')
  const [news] = plainLines(card.text ?? '')
  return [
    ...headLines(card, width, look.color, lead),
    ...indented(news === undefined || news === '' ? [] : wrap(news, inner)),
    ...indented(actionLines(answers, inner, styled(look.color, 'dim'))),
  ].join('\n')
}
