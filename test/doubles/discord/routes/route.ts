// One REST route: Discord's own template of its path, and what answers it.
import type { Answer } from '../answer.ts'
import type { Platform } from '../platform.ts'
import type { UploadedFile } from '../read-body.ts'

export type RestRequest = {
  readonly method: string
  /** Below /api/v10. */
  readonly path: string
  readonly query: URLSearchParams
  /** The path's variables by their name in the template. */
  readonly params: Readonly<Record<string, string>>
  readonly json: unknown
  readonly uploads: readonly UploadedFile[]
}

export type Route = {
  readonly method: string
  readonly template: string
  readonly answer: (platform: Platform, request: RestRequest) => Answer
}

/** Notes a mistake of the bot in this request. */
export function blame({ mistakes }: Platform, { method, path }: RestRequest, reason: string): void {
  mistakes.add({ by: 'bot', method, path, reason })
}

export const param = ({ params }: RestRequest, name: string): string => params[name] ?? ''
