// What this program is made of, as its package.json pins it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const packageFile = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()),
})

const { version, dependencies } = packageFile.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')),
)

const named = ['ccxt', 'discord.js', 'telegraf', 'bullmq', 'kysely', 'echarts'] as const

/** The program itself, what runs it, and the libraries that talk to the outside. */
export const versions = Object.freeze({
  arbdesk: version,
  node: process.versions.node,
  libraries: Object.freeze(
    Object.fromEntries(named.map((name) => [name, dependencies[name] ?? 'unknown'])),
  ),
})
