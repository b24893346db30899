// The role 'notify' in a process of its own, started by the supervisor. It knows no venue, so that what it
// must say does not wait for anything that reads markets.
import { runRoleProcess } from './role-process.ts'
import { notifyRole } from './notify-role.ts'

if (process.send === undefined) {
  process.stderr.write('arbdesk: roles are started by npm start\n')
  process.exit(2)
}
await runRoleProcess('notify', notifyRole)
