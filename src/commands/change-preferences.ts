// What people type about one chat's notifications, read into a change of its preferences. Pure.
import { parseRoute, routeName } from '../market/route.ts'
import {
  levels,
  mutesMax,
  preferencesSchema,
  presets,
  routedKinds,
  singlesMax,
  withPreset,
  zoneNamed,
  type Preferences,
} from '../notification/preferences.ts'
import { badUsage, type Failure } from './command.ts'
import { nearest } from './nearest.ts'
import { duration, number } from './option.ts'

/** Those that change something. */
export const preferenceActions = [
  'set',
  'min',
  'quiet',
  'digest',
  'preset',
  'mute',
  'unmute',
] as const
export type PreferenceAction = (typeof preferenceActions)[number]

export type PreferenceChange =
  | {
      readonly outcome: 'ok'
      readonly change: (preferences: Preferences) => Preferences
      /** What is so from now on, as one sentence without its full stop. */
      readonly says: string
    }
  | Failure

type Typed = { readonly what: string; readonly value: string; readonly now: Date }

const listed = (words: readonly string[]) => words.join(', ')
const isOneOf = <T extends string>(words: readonly T[], word: string): word is T =>
  words.some((each) => each === word)

function setKind({ what, value }: Typed): PreferenceChange {
  const kind = what.toLowerCase()
  const level = value.toLowerCase()
  if (['p0', 'exposure', 'exposures'].includes(kind))
    return badUsage('P0 alerts and open positions always ring, in every chat')
  const known = [...routedKinds, 'all']
  if (!isOneOf(routedKinds, kind) && kind !== 'all') {
    const near = nearest(kind, known)
    return badUsage(
      `notifications set: "${what.slice(0, 40)}" is none of ${listed(known)}${near === undefined ? '' : `; did you mean ${near}?`}`,
    )
  }
  if (!isOneOf(levels, level))
    return badUsage(
      `notifications set: ${kind} can be ${listed(levels)}, not "${value.slice(0, 40)}"`,
    )
  const kinds = kind === 'all' ? routedKinds : [kind]
  return {
    outcome: 'ok',
    change: (preferences) => ({
      ...preferences,
      levels: { ...preferences.levels, ...Object.fromEntries(kinds.map((each) => [each, level])) },
    }),
    says: `${kind === 'all' ? 'everything' : kind} is ${level}`,
  }
}

function setMinimum({ what, value }: Typed): PreferenceChange {
  const unit = what.toLowerCase()
  if (unit !== 'percent' && unit !== 'usdt')
    return badUsage('notifications min needs a unit and a number: notifications min percent 0.3')
  const max = unit === 'percent' ? 100 : 1_000_000
  const read = number('', { min: 0, max }).schema.safeParse(value)
  if (!read.success)
    return badUsage(`notifications min: ${unit} ${read.error.issues[0]?.message ?? 'is no number'}`)
  const least = read.data
  return {
    outcome: 'ok',
    change: (preferences) =>
      unit === 'percent'
        ? { ...preferences, netPercentMin: least }
        : { ...preferences, netUsdtMin: least },
    says: `gaps are told from ${least} ${unit === 'percent' ? '%' : 'USDT'} on`,
  }
}

const hours = /^(\d{1,2}:\d{2})\s?-\s?(\d{1,2}:\d{2})$/

function setQuiet({ what, value }: Typed): PreferenceChange {
  if (what.toLowerCase() === 'off')
    return {
      outcome: 'ok',
      change: (preferences) => ({ ...preferences, quietHours: null }),
      says: 'there are no quiet hours',
    }
  const [, from = '', to = ''] = hours.exec(what) ?? []
  const zone = zoneNamed(value === '' ? 'UTC' : value)
  if (zone === undefined)
    return badUsage(
      `notifications quiet: "${value.slice(0, 40)}" is no time zone such as Europe/Berlin`,
    )
  const quietHours = { from: from.padStart(5, '0'), to: to.padStart(5, '0'), zone }
  if (!preferencesSchema.shape.quietHours.safeParse(quietHours).success)
    return badUsage('notifications quiet needs two times: notifications quiet 22:30-07:00 UTC')
  return {
    outcome: 'ok',
    change: (preferences) => ({ ...preferences, quietHours }),
    says: `nothing but P0 alerts and open positions rings from ${quietHours.from} to ${quietHours.to} ${zone}`,
  }
}

function setDigest({ what }: Typed): PreferenceChange {
  if (what.toLowerCase() === 'off')
    return {
      outcome: 'ok',
      change: (preferences) => ({ ...preferences, singles: null }),
      says: 'every gap is told by itself',
    }
  const singles = /^\d{1,3}$/.test(what) ? Number(what) : -1
  if (singles < 0 || singles > singlesMax)
    return badUsage(
      `notifications digest needs how many gaps a minute are told one by one, up to ${singlesMax}, or off`,
    )
  return {
    outcome: 'ok',
    change: (preferences) => ({ ...preferences, singles }),
    says: `${singles} gaps a minute are told one by one, the others together`,
  }
}

function setPreset({ what }: Typed): PreferenceChange {
  const preset = what.toLowerCase()
  if (!isOneOf(presets, preset))
    return badUsage(`notifications preset: must be one of ${listed(presets)}`)
  return {
    outcome: 'ok',
    change: (preferences) => withPreset(preferences, preset),
    says: `the preset ${preset} holds`,
  }
}

function mute({ what, value, now }: Typed): PreferenceChange {
  const ms = duration('').schema.safeParse(what)
  if (!ms.success)
    return badUsage(
      'notifications mute needs a time and a route: notifications mute 2h cross BTC/USDT kucoin>binance',
    )
  const parsed = parseRoute(value)
  if (parsed === undefined)
    return badUsage(
      `notifications mute: "${value.slice(0, 60)}" is no route such as cross BTC/USDT kucoin>binance`,
    )
  const route = routeName(parsed)
  const until = new Date(now.getTime() + ms.data).toISOString()
  return {
    outcome: 'ok',
    change(preferences) {
      const others = preferences.mutes.filter(
        (each) => each.route !== route && new Date(each.until) > now,
      )
      return { ...preferences, mutes: [...others, { route, until }].slice(-mutesMax) }
    },
    says: `${route} is muted for ${what}`,
  }
}

function unmute({ what, value }: Typed): PreferenceChange {
  const typed = [what, value].filter(Boolean).join(' ')
  if (typed.toLowerCase() === 'all')
    return {
      outcome: 'ok',
      change: (preferences) => ({ ...preferences, mutes: [] }),
      says: 'no route is muted',
    }
  const parsed = parseRoute(typed)
  const route = parsed === undefined ? typed : routeName(parsed)
  if (route === '') return badUsage('notifications unmute needs a route, or all')
  return {
    outcome: 'ok',
    change: (preferences) => ({
      ...preferences,
      mutes: preferences.mutes.filter((each) => each.route !== route),
    }),
    says: `${route} is not muted`,
  }
}

/** `what` and `value` are the words after the action, empty where nothing was typed. */
export function preferenceChange(action: PreferenceAction, typed: Typed): PreferenceChange {
  switch (action) {
    case 'set':
      return setKind(typed)
    case 'min':
      return setMinimum(typed)
    case 'quiet':
      return setQuiet(typed)
    case 'digest':
      return setDigest(typed)
    case 'preset':
      return setPreset(typed)
    case 'mute':
      return mute(typed)
    case 'unmute':
      return unmute(typed)
  }
}
