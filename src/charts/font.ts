// The shipped font: without one every letter of a picture vanishes silently. Its own tables say how wide
// a text is and which signs it has, so that no text is cut off and none is drawn as an empty box.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

export type Weight = 'normal' | 'bold'

export const fontFamily = 'DejaVu Sans'

const { resolve } = createRequire(import.meta.url)
export const fontFiles: Record<Weight, string> = {
  normal: resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
}

type Font = {
  /** Glyph 0 stands for a sign the font has not. */
  readonly glyphOf: (codePoint: number) => number
  /** In shares of the font size. */
  readonly advanceOf: (glyph: number) => number
}

/** Reads what is needed of a TrueType file: cmap format 12, head, hhea and hmtx. */
function readFont(file: string): Font {
  const bytes = readFileSync(file)
  const tables = new Map<string, number>()
  for (let n = 0; n < bytes.readUInt16BE(4); n++) {
    const entry = 12 + n * 16
    tables.set(bytes.toString('latin1', entry, entry + 4), bytes.readUInt32BE(entry + 8))
  }
  const at = (table: string): number => {
    const offset = tables.get(table)
    if (offset === undefined) throw new Error(`${file} has no table ${table}`)
    return offset
  }
  const glyphs = readGlyphs(bytes, at('cmap'))
  const unitsPerEm = bytes.readUInt16BE(at('head') + 18)
  const metrics = bytes.readUInt16BE(at('hhea') + 34)
  const widths = at('hmtx')
  return {
    glyphOf: (codePoint) => glyphs.get(codePoint) ?? 0,
    // Glyphs past the last metric are as wide as that one.
    advanceOf: (glyph) =>
      bytes.readUInt16BE(widths + Math.min(glyph, metrics - 1) * 4) / unitsPerEm,
  }
}

function readGlyphs(bytes: Buffer, cmap: number): ReadonlyMap<number, number> {
  const glyphs = new Map<number, number>()
  for (let n = 0; n < bytes.readUInt16BE(cmap + 2); n++) {
    const table = cmap + bytes.readUInt32BE(cmap + 4 + n * 8 + 4)
    if (bytes.readUInt16BE(table) !== 12) continue
    for (let group = 0; group < bytes.readUInt32BE(table + 12); group++) {
      const entry = table + 16 + group * 12
      const first = bytes.readUInt32BE(entry)
      const glyph = bytes.readUInt32BE(entry + 8)
      for (let code = first; code <= bytes.readUInt32BE(entry + 4); code++)
        glyphs.set(code, glyph + code - first)
    }
  }
  if (glyphs.size === 0) throw new Error('the font has no character map of format 12')
  return glyphs
}

const fonts: Record<Weight, Font> = {
  normal: readFont(fontFiles.normal),
  bold: readFont(fontFiles.bold),
}

const codePointOf = (sign: string): number => sign.codePointAt(0) as number

/** How wide a text is drawn, px. */
export function textWidth(text: string, sizePx: number, weight: Weight = 'normal'): number {
  const { glyphOf, advanceOf } = fonts[weight]
  let width = 0
  for (const sign of text) width += advanceOf(glyphOf(codePointOf(sign)))
  return width * sizePx
}

const signsMax = 200

/**
 * A text that can be drawn: no control or direction signs, and a sign the font has not is written as its
 * number, "[5E01]", since a coin with such a name must not look like another.
 */
export function drawableText(text: string): string {
  const plain = text.normalize('NFC').replaceAll(/\s+/g, ' ')
  const signs = Array.from(plain.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, '')).slice(
    0,
    signsMax,
  )
  const drawn = signs.map((sign) => {
    const code = codePointOf(sign)
    const isKnown = fonts.normal.glyphOf(code) !== 0 && fonts.bold.glyphOf(code) !== 0
    return isKnown ? sign : `[${code.toString(16).toUpperCase()}]`
  })
  return drawn.join('').trim()
}

/** The text, shortened in the middle where it is wider than `widthPx`: names differ at both ends. */
export function fitText(
  text: string,
  widthPx: number,
  sizePx: number,
  weight: Weight = 'normal',
): string {
  if (textWidth(text, sizePx, weight) <= widthPx) return text
  const signs = Array.from(text)
  for (let kept = signs.length - 1; kept > 1; kept--) {
    const head = signs
      .slice(0, Math.ceil(kept / 2))
      .join('')
      .trimEnd()
    const tail = signs
      .slice(signs.length - Math.floor(kept / 2))
      .join('')
      .trimStart()
    const short = `${head}…${tail}`
    if (textWidth(short, sizePx, weight) <= widthPx) return short
  }
  return '…'
}
