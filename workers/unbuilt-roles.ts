// Roles that this version only has the names of. The file can go once every role is built.
import type { Config, Environment } from '../src/config.ts'
import type { RoleName } from '../src/config/role-names.ts'

/** One line about those that somebody counts on, by name or by a token; undefined where nobody does. */
export function unbuiltRoles(
  config: Config,
  environment: Environment,
  isBuilt: (role: RoleName) => boolean,
): string | undefined {
  const asked = environment['ARBDESK_ROLES']?.trim() ?? ''
  const isNamed = asked !== '' && !/\ball\b/.test(asked)
  const hasToken = (role: RoleName) =>
    (role === 'discord' || role === 'telegram') && config[role] !== undefined
  const unbuilt = config.roles.filter(
    (role) => role !== 'simulator' && !isBuilt(role) && (isNamed || hasToken(role)),
  )
  if (unbuilt.length === 0) return undefined
  return `not built yet, so not started: ${unbuilt.join(', ')}; the terminal has every command`
}
