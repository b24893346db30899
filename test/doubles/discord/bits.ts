// Flags are sums of an enum's members, which the type checker takes for no member at all.

/** The bits as flags of this enum. Throws where the enum knows one of them not: our own mistake. */
export function bits<Flags extends number>(
  known: Readonly<Record<string, Flags | string>>,
  value: number,
): Flags {
  const all = Object.values(known).reduce<number>((sum, bit) => sum | Number(bit), 0)
  if ((value & ~all) !== 0) throw new Error(`${value} holds unknown flags`)
  return value as Flags
}
