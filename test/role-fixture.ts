// Roles that do nothing but what TEST_BEHAVIOUR asks of them: "sweep=crash loop=deaf".
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { roleNames } from '../src/config/role-names.ts'
import { runRoleProcess } from '../workers/role-process.ts'
import type { Role } from '../workers/role-run.ts'

const name = roleNames.find((each) => each === process.argv[2]) ?? 'simulator'
const behaviour = new Map(
  (process.env['TEST_BEHAVIOUR'] ?? '')
    .split(' ')
    .map((pair) => pair.split('=') as [string, string]),
).get(name)

const role: Role = async ({ config, ready, report }, signal) => {
  const note = (what: string) =>
    appendFileSync(
      join(config.home, 'notes.jsonl'),
      `${JSON.stringify({ role: name, pid: process.pid, what, run: config.run })}\n`,
    )
  note('started')
  if (behaviour === 'crash') throw new Error('crashes as it was told to')
  if (behaviour === 'ends') return
  if (behaviour === 'never-ready') await sleep(60_000)
  ready({ url: 'http://127.0.0.1:1' })
  report({ url: 'http://127.0.0.1:1', venuesUp: 2 })
  if (behaviour === 'deaf') {
    process.on('SIGTERM', () => {})
    await sleep(60_000)
  }
  if (!signal.aborted)
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  note('stopped')
}

await runRoleProcess(name, role)
