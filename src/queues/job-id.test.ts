import { expect, test } from 'vitest'
import { jobIdOf, shownJobId } from './job-id.ts'

test('whatever a job is called is an id that BullMQ takes, and people read it as it was', () => {
  for (const name of ['cross:1', 'id-cross:1', '17', 'a/b c%', 'kucoin']) {
    expect(jobIdOf(name)).toMatch(/^id-[^:]+$/)
    expect(shownJobId(jobIdOf(name))).toBe(name)
  }
  for (const own of ['repeat:x:1763', '42', 'id-%zz']) expect(shownJobId(own)).toBe(own)
})
