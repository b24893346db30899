// A role in a process of its own.
import { fork } from 'node:child_process'
import type { Environment } from '../../src/config.ts'
import { readChildMessage, type ChildMessage, type ParentMessage } from './messages.ts'
import { childStopMsMax, childTerminateMsMax, type Part } from './part.ts'

/** Which file Node runs for a role, and with which arguments. */
export type Entry = { readonly file: string; readonly args: readonly string[] }

export type NewsOfChild = Exclude<ChildMessage, { readonly type: 'failed' }>

const standardError = 2

/** Starts it at once. Whatever it prints goes to standard error: standard output is the desk's. */
export function startChild(options: {
  readonly entry: Entry
  readonly environment: Environment
  readonly onNews: (news: NewsOfChild) => void
}): Part {
  const { entry, environment, onNews } = options
  const child = fork(entry.file, entry.args, {
    env: { ...environment },
    execArgv: [],
    stdio: ['ignore', standardError, standardError, 'ipc'],
  })
  let failure: string | undefined
  child.on('message', (raw) => {
    const message = readChildMessage(raw)
    if (message?.type === 'failed') failure = message.why
    else if (message !== undefined) onNews(message)
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => child.pid === undefined && resolve(error.message))
    // Not at its exit: what it said last is read by now.
    child.once('close', (code, signal) => resolve(failure ?? signal ?? `exit code ${code}`))
  })
  let stopping: Promise<void> | undefined

  async function stop(): Promise<void> {
    const message: ParentMessage = { type: 'stop' }
    // A child that is gone already needs no message; its end is what is waited for.
    if (child.connected) child.send(message, () => {})
    const gently = setTimeout(() => child.kill('SIGTERM'), childStopMsMax)
    const firmly = setTimeout(() => child.kill('SIGKILL'), childStopMsMax + childTerminateMsMax)
    await ended
    clearTimeout(gently)
    clearTimeout(firmly)
  }
  return { pid: child.pid, ended, stop: () => (stopping ??= stop()) }
}
