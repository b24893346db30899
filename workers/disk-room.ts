// Whether the disk of the desk's folder has room for what a trade will write.
import { statfs } from 'node:fs/promises'

export type DiskRoom = { readonly freeMb: number }

/** Undefined where the system does not say. */
export async function readDiskRoom(folder: string): Promise<DiskRoom | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return { freeMb: (bavail * bsize) / 1_000_000 }
  } catch {
    return undefined
  }
}

/** A sentence against new trades: what a full disk does not write down must not be sent. 0: never. */
export const diskFault = (
  folder: string,
  room: DiskRoom | undefined,
  freeMbMin: number,
): string | undefined =>
  room === undefined || room.freeMb >= freeMbMin
    ? undefined
    : `the disk of ${folder} has ${Math.floor(room.freeMb)} MB left, at least ${freeMbMin} MB are needed for new trades: free some space`
