// What a setting may be. Each message finishes the sentence "<setting> …", for it is shown to people.
import { z } from 'zod'
import { knownExchanges } from '../exchanges/known-exchanges.ts'

type Bounds = { readonly min?: number; readonly max: number }

/** Without `min` it must be above 0. */
export function numeric({ min, max }: Bounds): z.ZodNumber {
  const most = z.number('must be a number').max(max, `must be at most ${max}`)
  return min === undefined
    ? most.gt(0, 'must be above 0')
    : most.min(min, `must be at least ${min}`)
}

export const whole = (bounds: Bounds): z.ZodNumber => numeric(bounds).int('must be a whole number')

export const percent = numeric({ min: 0, max: 100 })
export const usdt = numeric({ min: 0, max: 1_000_000_000 })
/** A day at most unless told otherwise. */
export const ms = (min = 0, max = 86_400_000) => whole({ min, max })

export const truth = z.boolean('must be true or false')

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `must be one of ${values.join(', ')}`)

/** Names alone: an offset such as +02:00 means one thing to JavaScript and its opposite to PostgreSQL. */
const zoneName = /^(UTC|[A-Z][A-Za-z_+-]*(\/[A-Z][A-Za-z0-9_+-]*)+)$/

const isTimeZone = (name: string): boolean => {
  if (!zoneName.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format() !== ''
  } catch {
    return false
  }
}

const zoneWanted = 'must be a time zone such as UTC, Europe/Berlin or Asia/Kolkata'

/** The name of an IANA time zone. */
export const timeZone = z.string(zoneWanted).max(60, zoneWanted).refine(isTimeZone, zoneWanted)

const assetName = /^[A-Z0-9]{1,20}$/
const assetsMax = 20

export const assetList = z
  .array(z.string('must be a list such as USDT,BTC'), 'must be a list such as USDT,BTC')
  .min(1, 'must name one asset at least')
  .max(assetsMax, `may name ${assetsMax} assets at most`)
  .superRefine((assets, context) => {
    const odd = assets.find((asset) => !assetName.test(asset))
    if (odd !== undefined) context.addIssue({ code: 'custom', message: oddAsset(odd) })
  })

const oddAsset = (asset: string) =>
  `names "${asset.slice(0, 40)}", but assets are written in capitals and digits, such as USDT`

const commandName = /^[a-z][a-z0-9_]{0,31}$/
const commandsMax = 24
const commandsExample = 'must be a list such as status,opportunities, or [] for none'

/** Names of commands; whether there is one of that name is seen when it is pressed. */
export const commandList = z
  .array(z.string(commandsExample).regex(commandName, commandsExample), commandsExample)
  .max(commandsMax, `may name ${commandsMax} commands at most`)

const isKnownVenue = (name: string): boolean => knownExchanges.some(({ venue }) => venue === name)

const oddVenue = (name: string) =>
  `names "${name.slice(0, 40)}", but the venues are ${knownExchanges.map(({ venue }) => venue).join(', ')}`

const balancesExample = '{"kucoin": {"USDT": "1000"}}'
const amount = /^\d{1,20}(\.\d{1,18})?$/

/** What the paper accounts are declared to hold: amounts as texts, for a double loses digits. */
export const paperBalances = z
  .record(
    z.string(),
    z.record(
      z.string(),
      z.string(`must have its amounts in quotes, as in ${balancesExample}`),
      `must name assets below each venue, as in ${balancesExample}`,
    ),
    `must be written as ${balancesExample}`,
  )
  .superRefine((declared, context) => {
    const fault = faultOf(declared)
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault })
  })

function faultOf(declared: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  for (const [venue, assets] of Object.entries(declared)) {
    if (!isKnownVenue(venue)) return oddVenue(venue)
    for (const [asset, text] of Object.entries(assets)) {
      if (!assetName.test(asset)) return oddAsset(asset)
      if (!amount.test(text))
        return `gives ${venue} "${text.slice(0, 40)}" ${asset}, but amounts are decimals such as "1000" or "0.5", never negative`
    }
  }
  return undefined
}

const targetsExample = '{"BTC": {"kucoin": 60}}'

/** Which percent of a coin is to lie on which venue; those left out share the rest. */
export const targetPercents = z
  .record(
    z.string(),
    z.record(
      z.string(),
      z
        .number(`must have its percentages as numbers, as in ${targetsExample}`)
        .min(0, 'may not go below 0 %')
        .max(100, 'may not go above 100 %'),
      `must name venues below each asset, as in ${targetsExample}`,
    ),
    `must be written as ${targetsExample}`,
  )
  .superRefine((targets, context) => {
    const fault = targetFaultOf(targets)
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault })
  })

function targetFaultOf(targets: Readonly<Record<string, Readonly<Record<string, number>>>>) {
  for (const [asset, percents] of Object.entries(targets)) {
    if (!assetName.test(asset)) return oddAsset(asset)
    const odd = Object.keys(percents).find((venue) => !isKnownVenue(venue))
    if (odd !== undefined) return oddVenue(odd)
    const sum = Object.values(percents).reduce((total, one) => total + one, 0)
    // Thirds written to a few digits may be a hair more.
    if (sum > 100.01) return `wants ${sum} % of ${asset} in all, but there are 100`
  }
  return undefined
}

export const timeOfDay = z
  .string('must be a time such as 08:00, or off')
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|off)$/, 'must be a time such as 08:00, or off')
