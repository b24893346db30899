// What a venue's private side can be told to do wrong, and what of it is still to be done. The shapes
// are read from the control route too, so they are schemas.
import { z } from 'zod'

const times = z.int().positive().optional()
const waitMs = z.number().min(0).max(600_000)

/** The kinds of private calls, as far as faults and permissions tell them apart. */
export const callKinds = ['place', 'cancel', 'lookup', 'withdraw', 'read'] as const
export type CallKind = (typeof callKinds)[number]
const on = z.enum(callKinds)

const schemas = {
  /** The venue acts and the answer never leaves; with `lateMs` it acts only so long after the cut. */
  'lost-reply': z.object({ on, lateMs: waitMs.optional(), times }),
  /** Another answer than the venue's: an error page, an empty body. `acts`: it did the work all the same. */
  'wrong-reply': z.object({
    on,
    status: z.int().min(100).max(599),
    body: z.string().max(10_000),
    headers: z.record(z.string(), z.string()).optional(),
    acts: z.boolean(),
    times,
  }),
  /** Answers with what it said to the call of this kind before: the reply for another order, which it took. */
  'other-reply': z.object({ on, times }),
  /** For so long every lookup of an order says that there is none; with `lists` the lists lag too. */
  'not-found': z.object({ forMs: waitMs, lists: z.boolean().optional() }),
  /** Orders that ended without a fill are gone from every lookup. */
  forgetful: z.object({}),
  /** Each order counts its trades from the same number. */
  'same-trade-ids': z.object({}),
  /** A client id is taken again and again. */
  'takes-duplicates': z.object({}),
  /** Every level is printed in so many parts; with `everyMs` one after the other. */
  split: z.object({ prints: z.int().min(2).max(50), everyMs: waitMs.optional(), times }),
  /** What an order left unfilled when it ended is filled after all, so long after the end. */
  'late-fill': z.object({ delayMs: waitMs, times }),
  /** One print more than was wished, of this share of the order. */
  overfill: z.object({ bps: z.number().positive().max(10_000), times }),
  /** Every print is worse than the book by so much, whatever the limit says. */
  'worse-price': z.object({ bps: z.number().positive().max(5000), times }),
  /** The book moves away by so much between the quote and the fill; the limit holds. */
  'moved-price': z.object({ bps: z.number().positive().max(5000), times }),
  /** The fee is taken in this asset: so much of it per quote unit of notional, whoever has it. */
  'fee-token': z.object({ asset: z.string(), rate: z.string() }),
  /** Nothing is free: what is left of every named asset counts as held. None named: all. */
  frozen: z.object({ assets: z.array(z.string()).optional() }),
  /** Balances are answered as they were when this was asked for. */
  'stale-balances': z.object({}),
  /**
   * Private streams say nothing more, lose the next so many events, say each twice, say the one before it
   * again after each, or say it so much later; `times` counts events.
   */
  'quiet-stream': z.object({}),
  'lossy-stream': z.object({ times: z.int().positive() }),
  'stuttering-stream': z.object({}),
  'replaying-stream': z.object({}),
  'late-stream': z.object({ delayMs: waitMs }),
  /** Withdrawals are accepted and end like this. */
  withdrawal: z.object({ fate: z.enum(['stuck', 'returned']), times }),
} as const

type Schemas = typeof schemas
export type DeskFaultKind = keyof Schemas
export type DeskFaultOf<K extends DeskFaultKind> = { readonly kind: K } & Fields<
  z.output<Schemas[K]>
>
/** Without the index signature of an empty object. */
type Fields<T> = T extends Readonly<Record<string, never>> ? unknown : Readonly<T>
export type DeskFault = { [K in DeskFaultKind]: DeskFaultOf<K> }[DeskFaultKind]

const isKind = (kind: unknown): kind is DeskFaultKind =>
  typeof kind === 'string' && Object.hasOwn(schemas, kind)

/** A fault as a client of the control route writes it; undefined for anything else. */
export function readDeskFault(value: Readonly<Record<string, unknown>>): DeskFault | undefined {
  const { kind, ...rest } = value
  if (!isKind(kind)) return undefined
  const read = schemas[kind].safeParse(rest)
  return read.success ? ({ kind, ...read.data } as DeskFault) : undefined
}

export type DeskFaults = {
  add(fault: DeskFault): void
  /** The oldest of its kind that `fits`, counted down where it was asked for so many times. */
  take<K extends DeskFaultKind>(
    kind: K,
    fits?: (fault: DeskFaultOf<K>) => boolean,
  ): DeskFaultOf<K> | undefined
  has(kind: DeskFaultKind): boolean
  clear(): void
}

export function createDeskFaults(): DeskFaults {
  let active: DeskFault[] = []
  return {
    add: (fault) => void active.push(fault),
    take(kind, fits = () => true) {
      const fault = active.find(
        (one): one is DeskFaultOf<typeof kind> & DeskFault =>
          one.kind === kind && fits(one as unknown as DeskFaultOf<typeof kind>),
      )
      if (fault === undefined) return undefined
      const left = 'times' in fault ? fault.times : undefined
      if (left !== undefined)
        active = active.flatMap((one) =>
          one !== fault ? [one] : left > 1 ? [{ ...one, times: left - 1 } as DeskFault] : [],
        )
      return fault
    },
    has: (kind) => active.some((one) => one.kind === kind),
    clear: () => void (active = []),
  }
}
