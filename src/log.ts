// What the desk says to whoever runs it: one line each on standard error, without secrets.
import { styleText } from 'node:util'
import { pino } from 'pino'
import type { LogLevel } from './config.ts'
import type { LogLine } from './history/log-store.ts'
import { createScrubber, withoutSecrets } from './scrub.ts'
import type { Secret } from './secret.ts'

/** Named values that belong to a line, such as `{ venue: 'kucoin', ms: 12 }`. */
export type Facts = Readonly<Record<string, unknown>>
type Say = (text: string, facts?: Facts) => void

export type Log = {
  readonly debug: Say
  readonly info: Say
  readonly warn: Say
  readonly error: Say
  /** The same log, its lines marked as this part's. */
  readonly named: (part: string) => Log
}

export type LogOptions = {
  readonly level: LogLevel
  /** Blotted out wherever they turn up, also encoded. */
  readonly secrets?: readonly Secret[]
  /** For a person who reads along; otherwise each line is JSON. Default: when it is a terminal. */
  readonly readable?: boolean
  /** Takes whole lines; default: standard error. */
  readonly write?: (line: string) => void
  /** Takes every line that is written as well, to be kept; it must not throw. */
  readonly keep?: (line: LogLine) => void
}

/** A reader that went away, or a full disk, must not end a desk that trades. */
const toStandardError = (line: string): void => void process.stderr.write(line)
process.stderr.on('error', () => {})

const colours = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const
const controlCharacters = /\p{Cc}/gu
/** Enough to see what it is about; the log itself has all of it. */
const keptTextMax = 2_000

type PinoLine = Record<string, unknown> & {
  level: keyof typeof colours
  time: string
  part?: string
  msg: string
}

function readableFact(name: string, value: unknown): string {
  const isError = typeof value === 'object' && value !== null && 'message' in value
  const shown = isError ? value.message : value
  return `${name}=${typeof shown === 'string' && /^\S+$/.test(shown) ? shown : JSON.stringify(shown)}`
}

const readableFacts = (facts: Record<string, unknown>): string =>
  Object.entries(facts)
    .map(([name, value]) => readableFact(name, value))
    .join('  ')

/** pino's line as a person likes it: "05:58:00.123 info  sweep: six venues read  ms=812". */
function readableLine(json: string): string {
  const { level, time, part, msg, ...facts } = JSON.parse(json) as PinoLine
  const head = `${time.slice(11, 23)} ${styleText(colours[level], level.padEnd(5))}`
  const text = `${part === undefined ? '' : `${part}: `}${msg}  ${readableFacts(facts)}`.trimEnd()
  // What a venue sends may try to move the cursor or to feign lines.
  return `${head} ${text.replaceAll(controlCharacters, ' ')}\n`
}

function keptLine(json: string): LogLine {
  const { level, time, part = '', msg, ...facts } = JSON.parse(json) as PinoLine
  return {
    at: new Date(time),
    level,
    part,
    text: msg.slice(0, keptTextMax),
    facts: readableFacts(facts).slice(0, keptTextMax),
  }
}

export function createLog(options: LogOptions): Log {
  const { level, secrets = [], write = toStandardError, keep } = options
  const readable = options.readable ?? process.stderr.isTTY
  const scrub = createScrubber(secrets)
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write(line: string) {
        const safe = scrub(line)
        write(readable ? readableLine(safe) : safe)
        keep?.(keptLine(safe))
      },
    },
  )
  return logOf(logger)
}

function logOf(logger: pino.Logger): Log {
  const say =
    (level: 'debug' | 'info' | 'warn' | 'error'): Say =>
    (text, facts = {}) => {
      if (logger.isLevelEnabled(level)) logger[level](withoutSecrets(facts) as object, text)
    }
  return Object.freeze({
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    named: (part: string) => logOf(logger.child({ part })),
  })
}
