// What a process of the desk may do. Not to be confused with what a person may do.
import { z } from 'zod'
import { fault, words } from './text.ts'

export const roleNames = [
  'discord',
  'telegram',
  'terminal',
  'notify',
  'sweep',
  'loop',
  'trade',
  'transfer',
  'simulator',
] as const
export type RoleName = (typeof roleNames)[number]

const groups = new Map<string, readonly RoleName[]>([
  // Whoever may move money out of a venue is asked for by name, or by its key.
  ['all', roleNames.filter((name) => name !== 'transfer')],
  // Whatever talks to people holds the chat tokens; notify posts what the others have to say.
  ['bots', ['discord', 'telegram', 'terminal', 'notify']],
  ['workers', ['sweep', 'loop', 'trade']],
])

/** "bots sweep" as the role names it stands for, each once, in the order above. */
export const roleList = z.string().transform((text, context): readonly RoleName[] => {
  const asked = words(text).flatMap((word): readonly string[] => groups.get(word) ?? [word])
  const unknown = asked.filter((word) => !roleNames.some((name) => name === word))
  const known = [...roleNames, ...groups.keys()].join(', ')
  if (unknown.length > 0) return fault(context, `names ${unknown.join(', ')}; known are ${known}`)
  if (asked.length === 0) return fault(context, `names no role; known are ${known}`)
  return roleNames.filter((name) => asked.includes(name))
})

/** Every other role, and the one that withdraws where it has a key to do so. */
export const withTransfers = (
  roles: readonly RoleName[],
  hasTransferKeys: boolean,
): readonly RoleName[] => {
  const isAll = roleNames.every((name) => name === 'transfer' || roles.includes(name))
  return isAll && hasTransferKeys ? roleNames : roles
}
