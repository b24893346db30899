// How far this desk had told people, kept outside its database: a file `told` in the desk's folder. A
// database that ends before it was restored from the past.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type ToldMark = {
  readonly file: string
  /** The number of a message; undefined: none is known here, or nobody can read it. */
  read(): number | undefined
  /** @throws the system's error when the disk does not take it. */
  write(seq: number): void
}

export function createToldMark(home: string): ToldMark {
  const file = join(home, 'told')
  return {
    file,
    read() {
      try {
        const text = readFileSync(file, 'utf8').trim()
        return /^\d{1,15}$/.test(text) ? Number(text) : undefined
      } catch {
        return undefined
      }
    },
    write(seq) {
      mkdirSync(home, { recursive: true })
      // Half a number would be another number.
      writeFileSync(`${file}.new`, `${seq}\n`, { mode: 0o600 })
      renameSync(`${file}.new`, file)
    },
  }
}
