// Pictures and documents on their way into a message: by upload, by file_id, alone or as InputMedia.
import { badRequest, isRefusal, type Refusal } from './answer.ts'
import {
  documentOf,
  fileBytesMax,
  photoComplaint,
  photoOf,
  store,
  type StoredFile,
} from './files.ts'
import { captionText } from './formatted-text.ts'
import type { FormattedText } from './objects.ts'
import { isObject, objectOf, textOf, type Parameters } from './parameters.ts'
import type { Content } from './posting.ts'
import type { Upload } from './request.ts'
import type { World } from './state.ts'

export type Media = {
  readonly kind: 'photo' | 'document'
  /** Not kept yet where it is an upload: the request may still be refused. */
  readonly file: StoredFile | Upload
  readonly caption: FormattedText
}

type Uploads = ReadonlyMap<string, Upload>

function uploadComplaint(kind: Media['kind'], { bytes }: Upload): string | undefined {
  if (bytes.length === 0) return 'file must be non-empty'
  if (kind === 'photo') return photoComplaint(bytes)
  return bytes.length > fileBytesMax ? 'file is too big' : undefined
}

/** The file that a text names: "attach://x" an upload, anything else a file sent before. */
function resolve(
  world: World,
  kind: Media['kind'],
  name: string,
  uploads: Uploads,
): StoredFile | Upload | Refusal | undefined {
  const prefix = 'attach://'
  if (!name.startsWith(prefix)) {
    const known = world.files.byId.get(name)
    if (known !== undefined) return known
    // Telegram would fetch an address; nothing outside this machine is fetched in a test.
    return badRequest(
      /^https?:/i.test(name)
        ? 'failed to get HTTP URL content'
        : 'wrong file identifier/HTTP URL specified',
    )
  }
  const upload = uploads.get(name.slice(prefix.length))
  if (upload === undefined) return undefined
  const complaint = uploadComplaint(kind, upload)
  return complaint === undefined ? upload : badRequest(complaint)
}

/** The file in the parameter that is called after its kind: `photo` or `document`. */
export function namedFile(
  world: World,
  kind: Media['kind'],
  parameters: Parameters,
  uploads: Uploads,
): StoredFile | Upload | Refusal {
  const name = uploads.has(kind) ? `attach://${kind}` : textOf(parameters, kind)
  const file = name === '' ? undefined : resolve(world, kind, name, uploads)
  return file ?? badRequest(`there is no ${kind} in the request`)
}

/** The parameter `media`, a JSON text or what JSON already made of it. */
export function givenMedia(parameters: Parameters): unknown {
  const given = objectOf(parameters, 'media')
  if (given === 'missing') return badRequest('parameter "media" is required')
  return given === 'unreadable' ? badRequest("can't parse media JSON object") : given.value
}

/** One InputMedia. */
export function readMedia(world: World, item: unknown, uploads: Uploads): Media | Refusal {
  const complain = (reason: string) => badRequest(`can't parse InputMedia: ${reason}`)
  if (!isObject(item)) return complain('expected an Object')
  const kind = textOf(item, 'type')
  if (kind !== 'photo' && kind !== 'document') return complain(`type "${kind}" is unsupported`)
  const caption = captionText(item)
  if (isRefusal(caption)) return caption
  const file = resolve(world, kind, textOf(item, 'media'), uploads)
  if (file === undefined) return complain('media not found')
  return isRefusal(file) ? file : { kind, file, caption }
}

/** Keeps the file and makes it the content of a message. */
export function contentOf(world: World, { kind, file, caption }: Media): Content {
  const folder = kind === 'photo' ? 'photos' : 'documents'
  const stored = 'fileId' in file ? file : store(world.files, folder, file)
  const { text, entities } = caption
  return {
    ...(kind === 'photo' ? { photo: photoOf(stored) } : { document: documentOf(stored) }),
    ...(text !== '' && { caption: text }),
    ...(entities.length > 0 && { caption_entities: entities }),
  }
}
