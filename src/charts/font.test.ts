import { Resvg } from '@resvg/resvg-js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawableText, fitText, fontFamily, fontFiles, textWidth } from './font.ts'

/** As resvg draws it, px. */
function drawnWidth(text: string, weight: 'normal' | 'bold'): number {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="100"><text x="20" y="60" font-size="20" font-weight="${weight}" xml:space="preserve">${escaped}</text></svg>`
  const font = {
    loadSystemFonts: false,
    fontFiles: Object.values(fontFiles),
    defaultFontFamily: fontFamily,
  }
  return new Resvg(svg, { font }).getBBox()?.width ?? 0
}

test('texts are as wide as they are said to be', () => {
  for (const text of [
    'BTC/USDT kucoin → binance',
    '63,547.81 %',
    'Wijmegen <&> Ünïcödé',
    'ЖЫЩ αβγ',
  ])
    for (const weight of ['normal', 'bold'] as const) {
      const said = textWidth(text, 20, weight)
      const drawn = drawnWidth(text, weight)
      // The box is that of the ink; kerning only makes a text narrower.
      expect(drawn).toBeLessThanOrEqual(said + 1)
      expect(drawn).toBeGreaterThan(said * 0.93)
    }
})

test('a sign that the font has not is written as its number', () => {
  expect(drawableText('币安/USDT')).toBe('[5E01][5B89]/USDT')
  expect(drawableText('🦄')).toBe('[1F984]')
  expect(drawableText('BTC → ŁÓDŹ ÷ 5 %')).toBe('BTC → ŁÓDŹ ÷ 5 %')
})

test('control, direction and broken signs are dropped, white space is one blank', () => {
  expect(drawableText('a\u0000\u202Eb\uD800\uFFFE\u200Dc')).toBe('abc')
  expect(drawableText('  a\n\t b  ')).toBe('a b')
})

test('any text becomes one that can be drawn, of bounded length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 250 }), (text) => {
      const drawable = drawableText(text)
      expect(drawable).not.toMatch(/\p{Cc}|\p{Cn}/u)
      expect(drawable.isWellFormed()).toBe(true)
      expect(drawable.length).toBeLessThanOrEqual(200 * 10)
    }),
  )
})

test('a text too long is shortened in its middle until it fits', () => {
  const name = 'AVERYLONGSYMBOL/USDT:USDT kucoin → binance'
  const short = fitText(name, 300, 20)
  expect(short).toMatch(/^AVERY.*….*binance$/)
  expect(textWidth(short, 20)).toBeLessThanOrEqual(300)
  expect(fitText('BTC', 300, 20)).toBe('BTC')
  expect(fitText(name, 5, 20)).toBe('…')
})
