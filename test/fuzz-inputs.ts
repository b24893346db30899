// What comes from outside, in every odd shape, and what must hold of whoever reads it first. A reader may
// refuse; it may not throw what it does not promise, let a number through that is none, tell a secret, or
// take longer the longer it thinks.
import fc from 'fast-check'

export type FuzzTarget = {
  readonly name: string
  readonly property: fc.IRawProperty<unknown>
  /** Ends what the readers of this target need to run. */
  readonly close?: () => Promise<void>
}

export const secret = 'c4n4ry-s3cr3t-0f-th3-d3sk'
/** Longer than any honest input takes by far, and shorter than what backtracks. */
export const msMax = 2_000

class Breach extends Error {}

export function must(holds: boolean, what: string, value: unknown): void {
  if (!holds) throw new Breach(`${what}: ${JSON.stringify(value, showBig)?.slice(0, 500)}`)
}

const showBig = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)

/** No number in it is none, however deep; nothing in it is the canary. */
export function mustBeClean(value: unknown, depth = 0): void {
  if (typeof value === 'number') must(!Number.isNaN(value), 'a number that is none', value)
  if (typeof value === 'string') must(!value.includes(secret), 'a secret', value)
  if (depth > 6 || typeof value !== 'object' || value === null) return
  for (const one of Object.values(value)) mustBeClean(one, depth + 1)
}

export function timed(read: () => unknown): unknown {
  const began = performance.now()
  const result = read()
  must(performance.now() - began < msMax, 'it took too long', performance.now() - began)
  return result
}

/** For readers that promise to throw what they do not understand: whatever comes out is clean. */
export function orThrows(read: () => unknown): void {
  let value: unknown
  try {
    value = timed(read)
  } catch (error) {
    if (error instanceof Breach || error instanceof RangeError) throw error
    must(error instanceof Error, 'something thrown that is no error', error)
    return
  }
  mustBeClean(value)
}

const odd = fc.constantFrom<unknown>(
  Number.NaN,
  Infinity,
  -0,
  -1,
  5e-324,
  1e308,
  '1,5',
  '١٢',
  'NaN',
  '1e999999',
  '0x10',
  '',
  null,
  '__proto__',
  'constructor',
  '\u202e1',
  '1\u0000',
  '9'.repeat(400),
  '=1+1',
  [],
  {},
  true,
)
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc
    .tuple(
      fc.constantFrom('"', "'", ' ', '<', '?', '(', '=', '-', '\u200b', '/a "', '<script'),
      fc.nat(4_000),
    )
    .map(([piece, times]) => piece.repeat(times)),
)
export const anyValue = fc.oneof(odd, anyText, fc.anything({ maxDepth: 3 }), fc.jsonValue())

/** A sound value with one of its parts, at any depth, replaced, removed or doubled. */
export function spoilt(samples: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(
      fc.constantFrom(...samples),
      fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
      anyValue,
    )
    .map(([sample, way, value]) => spoil(structuredClone(sample), way, value))
}

function spoil(sample: unknown, [turn = 0, ...way]: readonly number[], value: unknown): unknown {
  if (typeof sample !== 'object' || sample === null) return value
  const keys = Object.keys(sample)
  const key = keys[turn % Math.max(1, keys.length)]
  if (key === undefined) return value
  const record = sample as Record<string, unknown>
  if (way.length === 0 && turn % 3 === 0) delete record[key]
  else record[key] = way.length === 0 ? value : spoil(record[key], way, value)
  return record
}

export const target = <T>(
  name: string,
  input: fc.Arbitrary<T>,
  read: (value: T) => void,
): FuzzTarget => ({
  name,
  property: fc.property(input, read) as fc.IRawProperty<unknown>,
})

/** A property that waits is answered by a promise, whatever the types of this overload say. */
export const checkTarget = (
  { property }: FuzzTarget,
  parameters: fc.Parameters<unknown>,
): Promise<fc.RunDetails<unknown>> =>
  Promise.resolve(fc.check(property as fc.IRawProperty<unknown, false>, parameters))

export const jsonText = (samples: readonly unknown[]) =>
  fc.oneof(
    anyText,
    fc.json(),
    spoilt(samples).map((value) => JSON.stringify(value, showBig) ?? ''),
  )
