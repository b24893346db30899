// Job names and payloads: the only contract between processes. A payload carries ids, never facts;
// the facts are read from the database by whoever does the work.
import { z } from 'zod'

const id = z.string().min(1).max(200)

export const jobs = {
  /** Read every market of these venues (all, if none is named) by REST and write the watchlist. */
  sweep: z.strictObject({ venues: z.array(id).min(1).max(200).optional() }),
  /** Read markets, currencies and fees of every venue again. */
  'list-markets': z.strictObject({}),
  /** Run one shard of the trading loop until told to stop. */
  shard: z.strictObject({ shard: id }),
  /** Drive one approved trade to its end. */
  'execute-trade': z.strictObject({ trade: id }),
  /** Take up trades that nobody carries any more: their worker died. */
  'resume-trades': z.strictObject({}),
  /** Hold what the venues' accounts say against what the desk remembers, where that is due. */
  reconcile: z.strictObject({}),
  /** Carry out what a person decided about an open position. */
  'answer-exposure': z.strictObject({ answer: id }),
  /** Ask current books what closing an open position costs: of one trade, or of all whose costs are old. */
  'quote-exposures': z.strictObject({ trade: id.optional() }),
  /** Close the approvals whose time is over. */
  'expire-approvals': z.strictObject({}),
  /** Remove what is older than its retention, and roll statistics up. */
  housekeeping: z.strictObject({}),
  /** Deliver the notifications that wait in the outbox. */
  notify: z.strictObject({}),
}

export type JobName = keyof typeof jobs
export type JobPayload<Name extends JobName> = z.infer<(typeof jobs)[Name]>

export const jobNames = Object.keys(jobs) as JobName[]
