import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { diskFault, readDiskRoom } from './disk-room.ts'

test('F11 a disk with too little room is a reason against new trades, with what to do about it', async () => {
  const room = await readDiskRoom(tmpdir())
  const freeMb = room?.freeMb ?? 0
  expect(freeMb).toBeGreaterThan(0)
  expect(diskFault('/desk', { freeMb: 2_000 }, 2_000)).toBeUndefined()
  expect(diskFault('/desk', { freeMb: 1_999.9 }, 2_000)).toBe(
    'the disk of /desk has 1999 MB left, at least 2000 MB are needed for new trades: free some space',
  )
  expect(diskFault(tmpdir(), room, freeMb + 1)).toMatch(/^the disk of /)
  expect(diskFault(tmpdir(), { freeMb: 0 }, 0)).toBeUndefined()
})

test('F11 a folder of which the system says nothing stops nothing', async () => {
  expect(await readDiskRoom('/no/such/folder')).toBeUndefined()
  expect(diskFault('/no/such/folder', undefined, 2_000)).toBeUndefined()
})
