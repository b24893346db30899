// Text that looks like a key, a token or a password. Whoever types one into a chat has given it away:
// the desk takes no keys there, and says so.

const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/,
  // "secret=…", "api key: …", "passphrase …".
  /\b(?:api[ _-]?(?:key|secret)|secret(?:[ _-]?key)?|access[ _-]?key|private[ _-]?key|passphrase|password)\b\s{0,3}(?:[:=]|is)\s{0,3}["']?[^\s"']{8,}/i,
  // A Telegram bot's, then a Discord bot's.
  /\b\d{6,12}:[\w-]{30,50}(?![\w-])/,
  /\b[\w-]{23,30}\.[\w-]{6,8}\.[\w-]{27,50}(?![\w-])/,
  // KuCoin, OKX and HTX number keys like this.
  /\b[0-9a-f]{8}-[0-9a-f]{4,8}-[0-9a-f]{4,8}-[0-9a-f]{4,8}(?:-[0-9a-f]{5,12})?\b/i,
  /\bmx0v[a-z0-9]{12,20}\b/i,
  /\bbg_[0-9a-f]{32}\b/i,
]

/** Long runs of the letters that keys are written in; a comma, a slash or a space ends one. */
const runs = /[\w+=-]{24,200}/g
const hexLengthMin = 24
const mixedLengthMin = 30
const differentMin = 14

function isKeyRun(run: string): boolean {
  const letters = run.replaceAll(/[^a-zA-Z0-9]/g, '')
  const hasDigit = /\d/.test(letters)
  if (/^[0-9a-f]+$/i.test(run)) return run.length >= hexLengthMin && hasDigit && /[a-f]/i.test(run)
  const isMixed = hasDigit && /[a-z]/.test(letters) && /[A-Z]/.test(letters)
  return isMixed && letters.length >= mixedLengthMin && new Set(letters).size >= differentMin
}

/** Base64 may hold slashes, which runs do not: it counts where it is long and ends as base64 does. */
const base64 = /(?<![\w/+])[A-Za-z0-9+/]{40,200}={1,2}(?![\w=])/

const textMax = 20_000

/** Whether somebody who reads this may now have a key of ours. */
export function looksLikeKey(text: string): boolean {
  const read = text.slice(0, textMax)
  if (shapes.some((shape) => shape.test(read)) || base64.test(read)) return true
  return [...read.matchAll(runs)].some(([run]) => isKeyRun(run))
}

export const burnedKeyWarning =
  'That looks like a key or a password. Whoever reads this chat has it now: delete it at the venue and make a new one. The desk takes keys from its environment alone, never from a chat.'
