// One role in a process of its own, started by the supervisor: `node workers/role.ts sweep`.
import { roleNames, type RoleName } from '../src/config/role-names.ts'
import { awaitVenueServers } from './await-venue-servers.ts'
import { runRoleProcess } from './role-process.ts'
import type { Role } from './role-run.ts'
import { loopRole } from './loop-role.ts'
import { simulatorRole } from './simulator-role.ts'
import { sweepRole } from './sweep-role.ts'
import { tradeRole } from './trade-role.ts'
import { transferRole } from './transfer-role.ts'

/** The supervisor has asked before the first start; the venue servers may be away at a later one. */
const onMarket =
  (role: Role): Role =>
  async (run, signal) => {
    const { config, log } = run
    await awaitVenueServers({ config, say: (line) => log.warn(line), signal })
    await role(run, signal)
  }

const roles: Readonly<Partial<Record<RoleName, Role>>> = {
  simulator: simulatorRole,
  sweep: onMarket(sweepRole),
  loop: onMarket(loopRole),
  trade: onMarket(tradeRole),
  transfer: onMarket(transferRole),
}

const name = roleNames.find((each) => each === process.argv[2])
const role = name === undefined ? undefined : roles[name]
if (name === undefined || role === undefined || process.send === undefined) {
  process.stderr.write('arbdesk: roles are started by npm start\n')
  process.exit(2)
}
await runRoleProcess(name, role)
