// "Not found" proves nothing until the request can no longer arrive. These are the proofs that end an order
// nobody finds; an answer counts from when it was asked for.
import type { Execution, Leg, Proof } from './execution.ts'
import { after } from './decision.ts'

/** Beyond what the venue promises. */
const reserveMs = 5_000
const absentTimes = 2
const absentApartMs = 5_000
/** What a venue that gave an id may need until its own lookup knows it. */
const acceptedLagMs = 15_000

const from = (deadAt: Date): Proof => ({
  deadAt,
  absentAt: [],
  notOpenAt: undefined,
  noFillAt: undefined,
  balancedAt: undefined,
})

/** Undefined where no time makes the request dead: only a person may end such an order. */
export function proofFor(
  { requestLifeMs }: Pick<Execution, 'requestLifeMs'>,
  { market, notAfter }: Pick<Leg, 'market' | 'notAfter'>,
): Proof | undefined {
  const lifeMs = requestLifeMs[market.venue]
  if (lifeMs === undefined || notAfter === undefined) return undefined
  return from(after(notAfter, lifeMs + reserveMs))
}

/** An order that was accepted and is in no list any more has ended; its fills say how. */
export const proofOfEnd = (acceptedAt: Date): Proof => from(after(acceptedAt, acceptedLagMs))

export function withAbsence(proof: Proof | undefined, askedAt: Date): Proof | undefined {
  if (proof === undefined || askedAt < proof.deadAt) return proof
  const last = proof.absentAt.at(-1)
  if (last !== undefined && askedAt < after(last, absentApartMs)) return proof
  return { ...proof, absentAt: [...proof.absentAt, askedAt] }
}

type Single = 'notOpenAt' | 'noFillAt' | 'balancedAt'

/** `holds` false takes an earlier proof back. */
export function withProof(
  proof: Proof | undefined,
  name: Single,
  askedAt: Date,
  holds: boolean,
): Proof | undefined {
  if (proof === undefined) return undefined
  if (!holds) return { ...proof, [name]: undefined }
  return askedAt < proof.deadAt ? proof : { ...proof, [name]: askedAt }
}

/** Found after all, or seen alive: what was proved before is worth nothing. */
export const withoutProof = (proof: Proof | undefined): Proof | undefined =>
  proof === undefined ? undefined : from(proof.deadAt)

const isNowhere = ({ absentAt, notOpenAt, noFillAt }: Proof): boolean =>
  absentAt.length >= absentTimes && notOpenAt !== undefined && noFillAt !== undefined

export const isNeverAccepted = (proof: Proof | undefined): boolean =>
  proof !== undefined && isNowhere(proof) && proof.balancedAt !== undefined
export const isEndedUnseen = (proof: Proof | undefined): boolean =>
  proof !== undefined && isNowhere(proof)
