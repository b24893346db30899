// What one chat wants to be told, and how loudly. What is absent from a stored row has its default, so
// that a later version may know more.
import { z } from 'zod'

/** 'silent' is shown and no phone rings; 'off' is not shown. */
export const levels = ['on', 'silent', 'off'] as const
export type Level = (typeof levels)[number]

/** What a chat may choose about. P0 alerts and exposures are not among them: they always ring. */
export const routedKinds = ['opportunity', 'approval', 'trade', 'p1', 'p2', 'status'] as const
export type RoutedKind = (typeof routedKinds)[number]

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:30')

/** Spelt as the zone database has it; undefined when there is no such zone. */
export function zoneNamed(typed: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: typed }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}
const zone = z.string().refine((name) => zoneNamed(name) !== undefined, 'is no time zone')

const kindLevels = z.object({
  opportunity: z.enum(levels).default('silent'),
  approval: z.enum(levels).default('on'),
  trade: z.enum(levels).default('on'),
  p1: z.enum(levels).default('on'),
  p2: z.enum(levels).default('silent'),
  status: z.enum(levels).default('silent'),
})

/** More gaps than any chat can take singly in a minute. */
export const singlesMax = 60
/** A list that people can oversee, and a row of bounded size. */
export const mutesMax = 50

export const preferencesSchema = z.object({
  levels: kindLevels.prefault({}),
  /** Gaps and questions below either are not told here. */
  netPercentMin: z.number().min(0).max(100).default(0),
  netUsdtMin: z.number().min(0).max(1_000_000).default(0),
  /** Daily, from `from` up to `to`, over midnight where `to` is earlier. */
  quietHours: z
    .object({ from: clock, to: clock, zone })
    .refine(({ from, to }) => from !== to, 'must begin and end at different times')
    .nullable()
    .default(null),
  /** So many gaps a minute are told one by one, the others together; null: every one by itself. */
  singles: z.number().int().min(0).max(singlesMax).nullable().default(5),
  mutes: z
    .array(z.object({ route: z.string().min(1).max(200), until: z.iso.datetime() }))
    .max(mutesMax)
    .default([]),
})

export type Preferences = z.output<typeof preferencesSchema>

export const presets = ['normal', 'quiet', 'all'] as const
export type Preset = (typeof presets)[number]

/** Quiet hours stay: they say when, which no preset knows. Mutes stay unless everything is wanted. */
export function withPreset(preferences: Preferences, preset: Preset): Preferences {
  const { quietHours, mutes } = preferences
  return { ...presetOf(preset), quietHours, mutes: preset === 'all' ? [] : mutes }
}

function presetOf(preset: Preset): Preferences {
  const normal = preferencesSchema.parse({})
  switch (preset) {
    case 'normal':
      return normal
    case 'quiet':
      return {
        ...normal,
        levels: {
          opportunity: 'off',
          approval: 'on',
          trade: 'silent',
          p1: 'on',
          p2: 'off',
          status: 'off',
        },
      }
    case 'all':
      return {
        ...normal,
        levels: {
          opportunity: 'on',
          approval: 'on',
          trade: 'on',
          p1: 'on',
          p2: 'on',
          status: 'on',
        },
        singles: null,
      }
  }
}

/** The preset that these are, if nobody changed a thing since. */
export function presetNameOf(preferences: Preferences): Preset | undefined {
  const told = ({ levels: each, netPercentMin, netUsdtMin, singles }: Preferences) =>
    JSON.stringify([routedKinds.map((kind) => each[kind]), netPercentMin, netUsdtMin, singles])
  return presets.find((preset) => told(presetOf(preset)) === told(preferences))
}

export const defaultPreferences: Preferences = Object.freeze(presetOf('normal'))
