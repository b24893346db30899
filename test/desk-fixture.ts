// `npm start` with roles that do nothing, and with less patience.
import { join } from 'node:path'
import { deskMain } from '../workers/desk-main.ts'
import type { Role } from '../workers/role-run.ts'
import type { Entry } from '../workers/supervisor/child-part.ts'

const file = join(import.meta.dirname, 'role-fixture.ts')
const entryOf = (role: string): Entry => ({ file, args: [role] })

/** Says on standard output when it is stopped: what a surface would still have to tell. */
const terminal: Role = async ({ ready }, signal) => {
  ready()
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  process.stdout.write('{"kind":"status","text":"terminal stopped"}\n')
}

await deskMain({
  entries: {
    simulator: entryOf('simulator'),
    sweep: entryOf('sweep'),
    loop: entryOf('loop'),
    trade: entryOf('trade'),
  },
  // Real money is never asked for here.
  keyCheck: entryOf('trade'),
  ownRoles: { terminal },
  policy: { restartsMax: 3, withinMs: 60_000, firstDelayMs: 20, delayMsMax: 40 },
  venueServersMsMax: 1_000,
  alert: (subject, text) =>
    process.stdout.write(`${JSON.stringify({ kind: 'alert', subject, text })}\n`),
})
