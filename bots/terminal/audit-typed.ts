// What is typed at the terminal and takes more than looking is written down, whatever became of it.
import type { Desk } from '../../src/commands/command.ts'
import { createAuditTrail } from '../audit-trail.ts'
import type { Call, DispatchWiring, ReadyCall, Reply } from '../dispatch.ts'

export type AuditTyped = (ready: ReadyCall, call: Call, reply: Reply) => Promise<void>

export function createAuditTyped(
  { audit }: Pick<Desk, 'audit'>,
  { commands, reportBug }: Pick<DispatchWiring, 'commands' | 'reportBug'>,
): AuditTyped {
  const trail = createAuditTrail({
    audit: (entry) => audit.record(entry),
    // The machine's own user typed it, and what looks like a key is left out in any case.
    scrub: (text) => text,
    commands,
    reportBug,
  })
  return async ({ command, role }, { actor, arguments: given }, reply) => {
    if (role === 'viewer') return
    await trail({ surface: actor.surface, account: { id: actor.name }, chat: undefined }, actor, {
      action: command.name,
      given,
      outcome: reply.outcome,
      detail: reply.outcome === 'answered' ? reply.card.title : reply.message,
    })
  }
}
