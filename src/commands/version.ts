// `version`: exactly what runs here.
import { badgesOf } from '../notification/labels.ts'
import { versions } from '../versions.ts'
import { defineCommand } from './command.ts'

export const version = defineCommand({
  name: 'version',
  summary: 'Which version of what runs here, and on which money and market',
  help: 'The program, its database schema, Node and the libraries that talk to the outside: what a report of a fault should name.',
  role: 'viewer',
  options: {},
  examples: ['version'],
  async run(_args, { labels, readVitals, queue }) {
    const { schema, databaseVersion } = await readVitals()
    const { arbdesk, node, libraries } = versions
    return {
      title: `Arbdesk ${arbdesk}`,
      tone: 'neutral',
      badges: badgesOf(labels),
      fields: [
        { name: 'Money', value: labels.mode, short: true },
        { name: 'Market', value: labels.market, short: true },
      ],
      tables: [
        {
          columns: ['part', 'version'],
          rows: [
            ['schema', schema],
            ['PostgreSQL', databaseVersion],
            ['jobs on', queue.backend],
            ['Node', node],
            ...Object.entries(libraries),
          ],
        },
      ],
      json: {
        arbdesk,
        schema,
        postgresql: databaseVersion,
        queue: queue.backend,
        node,
        libraries,
        mode: labels.mode,
        market: labels.market,
      },
    }
  },
})
