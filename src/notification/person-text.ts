// Whoever did something, as people read it: "discord:ann" is ann on Discord.

const places: Readonly<Record<string, string>> = {
  discord: 'Discord',
  telegram: 'Telegram',
  terminal: 'the terminal',
}

/** `by` as approvals, settings and the audit record a person. */
export function personText(by: string): string {
  if (by === 'desk') return 'the desk itself, for want of an answer,'
  if (by === 'auto') return 'the desk itself (mode auto)'
  const mandate = /^mandate (\S+) of (.+)$/.exec(by)
  if (mandate !== null) return `mandate ${mandate[1]} of ${personText(mandate[2] as string)}`
  const at = by.indexOf(':')
  const place = at === -1 ? undefined : places[by.slice(0, at)]
  if (place === undefined) return by
  return `${by.slice(at + 1)} on ${place}`
}
