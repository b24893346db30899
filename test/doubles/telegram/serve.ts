// The HTTP side: takes a bot's requests, lets ordered mishaps happen, holds both directions to the Bot API's
// description and answers as api.telegram.org does.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  badRequest,
  bodyTooLarge,
  isRefusal,
  methodNotFound,
  notFound,
  tooManyRequests,
  unauthorized,
  type Answer,
} from './answer.ts'
import { requestFaults, resultFaults } from './check.ts'
import type { Limits } from './limits.ts'
import { methods } from './methods/all.ts'
import type { Mishap, Mishaps } from './mishaps.ts'
import { objectOf, textOf } from './parameters.ts'
import { bodyOf, type Call } from './request.ts'
import type { Specification } from './specification.ts'
import type { World } from './state.ts'

/** A request as it arrived, with what became of it. */
export type RecordedCall = Call & {
  readonly atMs: number
  /** Missing while the call is under way, and where its socket was cut. */
  answer?: Answer
}

export type Front = {
  readonly world: World
  readonly limits: Limits
  readonly mishaps: Mishaps
  readonly calls: RecordedCall[]
  readonly specification: Specification | undefined
  /** Called when a call arrives, when it has taken effect and when it is over. */
  readonly changed: () => void
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Only these write into a chat; the others Telegram counts apart or not at all. */
const counted = /^(?:send(?:Message|Photo|Document|MediaGroup)|editMessage\w+)$/

function chatIdOf({ parameters }: Call): number | undefined {
  const chatId = Number(textOf(parameters, 'chat_id'))
  return Number.isSafeInteger(chatId) && chatId !== 0 ? chatId : undefined
}

/** Seconds to wait where the chat has had too much. */
function tooMuch({ world, limits }: Front, call: Call): number | undefined {
  const chatId = chatIdOf(call)
  const room = chatId === undefined ? undefined : world.rooms.get(chatId)
  if (chatId === undefined || room === undefined || !counted.test(call.method)) return undefined
  const media = call.method === 'sendMediaGroup' ? objectOf(call.parameters, 'media') : 'missing'
  const items = typeof media === 'object' && Array.isArray(media.value) ? media.value.length : 1
  const isGroup = room.chat.type !== 'private'
  return limits.take({ chatId, isGroup, method: call.method, messages: items })
}

/** Does what the call asks; undefined when nobody waits for the answer any more. */
async function carryOut(
  front: Front,
  call: Call,
  caller: AbortSignal,
): Promise<Answer | undefined> {
  const { world } = front
  if (call.method.toLowerCase() === 'getupdates') return world.updates.poll(call.parameters, caller)
  const method = methods.get(call.method.toLowerCase())
  if (method === undefined) {
    if (front.specification?.methods[call.method] !== undefined)
      world.faults.found.push({
        method: call.method,
        where: 'double',
        reasons: ['Telegram has this method, this double does not'],
      })
    return methodNotFound
  }
  const retryAfterSeconds = tooMuch(front, call)
  return retryAfterSeconds === undefined ? method(world, call) : tooManyRequests(retryAfterSeconds)
}

function note({ world }: Front, call: Call, where: 'request' | 'answer', reasons: string[]): void {
  if (reasons.length > 0) world.faults.found.push({ method: call.method, where, reasons })
}

/** The answer, checked; what no test ordered and Telegram would refuse is remembered. */
async function answerTo(
  front: Front,
  call: Call,
  caller: AbortSignal,
): Promise<Answer | undefined> {
  const { specification, world } = front
  const answer = await carryOut(front, call, caller)
  if (answer === undefined) return undefined
  if (isRefusal(answer)) {
    const { error_code: code, description } = answer
    if (code !== 429) world.faults.refusals.push({ method: call.method, code, description })
  } else if (specification !== undefined)
    note(front, call, 'answer', resultFaults(specification, call.method, answer.result))
  return answer
}

function send(response: ServerResponse, answer: Answer): void {
  const status = isRefusal(answer) ? answer.error_code : 200
  const retryAfter = isRefusal(answer) ? answer.parameters?.retry_after : undefined
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  })
  response.end(JSON.stringify(answer))
}

function sendPage(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html' })
  response.end(`<html><head><title>${status}</title></head><body>nginx</body></html>`)
}

/** Whether the mishap stands in place of the answer, so that nothing may take effect. */
function preventsEffect(mishap: Mishap | undefined): boolean {
  switch (mishap?.kind) {
    case 'flood':
    case 'refuse':
    case 'drop-before-effect':
      return true
    case 'gateway':
      return mishap.afterEffect !== true
    case 'drop-after-effect':
    case 'slow':
    case undefined:
      return false
  }
}

/** Answers as the mishap has it, and says what the bot heard, if anything. */
async function tell(
  response: ServerResponse,
  mishap: Mishap | undefined,
  answer: Answer | undefined,
): Promise<Answer | undefined> {
  const reply = (heard: Answer): Answer => {
    send(response, heard)
    return heard
  }
  switch (mishap?.kind) {
    case 'flood':
      return reply(tooManyRequests(mishap.retryAfterSeconds))
    case 'refuse':
      return reply(mishap.answer)
    case 'gateway':
      sendPage(response, mishap.status)
      return undefined
    case 'drop-before-effect':
    case 'drop-after-effect':
      response.socket?.destroy()
      return undefined
    case 'slow':
      await pause(mishap.delayMs)
      return answer === undefined ? undefined : reply(answer)
    case undefined:
      return answer === undefined ? undefined : reply(answer)
  }
}

async function callMethod(front: Front, call: Call, response: ServerResponse): Promise<void> {
  const caller = new AbortController()
  response.once('close', () => caller.abort())
  const recorded: RecordedCall = { ...call, atMs: front.world.now() }
  front.calls.push(recorded)
  front.changed()
  const { specification } = front
  if (specification !== undefined) note(front, call, 'request', requestFaults(specification, call))
  const mishap = front.mishaps.take(call.method, chatIdOf(call))
  const answer = preventsEffect(mishap) ? undefined : await answerTo(front, call, caller.signal)
  // Whoever waits for the effect is woken before a slow answer is out.
  front.changed()
  const heard = await tell(response, mishap, answer)
  if (heard !== undefined) recorded.answer = heard
  front.changed()
}

function sendFile({ world }: Front, path: string, response: ServerResponse): void {
  const file = world.files.byPath.get(path)
  if (file === undefined) return send(response, notFound)
  response.writeHead(200, { 'content-type': 'application/octet-stream' })
  response.end(file.bytes)
}

type Target = { readonly kind: 'method' | 'file'; readonly name: string }

/** What an address means: /bot<token>/<method> or /file/bot<token>/<path>; 'stranger' for another token. */
function targetOf(pathname: string, token: string): Target | 'stranger' | undefined {
  for (const [kind, root] of [
    ['method', '/bot'],
    ['file', '/file/bot'],
  ] as const) {
    const prefix = `${root}${token}/`
    if (pathname.startsWith(prefix)) return { kind, name: pathname.slice(prefix.length) }
    if (pathname.startsWith(root)) return 'stranger'
  }
  return undefined
}

async function handle(
  front: Front,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = URL.parse(`http://telegram${request.url ?? '/'}`)
  const body = url === null ? '' : await bodyOf(request, url)
  const target = targetOf(decodeURIComponent(url?.pathname ?? ''), front.world.token)
  if (target === undefined) return send(response, notFound)
  if (target === 'stranger') return send(response, unauthorized)
  if (target.kind === 'file') return sendFile(front, target.name, response)
  if (body === 'too large') return send(response, bodyTooLarge)
  if (typeof body === 'string') return send(response, badRequest(body))
  return callMethod(front, { method: target.name, ...body }, response)
}

/** Serves on a free port of this machine. A bug in the double breaks the bot's call and is told as a fault. */
export async function serve(
  front: Front,
): Promise<{ readonly server: Server; readonly apiRoot: string }> {
  const server = createServer((request, response) => {
    handle(front, request, response).catch((error: unknown) => {
      const reasons = [error instanceof Error ? (error.stack ?? error.message) : String(error)]
      front.world.faults.found.push({ method: request.url ?? '', where: 'double', reasons })
      response.socket?.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
