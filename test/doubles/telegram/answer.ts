// What a method answers, in Telegram's own words: bots tell refusals apart by their text.

export type Refusal = {
  readonly ok: false
  readonly error_code: number
  readonly description: string
  readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number }
}

export type Answer =
  | { readonly ok: true; readonly result: unknown; readonly description?: string }
  | Refusal

export const success = (result: unknown): Answer => ({ ok: true, result })

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'ok' in value && value.ok === false

const refusal = (error_code: number, description: string): Refusal => ({
  ok: false,
  error_code,
  description,
})

/** Telegram writes the first letter small, unless the text is one of its constants. */
export function badRequest(text: string): Refusal {
  const isConstant = /^[A-Z][A-Z_]/.test(text)
  return refusal(
    400,
    `Bad Request: ${isConstant ? text : text.charAt(0).toLowerCase() + text.slice(1)}`,
  )
}

export const forbidden = (text: string): Refusal => refusal(403, `Forbidden: ${text}`)

export const conflict = (text: string): Refusal => refusal(409, `Conflict: ${text}`)

export const unauthorized: Refusal = refusal(401, 'Unauthorized')

export const methodNotFound: Refusal = refusal(404, 'Not Found: method not found')

export const notFound: Refusal = refusal(404, 'Not Found')

export const bodyTooLarge: Refusal = refusal(413, 'Request Entity Too Large')

/** Whole seconds, as Telegram counts them. */
export const tooManyRequests = (retryAfterSeconds: number): Refusal => ({
  ...refusal(429, `Too Many Requests: retry after ${retryAfterSeconds}`),
  parameters: { retry_after: retryAfterSeconds },
})

export const upgraded = (toChatId: number): Refusal => ({
  ...badRequest('group chat was upgraded to a supergroup chat'),
  parameters: { migrate_to_chat_id: toChatId },
})
