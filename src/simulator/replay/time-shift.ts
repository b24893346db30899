// Recorded times moved by one constant, in the venue's own text: everything else keeps its bytes.

/** What venues call a time in frames and ticker rows; ids and counts have other names or fewer digits. */
const timeFields = ['E', 'T', 't', 'time', 'ts', 'timestamp', 'openTime', 'closeTime'] as const
const named = new Set<string>(timeFields)
// 13 digits are ms, 16 µs, 19 ns.
const stamps = new RegExp(`("(?:${timeFields.join('|')})":"?)(\\d{19}|\\d{16}|\\d{13})(?!\\d)`, 'g')
// KuCoin begins a candle with the second at which it opened.
const candles = /("candles":\[")(\d{10})(?!\d)/

function moved(digits: string, shiftMs: number): string {
  const unitsPerMs = 10 ** (digits.length - 13)
  return unitsPerMs < 1
    ? String(Number(digits) + Math.round(shiftMs / 1000))
    : String(BigInt(digits) + BigInt(Math.round(shiftMs)) * BigInt(unitsPerMs))
}

/** A recorded frame as it would be sent `shiftMs` later. */
export function shiftFrame(text: string, shiftMs: number): string {
  const shift = (_: string, before: string, digits: string) => before + moved(digits, shiftMs)
  return text.replace(stamps, shift).replace(candles, shift)
}

/** A recorded ticker row as it would be answered `shiftMs` later; numbers stay numbers. */
export function shiftRow(
  row: Readonly<Record<string, unknown>>,
  shiftMs: number,
): Record<string, unknown> {
  const shifted = { ...row }
  for (const [field, value] of Object.entries(row)) {
    if (!named.has(field) || (typeof value !== 'string' && typeof value !== 'number')) continue
    if (!/^\d{13}$/.test(String(value))) continue
    const later = moved(String(value), shiftMs)
    shifted[field] = typeof value === 'number' ? Number(later) : later
  }
  return shifted
}
