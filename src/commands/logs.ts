// `logs`: what the processes of the desk said lately, newest first.
import { lineLevels, type KeptLine } from '../history/log-store.ts'
import { badgesOf } from '../notification/labels.ts'
import { timeText } from '../notification/time-text.ts'
import { defineCommand } from './command.ts'
import { choice, integer, optional, text, withDefault } from './option.ts'

const worthWarning = (lines: readonly KeptLine[]): boolean =>
  lines.some(({ level }) => level === 'warn' || level === 'error')

const row = ({ at, level, process, part, text: said, facts }: KeptLine): readonly string[] => [
  timeText(at),
  level,
  // A process speaks under its role's name, unless a part of it does.
  part === '' || process.startsWith(`${part} `) ? process : `${process} ${part}`,
  `${said}  ${facts}`.trimEnd(),
]

export const logs = defineCommand({
  name: 'logs',
  summary: 'What the processes of the desk said lately, newest first',
  help: 'The newest lines of every process, without secrets: 10,000 lines or three days are kept, and each is here a second after it was said. "part" is a role such as sweep, loop or trade, or a part that speaks by its own name; "desk" is what starts the others.',
  role: 'operator',
  options: {
    limit: withDefault(integer('How many (20 if left out)', { min: 1, max: 200 }), 20),
    level: withDefault(
      choice('Nothing less serious than this (info if left out)', lineLevels),
      'info',
    ),
    part: optional(text('Only this role or part, such as sweep')),
    before: optional(integer('Older than this number, for the next page', { min: 1, max: 1e12 })),
  },
  positional: ['limit'],
  examples: ['logs', 'logs 50 --level warn', 'logs --part sweep'],
  async run({ limit, level, part, before }, { logs: store, labels }) {
    // One more than is shown tells whether there are older ones.
    const read = await store.list({
      limit: limit + 1,
      least: level,
      ...(part === undefined ? {} : { part: part.toLowerCase() }),
      ...(before === undefined ? {} : { beforeSeq: before }),
    })
    const shown = read.slice(0, limit)
    const last = read.length > limit ? shown.at(-1) : undefined
    return {
      title: shown.length === 0 ? 'No lines' : 'Log, newest first',
      tone: worthWarning(shown) ? 'warning' : 'neutral',
      badges: badgesOf(labels),
      ...(shown.length === 0
        ? {
            text:
              part === undefined && level === 'info'
                ? 'Nothing was said yet: lines come from the processes of a running desk.'
                : 'No line matches; "logs" alone shows all, "logs --level debug" also the least serious.',
          }
        : {}),
      tables:
        shown.length === 0
          ? []
          : [{ columns: ['when', 'level', 'who', 'what'], rows: shown.map(row) }],
      actions:
        last === undefined
          ? []
          : [
              {
                label: 'Older',
                command: 'logs',
                args: {
                  limit: String(limit),
                  level,
                  ...(part === undefined ? {} : { part }),
                  before: String(last.seq),
                },
                style: 'plain',
              },
            ],
      isPrivate: true,
      json: shown.map(({ at, ...line }) => ({ ...line, at: at.toISOString() })),
    }
  },
})
