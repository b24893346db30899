// What the desk says to whoever runs it: one line each on standard error, without secrets.
import { styleText } from 'node:util'
import { pino } from 'pino'
import type { LogLevel } from './config.ts'
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
}

/** A reader that went away, or a full disk, must not end a desk that trades. */
const toStandardError = (line: string): void => void process.stderr.write(line)
process.stderr.on('error', () => {})

const colours = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const
const controlCharacters = /\p{Cc}/gu

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

/** pino's line as a person likes it: "05:58:00.123 info  sweep: six venues read  ms=812". */
function readableLine(json: string): string {
  const { level, time, part, msg, ...facts } = JSON.parse(json) as PinoLine
  const head = `${time.slice(11, 23)} ${styleText(colours[level], level.padEnd(5))}`
  const tail = Object.entries(facts).map(([name, value]) => readableFact(name, value))
  const text = [`${part === undefined ? '' : `${part}: `}${msg}`, ...tail]
  // What a venue sends may try to move the cursor or to feign lines.
  return `${head} ${text.join('  ').replaceAll(controlCharacters, ' ')}\n`
}

export function createLog(options: LogOptions): Log {
  const { level, secrets = [], write = toStandardError } = options
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
