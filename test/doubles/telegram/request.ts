// One request as it came over the wire: JSON, form or multipart, read into parameters and files.
import type { IncomingMessage } from 'node:http'
import { isObject, type Parameters } from './parameters.ts'

export type Upload = { readonly name: string; readonly bytes: Buffer }

export type Call = {
  /** As the bot wrote it: "sendMessage". */
  readonly method: string
  readonly encoding: 'none' | 'json' | 'form' | 'multipart'
  readonly parameters: Parameters
  readonly uploads: ReadonlyMap<string, Upload>
}

type Body = Omit<Call, 'method'>

// What api.telegram.org takes at most: 50 MB of file and some words around it.
const bodyBytesMax = 50 * 1024 * 1024 + 65_536

const nothing: Body = { encoding: 'none', parameters: {}, uploads: new Map() }

async function bytesOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size <= bodyBytesMax) chunks.push(chunk as Buffer)
  }
  return size > bodyBytesMax ? undefined : Buffer.concat(chunks)
}

async function multipart(bytes: Buffer, type: string): Promise<Body> {
  const form = await new Response(new Uint8Array(bytes), {
    headers: { 'content-type': type },
  }).formData()
  const parameters: Record<string, string> = {}
  const uploads = new Map<string, Upload>()
  for (const [name, value] of form)
    if (typeof value === 'string') parameters[name] = value
    else uploads.set(name, { name: value.name, bytes: Buffer.from(await value.arrayBuffer()) })
  return { encoding: 'multipart', parameters, uploads }
}

/** Reads the body; a text says why it is none. */
export async function bodyOf(request: IncomingMessage, url: URL): Promise<Body | string> {
  const bytes = await bytesOf(request)
  if (bytes === undefined) return 'too large'
  const query = Object.fromEntries(url.searchParams)
  const type = request.headers['content-type'] ?? ''
  if (bytes.length === 0) return { ...nothing, parameters: query }
  if (type.startsWith('multipart/form-data')) {
    try {
      return await multipart(bytes, type)
    } catch {
      return 'multipart body is broken'
    }
  }
  const text = bytes.toString('utf8')
  if (type.startsWith('application/x-www-form-urlencoded')) {
    const form = Object.fromEntries(new URLSearchParams(text))
    return { ...nothing, encoding: 'form', parameters: { ...query, ...form } }
  }
  try {
    const value: unknown = JSON.parse(text)
    if (!isObject(value)) return "can't parse JSON object"
    return { ...nothing, encoding: 'json', parameters: { ...query, ...value } }
  } catch {
    return "can't parse JSON object"
  }
}
