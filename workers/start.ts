// `npm start`: the supervisor of one desk.
import { join } from 'node:path'
import { terminalRole } from '../bots/terminal/terminal-role.ts'
import { deskMain } from './desk-main.ts'
import type { Entry } from './supervisor/child-part.ts'

/** Roles with a process of their own, so that none can hold up another. */
const childRoles = ['simulator', 'sweep', 'loop', 'trade', 'transfer'] as const
const file = join(import.meta.dirname, 'role.ts')
const entries = {
  ...Object.fromEntries(childRoles.map((role): [string, Entry] => [role, { file, args: [role] }])),
  discord: { file: join(import.meta.dirname, 'discord-process.ts'), args: [] },
  telegram: { file: join(import.meta.dirname, 'telegram-process.ts'), args: [] },
  notify: { file: join(import.meta.dirname, 'notify-process.ts'), args: [] },
}

/** Pressing Ctrl-C at the prompt, or closing the reader, stops the desk as the signal would. */
const leave = () => void process.kill(process.pid, 'SIGTERM')

const keyCheck: Entry = { file: join(import.meta.dirname, 'check-keys.ts'), args: [] }

await deskMain({ entries, keyCheck, ownRoles: { terminal: terminalRole(leave) } })
