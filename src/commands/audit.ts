// `audit`: what anybody tried, refused or not.
import { badgesOf } from '../notification/labels.ts'
import { timeText } from '../notification/time-text.ts'
import { defineCommand } from './command.ts'
import { integer, optional, text, withDefault } from './option.ts'

const argumentsText = (given: Readonly<Record<string, string>>): string =>
  Object.entries(given)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

export const audit = defineCommand({
  name: 'audit',
  summary: 'What anybody tried to do, newest first',
  help: 'Every command and press on a chat, whoever gave it and whether it was refused. It is written once and cannot be changed. Settings have a history of their own: "settings history".',
  role: 'operator',
  options: {
    person: optional(text('Of this person only')),
    action: optional(text('Of this command only', { suggests: 'commands' })),
    limit: withDefault(integer('How many (20 if left out)', { min: 1, max: 100 }), 20),
    before: optional(integer('Older than this number, for the next page', { min: 1, max: 1e12 })),
  },
  positional: ['person', 'action', 'limit'],
  examples: ['audit', 'audit ann', 'audit --action approve'],
  async run({ person, action, limit, before }, context) {
    const read = await context.audit.list({
      limit: limit + 1,
      ...(before === undefined ? {} : { beforeSeq: before }),
      ...(person === undefined ? {} : { person }),
      ...(action === undefined ? {} : { action }),
    })
    const shown = read.slice(0, limit)
    const last = read.length > limit ? shown.at(-1) : undefined
    const filters = {
      ...(person === undefined ? {} : { person }),
      ...(action === undefined ? {} : { action }),
    }
    return {
      title: shown.length === 0 ? 'Nothing was tried yet' : 'Audit, newest first',
      tone: 'neutral',
      badges: badgesOf(context.labels),
      tables:
        shown.length === 0
          ? []
          : [
              {
                columns: ['when', 'who', 'role', 'what', 'outcome', 'detail'],
                rows: shown.map((entry) => [
                  timeText(entry.at),
                  `${entry.surface}:${entry.person}`,
                  entry.role,
                  `${entry.action} ${argumentsText(entry.arguments)}`.trim(),
                  entry.outcome,
                  entry.detail,
                ]),
              },
            ],
      actions:
        last === undefined
          ? []
          : [
              {
                label: 'Older',
                command: 'audit',
                args: { ...filters, limit: String(limit), before: String(last.seq) },
                style: 'plain',
              },
            ],
      isPrivate: true,
      json: shown.map(({ at, chat, ...entry }) => ({
        ...entry,
        at: at.toISOString(),
        chat: chat ?? null,
      })),
    }
  },
})
