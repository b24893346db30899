import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createKillLatch } from './kill-latch.ts'

function home(): string {
  const folder = mkdtempSync(join(tmpdir(), 'arbdesk-latch-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('S26 whoever touches the file presses the latch, for every process of the folder', () => {
  const folder = home()
  const latches = [createKillLatch(folder), createKillLatch(folder)]
  expect(latches.map((latch) => latch.isPressed())).toEqual([false, false])
  writeFileSync(join(folder, 'kill'), '')
  expect(latches.map((latch) => latch.isPressed())).toEqual([true, true])
  expect(latches[0]?.release()).toBe(true)
  expect(latches[1]?.isPressed()).toBe(false)
  expect(latches[1]?.release()).toBe(false)
})

test('a press makes the folder, says who pressed, and leaves what an earlier press said', () => {
  const latch = createKillLatch(join(home(), 'new', 'folder'))
  latch.press('terminal:ann')
  latch.press('terminal:bob')
  expect(readFileSync(latch.file, 'utf8')).toMatch(/^terminal:ann at 20/)
})

test('a folder by that name presses it, too, and is let go of', () => {
  const folder = home()
  mkdirSync(join(folder, 'kill', 'x'), { recursive: true })
  const latch = createKillLatch(folder)
  expect(latch.isPressed()).toBe(true)
  expect(latch.release()).toBe(true)
  expect(latch.isPressed()).toBe(false)
})
