// The venue servers' own address: chaos scripts ask for faults here, and auditors read what every venue
// saw. POST /simulator/faults {venue, kind, ...}, GET /simulator/orders.
import { z } from 'zod'
import type { VenueId } from '../market/market.ts'
import { auditOf } from './accounts/desk-audit.ts'
import { readDeskFault } from './accounts/desk-faults.ts'
import type { VenueAnswer } from './accounts/private-side.ts'
import type { ServedVenue } from './served-venue.ts'
import type { RestCall } from './venue-dialect.ts'
import type { VenueFaults } from './venue-faults.ts'
import { jsonObject, textOf } from './wire-text.ts'

export type Control = {
  readonly served: ReadonlyMap<VenueId, ServedVenue>
  readonly faults: VenueFaults
}

const symbol = z.string()
const which = z.enum(['all', 'private']).optional()
const schema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rest'),
    status: z.int().min(100).max(599).optional(),
    body: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    delayMs: z.number().min(0).optional(),
    path: z.string().optional(),
    times: z.int().positive().optional(),
  }),
  z.object({ kind: z.literal('drop-sockets'), which }),
  z.object({ kind: z.literal('frame'), text: z.string(), which }),
  z.object({ kind: z.literal('refuse-sockets'), refusing: z.boolean() }),
  z.object({ kind: z.literal(['stall', 'skip', 'cross']), symbol }),
  z.object({ kind: z.literal('clock'), offsetMs: z.number() }),
  z.object({ kind: z.literal('market'), symbol, state: z.enum(['open', 'halted', 'delisted']) }),
  z.object({
    kind: z.literal('wallet'),
    asset: z.string(),
    network: z.string().optional(),
    deposit: z.boolean(),
    withdraw: z.boolean(),
  }),
  z.object({
    kind: z.literal('permit'),
    permissions: z.array(z.enum(['read', 'trade', 'withdraw'])),
    apiKey: z.string().optional(),
  }),
  z.object({
    kind: z.literal('credit'),
    asset: z.string(),
    amount: z.string(),
    apiKey: z.string().optional(),
  }),
  z.object({
    kind: z.literal('shrink'),
    clientId: z.string(),
    amount: z.string(),
    apiKey: z.string().optional(),
  }),
  z.object({ kind: z.literal('heal') }),
])

type ServerFault = z.output<typeof schema>

function apply(faults: VenueFaults, venue: VenueId, fault: ServerFault): void {
  switch (fault.kind) {
    case 'rest':
      return faults.rest(venue, withoutUndefined(fault))
    case 'drop-sockets':
      return void faults.dropSockets(venue, fault.which)
    case 'frame':
      return faults.frame(venue, fault.text, fault.which)
    case 'refuse-sockets':
      return faults.refuseSockets(venue, fault.refusing)
    case 'stall':
    case 'skip':
    case 'cross':
      return faults[fault.kind](venue, fault.symbol)
    case 'clock':
      return faults.clock(venue, fault.offsetMs)
    case 'market':
      return faults.market(venue, fault.symbol, fault.state)
    case 'wallet':
      return faults.wallet(venue, fault.asset, fault)
    case 'permit':
      return faults.permit(venue, fault.permissions, fault.apiKey)
    case 'credit':
      return faults.credit(venue, fault.asset, fault.amount, fault.apiKey)
    case 'shrink':
      return faults.shrink(venue, fault.clientId, fault.amount, fault.apiKey)
    case 'heal':
      return faults.heal(venue)
  }
}

/** A property that is missing is not one that is undefined. */
type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
const withoutUndefined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Defined<T>

const wrong = (error: string): VenueAnswer => ({ status: 400, value: { error } })

function takeFault({ served, faults }: Control, { body }: RestCall): VenueAnswer {
  const { venue: named, ...rest } = jsonObject(body) ?? {}
  const venue = textOf(named)
  const entry = served.get(venue)
  if (entry === undefined) return wrong(`the venue servers do not serve ${venue}`)
  const deskFault = readDeskFault(rest)
  if (deskFault !== undefined && entry.desk === undefined)
    return wrong(`nobody can trade on ${venue} here`)
  const fault = deskFault === undefined ? schema.safeParse(rest) : undefined
  if (fault?.success === false) return wrong(z.prettifyError(fault.error))
  try {
    if (deskFault !== undefined) faults.desk(venue, deskFault)
    else if (fault !== undefined) apply(faults, venue, fault.data)
  } catch (error) {
    // An unknown key, or an amount that is no number.
    return wrong(error instanceof Error ? error.message : String(error))
  }
  return { status: 200, value: { venue, ...rest } }
}

/** Undefined: the address is none of these. */
export function answerControl(control: Control, call: RestCall): VenueAnswer | undefined {
  switch (`${call.method} ${call.path}`) {
    case 'POST /faults':
      return takeFault(control, call)
    case 'GET /orders':
      return { status: 200, value: auditOf(control.served) }
    default:
      return undefined
  }
}
