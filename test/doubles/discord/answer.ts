// What the REST side says: bodies, refusals with Discord's own codes, and "Invalid Form Body".
import type { ZodType } from 'zod'

export type Answer = { readonly status: number; readonly body?: unknown }

export const ok = (body: unknown): Answer => ({ status: 200, body })
export const created = (body: unknown): Answer => ({ status: 201, body })
export const noContent: Answer = { status: 204 }

const refuse = (status: number, code: number, message: string): Answer => ({
  status,
  body: { message, code },
})

export const refusals = {
  unauthorized: refuse(401, 0, '401: Unauthorized'),
  notFound: refuse(404, 0, '404: Not Found'),
  unknownApplication: refuse(404, 10002, 'Unknown Application'),
  unknownChannel: refuse(404, 10003, 'Unknown Channel'),
  unknownGuild: refuse(404, 10004, 'Unknown Guild'),
  unknownMember: refuse(404, 10007, 'Unknown Member'),
  unknownMessage: refuse(404, 10008, 'Unknown Message'),
  unknownUser: refuse(404, 10013, 'Unknown User'),
  unknownWebhook: refuse(404, 10015, 'Unknown Webhook'),
  unknownInteraction: refuse(404, 10062, 'Unknown interaction'),
  unknownCommand: refuse(404, 10063, 'Unknown application command'),
  tooManyCommandCreates: refuse(
    400,
    30034,
    'Max number of daily application command creates has been reached (200)',
  ),
  fileTooLarge: refuse(413, 40005, 'Request entity too large'),
  alreadyAcknowledged: refuse(400, 40060, 'Interaction has already been acknowledged.'),
  notAuthor: refuse(403, 50005, 'Cannot edit a message authored by another user'),
  emptyMessage: refuse(400, 50006, 'Cannot send an empty message'),
  closedDms: refuse(403, 50007, 'Cannot send messages to this user'),
  invalidWebhookToken: refuse(401, 50027, 'Invalid Webhook Token'),
} as const

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string }
type Details = { [key: string]: Details | { code: number; message: string }[] }

const invalidFormCode = 50035

/**
 * Discord nests each fault under the field's own path. Its pages show words as codes there and its
 * description says numbers, so a bot may rely on neither.
 */
function detailsOf(issues: readonly Issue[]): Details {
  const details: Details = {}
  // A field with faults below it has none of its own: the description allows one or the other.
  const deepestFirst = issues.toSorted((a, b) => b.path.length - a.path.length)
  for (const { path, message } of deepestFirst) {
    let at = details
    for (const key of path) {
      const next = (at[String(key)] ??= {})
      if (Array.isArray(next)) break
      at = next
    }
    const errors = Object.keys(at).some((key) => key !== '_errors') ? [] : (at['_errors'] ??= [])
    if (Array.isArray(errors)) errors.push({ code: invalidFormCode, message })
  }
  return details
}

export const invalidForm = (issues: readonly Issue[]): Answer => ({
  status: 400,
  body: { message: 'Invalid Form Body', code: invalidFormCode, errors: detailsOf(issues) },
})

export type Read<Form> =
  | { readonly form: Form; readonly faults?: undefined }
  | { readonly form?: undefined; readonly faults: readonly string[]; readonly answer: Answer }

/** Reads a body by the platform's rules; `faults` says each breach in one line. */
export function readForm<Form>(rules: ZodType<Form>, json: unknown): Read<Form> {
  const result = rules.safeParse(json)
  if (result.success) return { form: result.data }
  const { issues } = result.error
  const faults = issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
  return { faults, answer: invalidForm(issues) }
}
