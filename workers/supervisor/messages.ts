// What a supervisor and its children say to each other over IPC.
import { z } from 'zod'

const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

const fromChild = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready'), facts }),
  z.strictObject({ type: z.literal('report'), facts }),
  /** Its last word. */
  z.strictObject({ type: z.literal('failed'), why: z.string() }),
])
export type ChildMessage = z.output<typeof fromChild>

const fromParent = z.strictObject({ type: z.literal('stop') })
export type ParentMessage = z.output<typeof fromParent>

/** Undefined for anything that is no such message. */
export const readChildMessage = (message: unknown): ChildMessage | undefined =>
  fromChild.safeParse(message).data
export const readParentMessage = (message: unknown): ParentMessage | undefined =>
  fromParent.safeParse(message).data
