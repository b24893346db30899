// A server's process that may outlive the desk that started it: is it still there, and how it ends.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const pollMs = 20
const collectMsMax = 200

/** True while any process has this pid. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * True while the process runs and its command line has this mark, such as the folder of its data:
 * after a kill or a restart of the machine the pid may belong to another program.
 */
export function isServer(pid: number, mark: string): boolean {
  return isAlive(pid) && commandOf(pid).includes(mark)
}

/** The command line, empty for a process that has ended and waits to be collected. */
export function commandOf(pid: number): string {
  try {
    if (existsSync('/proc/self/cmdline'))
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}

/** Sends one signal after the other, each when the one before did not end it in its time. */
export async function stopServer(
  pid: number,
  mark: string,
  signals: readonly (readonly [NodeJS.Signals, number])[],
): Promise<void> {
  for (const [signal, msMax] of signals) {
    if (!isServer(pid, mark)) break
    process.kill(pid, signal)
    const until = performance.now() + msMax
    while (isServer(pid, mark) && performance.now() < until) await sleep(pollMs)
  }
  // Our own child is gone only once this process has collected it, which takes a turn of its loop.
  const until = performance.now() + collectMsMax
  while (isAlive(pid) && performance.now() < until) await sleep(pollMs)
}
