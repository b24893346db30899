import { expect, test } from 'vitest'
import { heatColour } from './gap-heat.ts'
import { badgeColours, colours, palette } from './theme.ts'

type Colour = readonly [red: number, green: number, blue: number]

/** Linear light, 0 to 1. */
const lightOf = (hex: string): Colour => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return [red, green, blue]
}

const luminance = ([red, green, blue]: Colour): number =>
  0.2126 * red + 0.7152 * green + 0.0722 * blue

/** As the web's accessibility guidelines measure it: 1 is none, 21 is black on white. */
function contrast(a: string, b: string): number {
  const [dark = 0, bright = 0] = [luminance(lightOf(a)), luminance(lightOf(b))].toSorted(
    (x, y) => x - y,
  )
  return (bright + 0.05) / (dark + 0.05)
}

/** Viénot, Brettel and Mollon 1999: what is left of a colour without the red or the green cones. */
const without: Record<'red' | 'green', (light: Colour) => Colour> = {
  red: ([r, g, b]) => [
    0.1121 * r + 0.8853 * g - 0.0005 * b,
    0.1127 * r + 0.8897 * g - 0.0001 * b,
    0.0045 * r + b,
  ],
  green: ([r, g, b]) => [
    0.292 * r + 0.7054 * g - 0.0003 * b,
    0.2934 * r + 0.7089 * g,
    -0.0209 * r + 0.0256 * g + b,
  ],
}

/** How far two lights are apart for an eye, by the cube root that brightness is felt by. */
const apart = (a: Colour, b: Colour): number =>
  Math.hypot(
    ...a.map((light, n) => Math.cbrt(Math.max(light, 0)) - Math.cbrt(Math.max(b[n] ?? 0, 0))),
  )

test('letters and lines stand out from their ground', () => {
  for (const colour of [colours.text, colours.label])
    for (const ground of [colours.ground, colours.plot])
      expect(contrast(colour, ground)).toBeGreaterThan(7)
  for (const { ground, text } of Object.values(badgeColours))
    expect(contrast(text, ground)).toBeGreaterThan(4)
  for (const colour of [...palette, colours.zero, colours.offered, colours.threshold, colours.loss])
    expect(contrast(colour, colours.plot), colour).toBeGreaterThan(4)
})

test('lines of one kind are told apart without red or green sight', () => {
  for (const see of [(light: Colour) => light, without.red, without.green])
    // The next four are broken lines; see price-history.ts.
    for (const four of [palette.slice(0, 4), palette.slice(4)])
      for (const [n, a] of four.entries())
        for (const b of four.slice(n + 1))
          expect(apart(see(lightOf(a)), see(lightOf(b))), `${a} ${b}`).toBeGreaterThan(0.12)
})

test('brighter means more in every step of a heat', () => {
  const hexOf = (rgb: string): string =>
    `#${(rgb.match(/\d+/g) ?? []).map((channel) => Number(channel).toString(16).padStart(2, '0')).join('')}`
  const lights = Array.from({ length: 21 }, (_, n) => luminance(lightOf(hexOf(heatColour(n / 20)))))
  for (const [n, light] of lights.entries()) expect(light).toBeGreaterThan(lights[n - 1] ?? 0)
  expect([heatColour(-1), heatColour(2)]).toEqual([heatColour(0), heatColour(1)])
})
