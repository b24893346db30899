// The one list of commands. Every surface offers what stands here; a new command is one more line.
import { approve } from './approve.ts'
import { balances } from './balances.ts'
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { deny } from './deny.ts'
import { help } from './help.ts'
import { mode } from './mode.ts'
import { opportunities } from './opportunities.ts'
import { pause } from './pause.ts'
import { prices } from './prices.ts'
import { resume } from './resume.ts'
import { scan } from './scan.ts'
import { settings } from './settings.ts'
import { status } from './status.ts'
import { trade } from './trade.ts'
import { trades } from './trades.ts'
import { venues } from './venues.ts'
import { why } from './why.ts'

export const allCommands: readonly Command[] = Object.freeze([
  help,
  status,
  venues,
  opportunities,
  why,
  approve,
  deny,
  trades,
  trade,
  balances,
  prices,
  settings,
  mode,
  pause,
  resume,
  scan,
  commands,
])
