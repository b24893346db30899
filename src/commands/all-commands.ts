// The one list of commands. Every surface offers what stands here; a new command is one more line.
import { ack } from './ack.ts'
import { alert } from './alert.ts'
import { approvals } from './approvals.ts'
import { approve } from './approve.ts'
import { audit } from './audit.ts'
import { balances } from './balances.ts'
import { chart } from './chart.ts'
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { deny } from './deny.ts'
import { exportCommand } from './export.ts'
import { gaps } from './gaps.ts'
import { health } from './health.ts'
import { help } from './help.ts'
import { inventory } from './inventory.ts'
import { kill } from './kill.ts'
import { limits } from './limits.ts'
import { logs } from './logs.ts'
import { mandates } from './mandates.ts'
import { mode } from './mode.ts'
import { notifications } from './notifications.ts'
import { operators } from './operators.ts'
import { opportunities } from './opportunities.ts'
import { pause } from './pause.ts'
import { performance } from './performance.ts'
import { daily, monthly, weekly } from './periods.ts'
import { prices } from './prices.ts'
import { profit } from './profit.ts'
import { rebalance } from './rebalance.ts'
import { resolve } from './resolve.ts'
import { resume } from './resume.ts'
import { risk } from './risk.ts'
import { scan } from './scan.ts'
import { settings } from './settings.ts'
import { start } from './start.ts'
import { status } from './status.ts'
import { trade } from './trade.ts'
import { trades } from './trades.ts'
import { transfers } from './transfers.ts'
import { venues } from './venues.ts'
import { version } from './version.ts'
import { watchlist } from './watchlist.ts'
import { why } from './why.ts'

export const allCommands: readonly Command[] = Object.freeze([
  help,
  start,
  status,
  venues,
  health,
  version,
  opportunities,
  why,
  watchlist,
  approve,
  deny,
  approvals,
  mandates,
  trades,
  trade,
  resolve,
  balances,
  inventory,
  rebalance,
  transfers,
  risk,
  profit,
  daily,
  weekly,
  monthly,
  performance,
  prices,
  gaps,
  chart,
  exportCommand,
  settings,
  notifications,
  mode,
  pause,
  resume,
  kill,
  ack,
  alert,
  limits,
  operators,
  audit,
  logs,
  scan,
  commands,
])
