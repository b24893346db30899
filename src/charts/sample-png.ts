// Reads a PNG back into pixels, as far as the charts' own pictures need it: for tests that look.
import { inflateSync } from 'node:zlib'

export type Pixels = {
  readonly width: number
  readonly height: number
  /** Red, green, blue and opacity, 0 to 255, row after row. */
  readonly rgba: Uint8Array
}

type Rows = { readonly bytes: Buffer; readonly rowBytes: number; readonly pixelBytes: number }

/** PNG's filter 4: whichever neighbour is nearest to left + up - corner. */
function paeth(left: number, up: number, corner: number): number {
  const byLeft = Math.abs(up - corner)
  const byUp = Math.abs(left - corner)
  const byCorner = Math.abs(left + up - 2 * corner)
  if (byLeft <= byUp && byLeft <= byCorner) return left
  return byUp <= byCorner ? up : corner
}

/** What a byte of a row with this filter is a difference from. */
function guessOf(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  return filter === 4 ? paeth(left, up, corner) : 0
}

function unfilter({ bytes, rowBytes, pixelBytes }: Rows, height: number): Uint8Array {
  const out = new Uint8Array(rowBytes * height)
  for (let row = 0; row < height; row++) {
    const filter = bytes[row * (rowBytes + 1)] as number
    for (let n = 0; n < rowBytes; n++) {
      const at = row * rowBytes + n
      const left = n < pixelBytes ? 0 : (out[at - pixelBytes] as number)
      const up = row === 0 ? 0 : (out[at - rowBytes] as number)
      const corner = n < pixelBytes || row === 0 ? 0 : (out[at - rowBytes - pixelBytes] as number)
      out[at] = (bytes[row * (rowBytes + 1) + 1 + n] as number) + guessOf(filter, left, up, corner)
    }
  }
  return out
}

/** Throws for anything but eight-bit RGBA without interlacing. */
export function readPng(png: Uint8Array): Pixels {
  const bytes = Buffer.from(png)
  if (bytes.toString('latin1', 1, 4) !== 'PNG') throw new Error('this is no PNG')
  const width = bytes.readUInt32BE(16)
  const height = bytes.readUInt32BE(20)
  const kind = bytes.subarray(24, 29)
  if (!kind.equals(Buffer.from([8, 6, 0, 0, 0])))
    throw new Error(`unread kind of PNG: ${kind.toString('hex')}`)
  const parts: Buffer[] = []
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at)
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(bytes.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  const rows = { bytes: inflateSync(Buffer.concat(parts)), rowBytes: width * 4, pixelBytes: 4 }
  return { width, height, rgba: unfilter(rows, height) }
}

/** How much of a part of the picture, in px of the picture, has another colour than its first pixel. */
export function inkShare(
  { width, rgba }: Pixels,
  part: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): number {
  const colourAt = (x: number, y: number): number => {
    const at = (y * width + x) * 4
    return ((rgba[at] as number) << 16) | ((rgba[at + 1] as number) << 8) | (rgba[at + 2] as number)
  }
  const ground = colourAt(part.x, part.y)
  let ink = 0
  for (let y = part.y; y < part.y + part.height; y++)
    for (let x = part.x; x < part.x + part.width; x++) if (colourAt(x, y) !== ground) ink++
  return ink / (part.width * part.height)
}
