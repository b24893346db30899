// The one switch over everything that is sent. It is read under a lock in the transaction that lets a leg
// leave, so that whatever was pressed before that transaction holds for it.
import type { Role } from './execution.ts'

/** 'paused' and 'killed' stop new risk and let what is open be brought home; 'frozen' stops everything. */
export type ControlMode = 'running' | 'paused' | 'killed' | 'frozen'

/** May an order of this role leave? A primary leg adds risk, even the second of two. */
export function allowsRole(mode: ControlMode, role: Role): boolean {
  switch (mode) {
    case 'running':
      return true
    case 'paused':
    case 'killed':
      return role !== 'primary'
    case 'frozen':
      return false
  }
}
