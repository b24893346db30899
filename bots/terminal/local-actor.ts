// Whoever sits at this machine could read the database as well, so the terminal holds nothing back.
import { userInfo } from 'node:os'
import type { Actor } from '../../src/commands/command.ts'

function accountName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run as a number that no account has.
    return 'local'
  }
}

export const localActor = (): Actor => ({
  name: accountName(),
  role: 'admin',
  surface: 'terminal',
})
