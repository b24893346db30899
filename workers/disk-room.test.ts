import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { diskFault, readDiskRoom } from './disk-room.ts'

const limits = (mb: number, percent = 0) => ({
  'risk.disk_free_mb_min': mb,
  'risk.disk_free_percent_min': percent,
})

test('F11 a disk with too little room is a reason against new trades, with what to do about it', async () => {
  const room = await readDiskRoom(tmpdir())
  const freeMb = room?.freeMb ?? 0
  expect(freeMb).toBeGreaterThan(0)
  expect(room?.totalMb).toBeGreaterThan(freeMb)
  const half = { freeMb: 2_000, totalMb: 4_000 }
  expect(diskFault('/desk', half, limits(2_000, 50))).toBeUndefined()
  expect(diskFault('/desk', { ...half, freeMb: 1_999.9 }, limits(2_000))).toBe(
    'the disk of /desk has 1999 MB (49 %) left, at least 2000 MB and 0 % are needed for new trades: free some space',
  )
  expect(diskFault(tmpdir(), room, limits(freeMb + 1))).toMatch(/^the disk of /)
  expect(diskFault(tmpdir(), { freeMb: 0, totalMb: 0 }, limits(0))).toBeUndefined()
})

test('F11 the tenth part of a disk is as much as 2 GB: whichever is missing stops new trades', () => {
  const large = { freeMb: 90_000, totalMb: 1_000_000 }
  expect(diskFault('/desk', large, limits(2_000, 10))).toMatch(/has 90000 MB \(9 %\) left/)
  expect(diskFault('/desk', { ...large, freeMb: 100_000 }, limits(2_000, 10))).toBeUndefined()
  const small = { freeMb: 1_500, totalMb: 3_000 }
  expect(diskFault('/desk', small, limits(2_000, 10))).toMatch(/has 1500 MB \(50 %\) left/)
})

test('F11 a folder of which the system says nothing stops nothing', async () => {
  expect(await readDiskRoom('/no/such/folder')).toBeUndefined()
  expect(diskFault('/no/such/folder', undefined, limits(2_000, 10))).toBeUndefined()
})
