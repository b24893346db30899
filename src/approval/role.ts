// Who may do what. A role includes every role before it.

export const roles = ['viewer', 'trader', 'operator', 'admin'] as const

/** viewer: look. trader: answer, and stop. operator: let it run. admin: settings and authority. */
export type Role = (typeof roles)[number]

export const includesRole = (role: Role, needed: Role): boolean =>
  roles.indexOf(role) >= roles.indexOf(needed)
