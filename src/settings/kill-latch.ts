// The kill switch that needs no database: a file `kill` in the desk's folder. `touch <home>/kill` stops new
// risk in every process of that folder; only "kill release" takes it away.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What an alert of it is called wherever it was pressed, so that a release ends every one. */
export const killAlertSubject = 'Kill switch pressed'

export type KillLatch = {
  readonly file: string
  /** Looks at the disk, without waiting. A folder that cannot be read holds no latch. */
  isPressed(): boolean
  /** @throws the system's error when the disk does not take it. */
  press(by: string): void
  /** False when there was none. */
  release(): boolean
}

export function createKillLatch(home: string): KillLatch {
  const file = join(home, 'kill')
  const isPressed = () => existsSync(file)
  return {
    file,
    isPressed,
    press(by) {
      if (isPressed()) return
      mkdirSync(home, { recursive: true })
      writeFileSync(file, `${by} at ${new Date().toISOString()}\n`, { mode: 0o600 })
    },
    release() {
      if (!isPressed()) return false
      rmSync(file, { recursive: true, force: true })
      return true
    },
  }
}
