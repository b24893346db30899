import { defineConfig } from 'vitest/config'

/** Whole desks, as a person starts them: one after the other, so that none makes another late. */
const desks = [
  'test/bad-input.test.ts',
  'test/failover.test.ts',
  'test/outage.test.ts',
  'test/replay-desk.test.ts',
  'test/running-desk.test.ts',
  'test/scan-dump.test.ts',
  'test/whole-desk.test.ts',
]

export default defineConfig({
  test: {
    globalSetup: 'test/global-setup.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Real servers and processes on a machine that others may slow down: CI gives a test a second try,
    // and the reporter names each that needed it. Nobody else does.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['{src,bots,workers,test}/**/*.test.ts'],
          exclude: desks,
          // Two cores: more forks than that only make the real servers under test late.
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'desks',
          include: desks,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
