// Axes: where the ticks stand and what is written at them.

export type Scale = {
  readonly min: number
  readonly max: number
  /** The distance between ticks; `min` and `max` are multiples of it. */
  readonly step: number
}

/** Differences below this are none: no price or share is as small. */
const smallest = 1e-15
const stepFactors = [1, 2, 2.5, 5, 10]

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is no less than `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step))
  const factor = stepFactors.find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10
  return factor * power
}

/**
 * A scale that covers all values with about `steps` steps. Nothing, one value and equal values get room
 * around them. Values must be finite.
 */
export function scaleOf(values: Iterable<number>, steps = 5): Scale {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (low > high) return { min: 0, max: 1, step: 0.25 }
  const magnitude = Math.max(Math.abs(low), Math.abs(high))
  if (high - low <= Math.max(magnitude * 1e-9, smallest)) {
    const room = magnitude > smallest * 100 ? magnitude * 0.01 : 1
    low -= room
    high += room
  }
  const step = roundStep((high - low) / steps)
  // A value that stands on a tick up to rounding belongs to that tick.
  return {
    min: Math.floor(low / step + 1e-9) * step,
    max: Math.ceil(high / step - 1e-9) * step,
    step,
  }
}

export function ticksOf({ min, max, step }: Scale): readonly number[] {
  const count = Math.round((max - min) / step)
  return Array.from({ length: count + 1 }, (_, n) => min + n * step)
}

const suffixes = [
  { size: 1e12, suffix: ' T' },
  { size: 1e9, suffix: ' B' },
  { size: 1e6, suffix: ' M' },
]

/** As many decimals as tell neighbouring ticks apart. */
const decimalsOf = (step: number): number =>
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].find((digits) => {
    const whole = Math.round(step * 10 ** digits)
    return whole > 0 && Math.abs(step * 10 ** digits - whole) < 1e-6 * whole
  }) ?? 11

/** "64,012.5", "-0.25", "1.2 M", "2.5e-12": a tick's value as short as its neighbours allow. */
export function tickText(value: number, { min, max, step }: Scale): string {
  const magnitude = Math.max(Math.abs(min), Math.abs(max))
  const { size, suffix } = suffixes.find((entry) => magnitude >= entry.size) ?? {
    size: 1,
    suffix: '',
  }
  const digits = decimalsOf(step / size)
  if (digits > 10) return value === 0 ? '0' : Number(value.toPrecision(4)).toExponential()
  const fixed = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  const text = (value / size).toLocaleString('en-US', fixed)
  if (!/[1-9]/.test(text)) return size === 1 ? text.replace('-', '') : '0'
  return `${text}${suffix}`
}

/** A value read off the scale: ten times finer than its ticks. */
export const valueText = (value: number, scale: Scale): string =>
  tickText(value, { ...scale, step: scale.step / 10 })
