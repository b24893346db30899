// Names for opportunities, approvals and trades: short enough to type in a chat, and newer ones sort later.

/** Crockford's base 32: no i, l, o or u, so nothing can be misread or spell a word. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const epochMs = Date.UTC(2025, 0, 1)
/** 40 bits of milliseconds last until 2059; 20 random bits keep apart what one millisecond makes. */
const timeLength = 8
const randomLength = 4

/** Twelve characters such as "01hv3m2kq7ez". The database refuses the rare second use of one. */
export function newId(nowMs: number): string {
  let left = Math.max(0, Math.floor(nowMs) - epochMs)
  let time = ''
  for (let i = 0; i < timeLength; i++) {
    time = `${alphabet[left % 32]}${time}`
    left = Math.floor(left / 32)
  }
  const random = crypto.getRandomValues(new Uint8Array(randomLength))
  return time + Array.from(random, (byte) => alphabet[byte % 32]).join('')
}
