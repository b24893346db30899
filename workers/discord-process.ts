// Discord's role, started by the supervisor. It has a file of its own, so that processes which trade
// do not load what only talks to people.
import { discordRole } from '../bots/discord/discord-role.ts'
import { runRoleProcess } from './role-process.ts'

if (process.send === undefined) {
  process.stderr.write('arbdesk: roles are started by npm start\n')
  process.exit(2)
}
await runRoleProcess('discord', discordRole)
