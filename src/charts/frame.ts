// What every picture has around its plot: the band that says whether money is real, title and legend.
import type { ChartHead } from '../notification/chart.ts'
import { drawableText, fitText, textWidth } from './font.ts'
import { lineAt, rectAt, textAt, type Shape } from './shapes.ts'
import { badgeColours, colours, marginPx, sizes, widthPx } from './theme.ts'

export type LegendEntry = {
  readonly name: string
  readonly colour: string
  readonly mark: 'line' | 'dashed' | 'area' | 'block'
}

const bandPx = 38
const rowPx = 28
const markPx = 28
const legendRowsMax = 3
const roomPx = widthPx - 2 * marginPx

/** The whole width in one colour: neither a crop nor a quick look can miss it. */
function badgeBand(badges: readonly string[]): readonly Shape[] {
  const words = badges.map(drawableText).filter((badge) => badge !== '')
  // A picture that cannot say what it is must not pass for a real one, nor for a harmless one.
  const named = words.length === 0 ? ['MODE UNKNOWN'] : words
  const isLive = named.includes('LIVE') || words.length === 0
  const { ground, text } = isLive ? badgeColours.live : badgeColours.paper
  const style = { sizePx: sizes.badge, weight: 'bold', fill: text } as const
  const line = fitText(named.join('  ·  '), roomPx, sizes.badge, 'bold')
  return [
    rectAt([0, 0], [widthPx, bandPx], { fill: ground }),
    textAt(line, [marginPx, bandPx / 2 + 1], style),
  ]
}

function titleShape(title: string, y: number): Shape {
  const text = drawableText(title) || 'Untitled'
  const fitting = [sizes.title, 25, 23, sizes.titleMin].find(
    (sizePx) => textWidth(text, sizePx, 'bold') <= roomPx,
  )
  const sizePx = fitting ?? sizes.titleMin
  const style = { sizePx, weight: 'bold', fill: colours.text } as const
  return textAt(fitText(text, roomPx, sizePx, 'bold'), [marginPx, y], style)
}

function markShapes({ mark, colour }: LegendEntry, x: number, y: number): Shape {
  switch (mark) {
    case 'line':
      return lineAt([x, y], [x + markPx, y], { stroke: colour, lineWidth: 4 })
    case 'dashed':
      return lineAt([x, y], [x + markPx, y], { stroke: colour, lineWidth: 3, lineDash: [6, 5] })
    case 'area':
    case 'block':
      return rectAt(
        [x, y - 8],
        [markPx, 16],
        { fill: colour, opacity: mark === 'area' ? 0.5 : 0.9 },
        3,
      )
  }
}

/** Entries in rows from the left; what does not fit into three rows is counted. */
function legendShapes(
  entries: readonly LegendEntry[],
  topPx: number,
): { readonly shapes: readonly Shape[]; readonly rows: number } {
  const shapes: Shape[] = []
  let x = marginPx
  let row = 0
  for (const [n, entry] of entries.entries()) {
    const name = fitText(entry.name, roomPx - markPx - 8, sizes.text)
    const width = markPx + 8 + textWidth(name, sizes.text)
    if (x > marginPx && x + width > widthPx - marginPx) {
      x = marginPx
      row++
    }
    const y = topPx + row * rowPx + rowPx / 2
    if (row === legendRowsMax) {
      const more = `and ${entries.length - n} more`
      shapes.push(textAt(more, [widthPx - marginPx, y - rowPx], { align: 'right' }))
      break
    }
    shapes.push(markShapes(entry, x, y), textAt(name, [x + markPx + 8, y]))
    x += width + 26
  }
  return { shapes, rows: entries.length === 0 ? 0 : Math.min(row + 1, legendRowsMax) }
}

/** The shapes around the plot, and where below them the plot may begin, px. */
export function frameOf(
  { title, subtitle, badges }: ChartHead,
  legend: readonly LegendEntry[],
): { readonly shapes: readonly Shape[]; readonly plotTopPx: number } {
  let y = bandPx + 30
  const shapes = [...badgeBand(badges), titleShape(title, y)]
  y += 20
  const below = drawableText(subtitle ?? '')
  if (below !== '') {
    shapes.push(textAt(fitText(below, roomPx, sizes.text), [marginPx, y + 13]))
    y += rowPx
  }
  const { shapes: legendRows, rows } = legendShapes(legend, y)
  return { shapes: [...shapes, ...legendRows], plotTopPx: y + rows * rowPx + 40 }
}
