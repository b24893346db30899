// The terminal as a role of the desk.
import { renderChart } from '../../src/charts/render-chart.ts'
import { allCommands } from '../../src/commands/all-commands.ts'
import { readTickerDump } from '../../src/exchanges/ticker-dump.ts'
import { openRuntime } from '../../src/runtime.ts'
import type { Role } from '../../workers/role-run.ts'
import { deskOf } from '../desk-of.ts'
import { createKeepFiles } from './keep-files.ts'
import { localActor } from './local-actor.ts'
import { runTerminal } from './terminal.ts'

/** `leave` stops the whole desk: the person pressed Ctrl-C, or nobody reads any more. */
export const terminalRole =
  (leave: () => void): Role =>
  async ({ config, log, ready }, signal) => {
    const runtime = await openRuntime(config, log, 'terminal')
    try {
      ready()
      await runTerminal(
        {
          commands: allCommands,
          desk: deskOf(runtime),
          actor: localActor(),
          outbox: runtime.outbox,
          hub: runtime.queues,
          readTickerDump,
          keepFiles: createKeepFiles({ home: config.home, drawChart: renderChart }),
          now: () => new Date(),
          input: process.stdin,
          output: process.stdout,
          json: config.run?.json ?? false,
          warn: (message) => runtime.log.warn(message),
          reportBug: (error, what) => log.error(what, { error }),
          leave,
        },
        signal,
      )
    } finally {
      await runtime.close()
    }
  }
