// The few shapes that charts are put together from, in echarts' words. Nothing is cut off at a plot's edge
// by a clip path, and no group is made translucent: one that lies outside the picture makes resvg 2.6.2
// end its whole process (https://github.com/thx/resvg-js/issues/413). Echarts' own series clip
// themselves, so lines are drawn here; charts stay inside their axes to begin with.
import { fontFamily, type Weight } from './font.ts'
import { colours, sizes } from './theme.ts'

/** Whole picture, from its upper left corner. */
export type Pixel = readonly [x: number, y: number]

type TextStyle = {
  readonly sizePx?: number
  readonly weight?: Weight
  readonly fill?: string
  readonly align?: 'left' | 'center' | 'right'
  /** Drawn around the letters, so that they can be read upon a line. */
  readonly halo?: string
  readonly opacity?: number
  readonly isVertical?: boolean
}

/** zrender keeps the widths of texts in a plain object, where "constructor" finds what is no width. */
const measurable = (text: string): string => (text in Object.prototype ? `${text} ` : text)

/** One line of text, centred on `y`. */
export const textAt = (
  text: string,
  [x, y]: Pixel,
  {
    sizePx = sizes.text,
    weight = 'normal',
    fill = colours.label,
    align = 'left',
    halo,
    opacity = 1,
    isVertical = false,
  }: TextStyle = {},
) => ({
  type: 'text' as const,
  x,
  y,
  rotation: isVertical ? Math.PI / 2 : 0,
  silent: true,
  style: {
    text: measurable(text),
    fill,
    opacity,
    fontSize: sizePx,
    fontWeight: weight,
    fontFamily,
    textAlign: align,
    textVerticalAlign: 'middle' as const,
    ...(halo === undefined ? {} : { stroke: halo, lineWidth: 5 }),
  },
})

export const rectAt = (
  [x, y]: Pixel,
  [width, height]: Pixel,
  style: { readonly fill: string; readonly opacity?: number; readonly stroke?: string },
  radiusPx = 0,
) => ({
  type: 'rect' as const,
  silent: true,
  shape: { x, y, width: Math.max(width, 0), height: Math.max(height, 0), r: radiusPx },
  style,
})

/** A bar through several colours from left to right. */
export const gradientAt = ([x, y]: Pixel, [width, height]: Pixel, stops: readonly string[]) => ({
  type: 'rect' as const,
  silent: true,
  shape: { x, y, width, height, r: 3 },
  style: {
    fill: {
      type: 'linear' as const,
      x: 0,
      y: 0,
      x2: 1,
      y2: 0,
      colorStops: stops.map((color, n) => ({ offset: n / (stops.length - 1), color })),
    },
  },
})

export const lineAt = (
  [x1, y1]: Pixel,
  [x2, y2]: Pixel,
  style: {
    readonly stroke: string
    readonly lineWidth?: number
    readonly lineDash?: readonly number[]
    readonly opacity?: number
  },
) => ({
  type: 'line' as const,
  silent: true,
  shape: { x1, y1, x2, y2 },
  style: {
    ...style,
    lineDash: style.lineDash === undefined ? ('solid' as const) : [...style.lineDash],
  },
})

export const polylineAt = (
  points: readonly Pixel[],
  style: {
    readonly stroke: string
    readonly lineWidth: number
    readonly lineDash?: readonly number[]
  },
) => ({
  type: 'polyline' as const,
  silent: true,
  shape: { points: points.map(([x, y]): [number, number] => [x, y]) },
  style: {
    ...style,
    fill: 'none',
    lineJoin: 'round' as const,
    lineDash: style.lineDash === undefined ? ('solid' as const) : [...style.lineDash],
  },
})

export const circleAt = ([cx, cy]: Pixel, radiusPx: number, fill: string) => ({
  type: 'circle' as const,
  silent: true,
  shape: { cx, cy, r: radiusPx },
  style: { fill },
})

export const polygonAt = (
  points: readonly Pixel[],
  style: {
    readonly fill: string
    readonly fillOpacity: number
    readonly stroke?: string
    readonly strokeOpacity?: number
  },
) => ({
  type: 'polygon' as const,
  silent: true,
  shape: { points: points.map(([x, y]): [number, number] => [x, y]) },
  style,
})

/** What covers what; echarts' axes are at 0. */
export const layers = {
  shade: 1,
  zero: 2,
  area: 3,
  line: 5,
  mark: 6,
  watermark: 8,
  frame: 10,
} as const

export type Layer = keyof typeof layers

export type Shape = { readonly z?: number } & (
  | ReturnType<typeof textAt>
  | ReturnType<typeof rectAt>
  | ReturnType<typeof gradientAt>
  | ReturnType<typeof lineAt>
  | ReturnType<typeof polylineAt>
  | ReturnType<typeof circleAt>
  | ReturnType<typeof polygonAt>
)

export const onLayer = (layer: Layer, shapes: readonly Shape[]): readonly Shape[] =>
  shapes.map((shape) => ({ ...shape, z: layers[layer] }))
