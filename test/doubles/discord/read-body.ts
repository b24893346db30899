// The body of one request: JSON, or multipart with `payload_json` and `files[n]`.
import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'

export type UploadedFile = {
  /** The n of `files[n]`. */
  readonly index: number
  readonly name: string
  readonly contentType: string
  readonly bytes: Buffer
}

export type Body = {
  /** Undefined where there was none. */
  readonly json: unknown
  readonly files: readonly UploadedFile[]
  readonly faults: readonly string[]
}

const byExtension: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
}

function contentTypeOf({ name, type }: File): string {
  if (type !== '' && type !== 'application/octet-stream') return type
  return byExtension[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
}

function parsed(text: string): Pick<Body, 'json' | 'faults'> {
  try {
    return { json: JSON.parse(text) as unknown, faults: [] }
  } catch {
    return { json: undefined, faults: ['the body is not JSON'] }
  }
}

async function multipart(bytes: Buffer, contentType: string): Promise<Body> {
  const headers = { 'content-type': contentType }
  const form = await new Response(new Uint8Array(bytes), { headers }).formData()
  const payload = form.get('payload_json')
  const faults: string[] = []
  const files: UploadedFile[] = []
  for (const [field, value] of form) {
    const index = /^files\[(\d)\]$/.exec(field)?.[1]
    if (field === 'payload_json') continue
    if (index === undefined || typeof value === 'string') {
      faults.push(`the multipart field ${field} is neither payload_json nor files[0] to files[9]`)
      continue
    }
    const content = Buffer.from(await value.arrayBuffer())
    if (content.length === 0) faults.push(`${value.name} is empty`)
    const type = contentTypeOf(value)
    files.push({ index: Number(index), name: value.name, contentType: type, bytes: content })
  }
  const { json, faults: jsonFaults } = parsed(typeof payload === 'string' ? payload : '{}')
  return { json, files, faults: [...faults, ...jsonFaults] }
}

/** Reads what the bot sent; whatever it is, this answers and does not throw. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const bytes = await buffer(request)
  const contentType = request.headers['content-type'] ?? ''
  if (bytes.length === 0) return { json: undefined, files: [], faults: [] }
  if (contentType.startsWith('multipart/form-data')) {
    try {
      return await multipart(bytes, contentType)
    } catch (error) {
      return { json: undefined, files: [], faults: [`the multipart body: ${String(error)}`] }
    }
  }
  const faults = contentType.startsWith('application/json')
    ? []
    : [`the content type is ${contentType === '' ? 'absent' : contentType}`]
  const read = parsed(bytes.toString())
  return { json: read.json, files: [], faults: [...faults, ...read.faults] }
}
