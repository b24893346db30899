// Every way the desk can say no to a route, in one list: "why not" counts by these names.

export const refusalReasons = [
  'blocked',
  'net below minimum',
  'book age',
  'leg skew',
  'frozen market',
  'no volume',
  'abnormal profit',
  'unverified asset',
  'different assets',
  'quote assets assumed equal',
  'closed wallet',
  'no network',
  'leveraged token',
  'no depth',
  'below market minimum',
  'no balance',
  'crossed book',
  'market halted',
  'venue degraded',
  'too short to ask',
] as const

export type RefusalReason = (typeof refusalReasons)[number]

/** `detail` gives the numbers: "kucoin 1.8 s old, at most 1 s". */
export type Refusal = { readonly reason: RefusalReason; readonly detail: string }
