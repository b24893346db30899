// What the process that started this one has already found out, as ARBDESK_RUN carries it.
import { z } from 'zod'

export const runSchema = z.strictObject({
  startedAt: z.iso.datetime(),
  supervisorPid: z.number().int().positive(),
  /** Servers that the supervisor started itself. */
  databaseUrl: z.string().optional(),
  redisUrl: z.string().optional(),
  /** Where the venue servers of a simulated or replayed market listen. */
  venuesUrl: z.string().optional(),
  /** The desk speaks JSON on standard output. */
  json: z.boolean(),
  /** Settings that hold for this run only, by their key. */
  overrides: z.record(z.string(), z.string()),
  /** What is changed from then on, by the clock of the database, holds in spite of them. */
  overridesSince: z.iso.datetime().optional(),
  /** Where paper orders go for as long as it runs: one run has one set of accounts. */
  gateway: z.enum(['paper', 'venue']).optional(),
})

/** One run of the desk, from `npm start` to its end. */
export type Run = Readonly<z.output<typeof runSchema>>

export const variableOfRun = (run: Run): { ARBDESK_RUN: string } => ({
  ARBDESK_RUN: JSON.stringify(run),
})

/** @throws for anything variableOfRun did not write: no person is meant to. */
export const readRun = (text: string | undefined): Run | undefined =>
  text === undefined ? undefined : runSchema.parse(JSON.parse(text))
