// Whether the disk of the desk's folder has room for what a trade will write.
import { statfs } from 'node:fs/promises'

export type DiskRoom = { readonly freeMb: number; readonly totalMb: number }

/** What must be left for a new trade, by either measure; 0: any. */
export type DiskLimits = {
  readonly 'risk.disk_free_mb_min': number
  readonly 'risk.disk_free_percent_min': number
}

/** Undefined where the system does not say. */
export async function readDiskRoom(folder: string): Promise<DiskRoom | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder)
    const mb = bsize / 1_000_000
    return { freeMb: bavail * mb, totalMb: blocks * mb }
  } catch {
    return undefined
  }
}

/** A sentence against new trades: what a full disk does not write down must not be sent. */
export function diskFault(
  folder: string,
  room: DiskRoom | undefined,
  limits: DiskLimits,
): string | undefined {
  if (room === undefined) return undefined
  const { freeMb, totalMb } = room
  const mbMin = limits['risk.disk_free_mb_min']
  const percentMin = limits['risk.disk_free_percent_min']
  const percent = totalMb > 0 ? (freeMb / totalMb) * 100 : 0
  const isShort = freeMb < mbMin || percent < percentMin
  return isShort
    ? `the disk of ${folder} has ${Math.floor(freeMb)} MB (${Math.floor(percent)} %) left, at least ${mbMin} MB and ${percentMin} % are needed for new trades: free some space`
    : undefined
}
