// What the roles of a desk inherit from the shell that it was started in.
import type { Environment } from '../src/config.ts'
import type { RoleName } from '../src/config/role-names.ts'

/**
 * Lines of the roles would tear what somebody types on the same screen, so there they speak up only
 * when something is wrong, unless a level was asked for.
 */
export const environmentOfRoles = (environment: Environment, isTyped: boolean): Environment => {
  const wasAsked = (environment['ARBDESK_LOG_LEVEL'] ?? '').trim() !== ''
  return isTyped && !wasAsked ? { ...environment, ARBDESK_LOG_LEVEL: 'warn' } : environment
}

/** Keys of venues, and the one role that each kind of them is for. The first that fits counts. */
const keyVariables: readonly { readonly names: RegExp; readonly role: string }[] = [
  { names: /_READ_API_(KEY|SECRET|PASSWORD)$/, role: 'sweep' },
  { names: /_TRANSFER_API_(KEY|SECRET|PASSWORD)$/, role: 'transfer' },
  { names: /_API_(KEY|SECRET|PASSWORD)$/, role: 'trade' },
  { names: /^ARBDESK_KEYS_(FILE|PASSPHRASE)$/, role: 'trade' },
]

/**
 * The environment without the keys of other roles: what a process does not have it cannot lose. A paper
 * desk moves nobody's money, so there only keys that read reach anybody.
 */
export function environmentOfRole(role: RoleName, environment: Environment): Environment {
  const isLive = environment['ARBDESK_MODE']?.trim() === 'live'
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => {
      const owner = keyVariables.find(({ names }) => names.test(name))?.role
      return owner === undefined || (owner === role && (isLive || owner === 'sweep'))
    }),
  )
}
