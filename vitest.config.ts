import { defineConfig } from 'vitest/config'
import SlowFirst from './test/slow-first.ts'

/**
 * Whole desks, as a person starts them, that are judged by what they make of the market in time. Each
 * leaves a core idle but for its start, so two at a time do not make each other late; others would.
 */
const desks = [
  'test/chat-desk.test.ts',
  'test/outage.test.ts',
  'test/whole-desk.test.ts',
  'workers/shard.test.ts',
]

/** Desks of which none judges how quick the market is, and which take all of the machine. */
const patientDesks = [
  'test/bad-input.test.ts',
  'test/chaos.test.ts',
  'test/failover.test.ts',
  'test/live-desk.test.ts',
  'test/replay-desk.test.ts',
  'test/running-desk.test.ts',
  'test/scan-dump.test.ts',
]

/** Each ends processes, measures its own, or watches what a whole process holds. */
const alone = [
  'bots/chat/{create-chat-desk,deliver}.test.ts',
  'bots/discord/{discord-desk,discord-role,gateway}.test.ts',
  'bots/telegram/telegram-desk.test.ts',
  'bots/terminal/arbdesk.test.ts',
  'src/database/embedded-postgres.test.ts',
  'test/doubles/discord/gateway.test.ts',
  'test/simulation/{crash-points,simulation}.test.ts',
  'test/{fuzz,key-tools,live-orders,migrate,reconcile,set-up,stuck-trade,supervisor,transfer-trades,transfers,venue-orders}.test.ts',
]

/** The others share what a fork has loaded, which saves more than half of what they cost. */
const together = ['{src,bots,test,workers}/**/*.test.ts']

export default defineConfig({
  test: {
    globalSetup: 'test/global-setup.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Real servers and processes on a machine that others may slow down: CI gives a test a second try,
    // and the reporter names each that needed it. Nobody else does.
    sequence: { sequencer: SlowFirst },
    retry: process.env['CI'] === 'true' ? 1 : 0,
    projects: [
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone,
          exclude: [...desks, ...patientDesks],
          // Most of them wait for servers and clocks most of the time, so two cores carry more forks than two.
          maxWorkers: 4,
        },
      },
      {
        extends: true,
        test: {
          name: 'together',
          include: together,
          exclude: [...alone, ...desks, ...patientDesks],
          isolate: false,
          maxWorkers: 4,
        },
      },
      {
        extends: true,
        test: {
          name: 'patient-desks',
          include: patientDesks,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'desks',
          include: desks,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
