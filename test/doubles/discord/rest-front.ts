// The HTTP side: one request from its bytes to its answer, held against Discord's own description.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { refusals, type Answer } from './answer.ts'
import type { OpenApi } from './openapi.ts'
import type { Platform } from './platform.ts'
import { createRateLimits, type RateLimits } from './rate-limits.ts'
import { readBody, type UploadedFile } from './read-body.ts'
import type { RestFault, RestScript } from './rest-script.ts'
import { findRoute, knownRoutes, type FoundRoute } from './routes/all-routes.ts'
import type { RestRequest } from './routes/route.ts'

const prefix = '/api/v10'
const invalid: readonly number[] = [401, 403, 429]
const userAgent = /^DiscordBot \(\S+, \S+\)/

/** One request as it came, for a test to look at. */
export type SentRequest = {
  readonly method: string
  /** Below /api/v10. */
  readonly path: string
  /** Discord's own template of the path; undefined where this double has no such route. */
  readonly template: string | undefined
  readonly at: number
  readonly json: unknown
  readonly uploads: readonly UploadedFile[]
  readonly status: number
}

export type RestFront = {
  readonly requests: readonly SentRequest[]
  /** Answers 401, 403 and 429: 10,000 of them in ten minutes and Cloudflare bans the address. */
  readonly invalidRequests: number
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void
}

type Options = {
  readonly platform: Platform
  readonly script: RestScript
  readonly openApi: OpenApi | undefined
  readonly isToken: (token: string) => boolean
  readonly rateLimits: boolean
}

type Reply = Answer & {
  readonly headers?: Readonly<Record<string, string>>
  readonly page?: string
  readonly drop?: 'reset' | 'closed'
}

function limited(retryAfterS: number, global: boolean, headers: Reply['headers'] = {}): Reply {
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: retryAfterS, global, code: 0 },
    headers: {
      ...headers,
      'retry-after': String(Math.ceil(retryAfterS)),
      'x-ratelimit-scope': global ? 'global' : 'user',
      ...(global ? { 'x-ratelimit-global': 'true' } : {}),
    },
  }
}

/** What an ordered trouble says instead of the true answer; undefined where that is still due. */
function replyOf(fault: RestFault | undefined): Reply | undefined {
  switch (fault?.kind) {
    case 'rate-limited':
      return limited(fault.retryAfterS, fault.global ?? false)
    case 'status': {
      const { status, code = 0, message = `${status}: ordered by the test`, asPage } = fault
      if (asPage === true) return { status, page: `<html><body>${message}</body></html>` }
      return { status, body: { message, code } }
    }
    case 'reset':
    case 'closed':
      return fault.applied ? undefined : { status: 0, drop: fault.kind }
    case 'slow':
    case undefined:
      return undefined
  }
}

function send(response: ServerResponse, { status, body, headers, page, drop }: Reply): void {
  if (drop === 'reset') return void response.socket?.resetAndDestroy()
  if (drop === 'closed') return void response.destroy()
  // discord.js parses whatever claims to be JSON: an answer without a body must claim nothing.
  const type =
    page !== undefined ? 'text/html' : body === undefined ? undefined : 'application/json'
  response.writeHead(status, {
    ...headers,
    ...(type === undefined ? {} : { 'content-type': type }),
  })
  response.end(page ?? (body === undefined ? undefined : JSON.stringify(body)))
}

type Counter = Options & { readonly limits: RateLimits; readonly requests: SentRequest[] }

/** The headers every request needs, and its body against the description. */
function check(
  { openApi, platform: { mistakes } }: Options,
  request: IncomingMessage,
  { method, path, query, json }: RestRequest,
  faults: readonly string[],
): void {
  const agent = request.headers['user-agent'] ?? ''
  const reasons = [
    ...faults,
    ...(userAgent.test(agent) ? [] : [`the user agent is ${agent === '' ? 'absent' : agent}`]),
    ...(openApi?.request(method, path, query, json) ?? []),
  ]
  for (const reason of reasons) mistakes.add({ by: 'bot', method, path, reason })
}

function isAuthorized({ isToken }: Options, request: IncomingMessage, template: string): boolean {
  if (template.startsWith('/interactions/') || template.startsWith('/webhooks/')) return true
  const { authorization = '' } = request.headers
  return authorization.startsWith('Bot ') && isToken(authorization.slice(4))
}

function trueAnswer({ openApi, platform }: Options, found: FoundRoute, asked: RestRequest): Answer {
  const { method, path } = asked
  const answer = found.route.answer(platform, asked)
  for (const reason of openApi?.response(method, path, answer.status, answer.body) ?? [])
    platform.mistakes.add({ by: 'double', method, path, reason: `${answer.status}: ${reason}` })
  return answer
}

async function replyTo(
  counter: Counter,
  request: IncomingMessage,
  asked: RestRequest,
  found: FoundRoute | undefined,
): Promise<Reply> {
  if (found === undefined) return refusals.notFound
  const { method, template } = found.route
  const fault = counter.script.take(method, template, asked.path)
  if (fault?.kind === 'slow') await sleep(fault.ms)
  const ordered = replyOf(fault)
  if (ordered !== undefined) return ordered
  if (!isAuthorized(counter, request, template)) return refusals.unauthorized
  const allowance = counter.rateLimits
    ? counter.limits.take(method, template, asked.params, counter.platform.world.now())
    : { headers: {} }
  const { headers, retryAfterS, global = false } = allowance
  if (retryAfterS !== undefined) return limited(retryAfterS, global, headers)
  const answer: Reply = { ...trueAnswer(counter, found, asked), headers }
  return fault?.kind === 'reset' || fault?.kind === 'closed'
    ? { ...answer, drop: fault.kind }
    : answer
}

/** Serves a file that was uploaded before; false where the path means none. */
function serveFile({ platform }: Options, pathname: string, response: ServerResponse): boolean {
  const id = /^\/attachments\/(\d+)\//.exec(pathname)?.[1]
  const file = platform.world.files.get(id ?? '')
  if (file === undefined) return false
  response.writeHead(200, { 'content-type': file.contentType })
  response.end(file.bytes)
  return true
}

const noRoute = 'this double has no such route: add it under routes/'

async function serve(
  counter: Counter,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const at = counter.platform.world.now()
  const { method = 'GET' } = request
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://discord')
  if (serveFile(counter, pathname, response)) return
  const isApi = pathname.startsWith(`${prefix}/`)
  const path = isApi ? decodeURIComponent(pathname.slice(prefix.length)) : pathname
  const { json, files: uploads, faults } = await readBody(request)
  const found = isApi ? findRoute(method, path) : undefined
  const asked: RestRequest = { method, path, query, params: found?.params ?? {}, json, uploads }
  check(counter, request, asked, found === undefined ? [...faults, noRoute] : faults)
  const reply = await replyTo(counter, request, asked, found)
  const template = found?.route.template
  counter.requests.push({ method, path, template, at, json, uploads, status: reply.status })
  send(response, reply)
  counter.platform.changed()
}

export function createRestFront(options: Options): RestFront {
  const requests: SentRequest[] = []
  const counter: Counter = { ...options, requests, limits: createRateLimits() }
  // Otherwise the first answer of each kind would be late, and look like the bot's fault.
  for (const { method, template } of knownRoutes) options.openApi?.prepare(method, template)
  return {
    requests,
    get invalidRequests() {
      return requests.filter(({ status }) => invalid.includes(status)).length
    },
    handle(request, response) {
      serve(counter, request, response).catch((error: unknown) => {
        const { method = '', url = '' } = request
        options.platform.mistakes.add({ by: 'double', method, path: url, reason: String(error) })
        response.destroy()
      })
    },
  }
}
