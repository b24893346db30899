// What `npm start -- --json` promises to print: one of these objects a line, and nothing else.
import { z } from 'zod'

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/)
const id = z.string().regex(/^[a-z0-9]+$/)
const at = z.iso.datetime()
const amount = z.object({ asset: z.string().min(1), amount: decimal })
const profit = z.object({ net: decimal, asset: z.string().min(1) })
const common = { id, at, mode: z.enum(['paper', 'live']), market: z.string().min(1) }

const plannedLeg = z.looseObject({
  venue: z.string().min(1),
  symbol: z.string().min(1),
  side: z.enum(['buy', 'sell']),
  amount: decimal,
  price: decimal,
  fee: decimal,
  fee_asset: z.string().min(1),
})

const opportunity = z.looseObject({
  kind: z.literal('opportunity'),
  ...common,
  type: z.enum(['cross', 'cycle']),
  route: z.string().min(1),
  venues: z.array(z.string()).min(1),
  asset: z.string().min(1),
  net: decimal,
  net_percent: z.number(),
  net_usdt: z.number(),
  notional: decimal,
  legs: z.array(plannedLeg.extend({ book_age_ms: z.number() })).min(2),
  leg_skew_ms: z.number(),
  first_seen_at: at,
  detected_at: at,
  blocked: z.string().nullable(),
})

const approval = z.looseObject({
  kind: z.literal('approval'),
  ...common,
  state: z.enum(['asked', 'granted', 'refused', 'expired', 'superseded']),
  opportunity: id,
  route: z.string().min(1),
  shown_net: decimal,
  asset: z.string().min(1),
  asked_at: at,
  expires_at: at,
})

const doneLeg = z.looseObject({
  venue: z.string().min(1),
  symbol: z.string().min(1),
  side: z.enum(['buy', 'sell']),
  amount: decimal.nullable(),
  price: decimal.nullable(),
  expected_amount: decimal.nullable(),
  expected_price: decimal.nullable(),
  spent: amount.nullable(),
  received: amount.nullable(),
})

const trade = z.looseObject({
  kind: z.literal('trade'),
  ...common,
  state: z.enum(['approved', 'executing', 'settled', 'abandoned', 'exposed']),
  opportunity: id,
  approval: id,
  route: z.string().min(1),
  expected: profit,
  realised: profit.optional(),
  residual: z.array(amount).optional(),
  legs: z.array(doneLeg).min(2),
})

const alert = z.looseObject({
  kind: z.literal('alert'),
  ...common,
  severity: z.enum(['P0', 'P1', 'P2']),
  subject: z.string().min(1),
  text: z.string().min(1),
})

const status = z.looseObject({
  kind: z.literal('status'),
  ...common,
  subject: z.string().min(1),
  text: z.string().min(1),
})

const line = z.discriminatedUnion('kind', [opportunity, approval, trade, alert, status])
export type Told = z.output<typeof line>
export type ToldOf<Kind extends Told['kind']> = Extract<Told, { kind: Kind }>

/** Reads whole lines; the last may be half written. Throws for a line that was not promised. */
export function readTold(output: string): readonly Told[] {
  return output
    .split('\n')
    .slice(0, -1)
    .map((text) => {
      const read = line.safeParse(JSON.parse(text))
      if (!read.success) throw new Error(`${z.prettifyError(read.error)}\nin ${text}`)
      return read.data
    })
}

export const toldOf = <Kind extends Told['kind']>(
  told: readonly Told[],
  kind: Kind,
): readonly ToldOf<Kind>[] => told.filter((each): each is ToldOf<Kind> => each.kind === kind)

/** Trades of which the last word was that they settled. */
export const settledIn = (told: readonly Told[]): readonly ToldOf<'trade'>[] =>
  toldOf(told, 'trade').filter(({ state }) => state === 'settled')
