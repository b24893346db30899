// Files that were sent: their bytes stay, so that a test can look at a picture the bot drew.
import type { Document, PhotoSize } from './objects.ts'
import type { Upload } from './request.ts'

const photoBytesMax = 10 * 1024 * 1024
export const fileBytesMax = 50 * 1024 * 1024
const sidesSumMax = 10_000
const sidesRatioMax = 20

type Size = { readonly width: number; readonly height: number }

export type StoredFile = {
  readonly fileId: string
  readonly uniqueId: string
  /** As getFile tells it: "photos/file_3.png". */
  readonly path: string
  readonly name: string
  readonly bytes: Buffer
  /** Only what was sent as a photo has one. */
  readonly size?: Size
}

export type FileStore = {
  readonly byId: Map<string, StoredFile>
  readonly byPath: Map<string, StoredFile>
}

export const noFiles = (): FileStore => ({ byId: new Map(), byPath: new Map() })

const mimeTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  txt: 'text/plain',
  json: 'application/json',
  png: 'image/png',
  jpg: 'image/jpeg',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  zip: 'application/zip',
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

function jpegSize(bytes: Buffer): Size | undefined {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff;) {
    const marker = bytes.readUInt8(at + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return undefined
}

/** How large a PNG or JPEG says it is; undefined for anything else. */
function imageSize(bytes: Buffer): Size | undefined {
  const isPng = bytes.length >= 24 && bytes.subarray(0, 8).equals(pngSignature)
  if (isPng) return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? jpegSize(bytes) : undefined
}

/** Why Telegram would not take the file as a photo; undefined where it would. */
export function photoComplaint(bytes: Buffer): string | undefined {
  if (bytes.length > photoBytesMax)
    return `file of size ${bytes.length} bytes is too big for a photo; the maximum size is ${photoBytesMax} bytes`
  const size = imageSize(bytes)
  if (size === undefined) return 'IMAGE_PROCESS_FAILED'
  const { width, height } = size
  const ratio = Math.max(width, height) / Math.min(width, height)
  const fits = width > 0 && height > 0 && width + height <= sidesSumMax && ratio <= sidesRatioMax
  return fits ? undefined : 'PHOTO_INVALID_DIMENSIONS'
}

/** Keeps an upload under names of its own. */
export function store(files: FileStore, kind: 'photos' | 'documents', upload: Upload): StoredFile {
  const number = files.byId.size
  const extension = /\.(\w{1,8})$/.exec(upload.name)?.[1] ?? 'dat'
  const size = kind === 'photos' ? imageSize(upload.bytes) : undefined
  const file: StoredFile = {
    fileId: `${kind === 'photos' ? 'AgACAgIAAxk' : 'BQACAgIAAxk'}${String(number).padStart(8, '0')}`,
    uniqueId: `AQAD${String(number).padStart(8, '0')}`,
    path: `${kind}/file_${number}.${extension}`,
    name: upload.name,
    bytes: upload.bytes,
    ...(size !== undefined && { size }),
  }
  files.byId.set(file.fileId, file)
  files.byPath.set(file.path, file)
  return file
}

/** The photo as a message carries it: one size, the whole. */
export const photoOf = ({ fileId, uniqueId, bytes, size }: StoredFile): readonly PhotoSize[] => [
  {
    file_id: fileId,
    file_unique_id: uniqueId,
    width: size?.width ?? 0,
    height: size?.height ?? 0,
    file_size: bytes.length,
  },
]

export const documentOf = ({ fileId, uniqueId, bytes, name }: StoredFile): Document => ({
  file_id: fileId,
  file_unique_id: uniqueId,
  file_name: name,
  mime_type: mimeTypes[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream',
  file_size: bytes.length,
})
