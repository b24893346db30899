// `npm start -- --for 45s --json --set approval.mode=auto`
import { parseSetting } from '../src/settings/settings.ts'

export type StartOptions = {
  /** The desk stops by itself this long after the market is up. */
  readonly forMs: number | undefined
  readonly json: boolean
  /** Setting texts by key, checked; they hold for this run only. */
  readonly overrides: Readonly<Record<string, string>>
}

export type ReadOptions =
  | { readonly outcome: 'ok'; readonly options: StartOptions }
  | { readonly outcome: 'help' }
  /** One line for each thing that is wrong. */
  | { readonly outcome: 'bad-usage'; readonly faults: readonly string[] }

export const usage =
  'npm start -- [--for <45s|10m|2h>] [--json] [--set <key>=<value> …]; settings are listed by: npm run -s arbdesk -- settings'

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }
/** What a timer takes at most. */
const forMsMax = 2 ** 31 - 1

function durationMs(text: string): number | undefined {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? []
  const ms = Math.round(Number(number) * (unitsMs[unit] ?? 1))
  return ms > 0 && ms <= forMsMax ? ms : undefined
}

const isSetting = (word: string | undefined) => /^[^-=][^=]*=/.test(word ?? '')
const isOption = (word: string | undefined) => word?.startsWith('--') === true

/** A stop outlives every run, so none is given one, or the end of one. */
const stops = { 'desk.killed': '"kill" and "kill release"', 'desk.paused': '"pause" and "resume"' }
const isStop = (key: string): key is keyof typeof stops => Object.hasOwn(stops, key)

/** What follows `--set`; how many words that was. */
function takeSettings(
  words: readonly string[],
  overrides: Record<string, string>,
  faults: string[],
): number {
  const end = words.findIndex((word) => !isSetting(word))
  const settings = end === -1 ? words : words.slice(0, end)
  for (const setting of settings) {
    const at = setting.indexOf('=')
    const [key, text] = [setting.slice(0, at), setting.slice(at + 1)]
    const read = parseSetting(key, text)
    if (read.outcome === 'bad') faults.push(`--set ${setting}: ${read.message}`)
    else if (isStop(read.key))
      faults.push(`--set ${setting}: a stop is no matter of one run; ${stops[read.key]} change it`)
    else overrides[key] = text
  }
  const stray = words[settings.length]
  if (settings.length > 0) return settings.length
  faults.push(`--set takes <key>=<value>, not "${stray ?? ''}"`)
  return stray === undefined || isOption(stray) ? 0 : 1
}

/**
 * Takes `--name value` and `--name=value`; `--set` takes as many settings as follow it. Everything
 * that is wrong is named at once.
 */
export function readStartOptions(argv: readonly string[]): ReadOptions {
  let forMs: number | undefined
  let json = false
  const overrides: Record<string, string> = {}
  const faults: string[] = []
  const unknown: string[] = []
  const words = argv.flatMap((word) => /^(--(?:for|set))=(.*)$/s.exec(word)?.slice(1) ?? [word])
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string
    const next = words[i + 1]
    if (word === '--json') json = true
    else if (word === '--help') return { outcome: 'help' }
    else if (word === '--for') {
      forMs = durationMs(next ?? '')
      if (forMs === undefined)
        faults.push(`--for takes a time such as 45s, 10m or 2h, not "${next ?? ''}"`)
      if (!isOption(next)) i++
    } else if (word === '--set') i += takeSettings(words.slice(i + 1), overrides, faults)
    else {
      unknown.push(`"${word}"`)
      // What was meant as its value is no second fault.
      while (isOption(word) && i + 1 < words.length && !isOption(words[i + 1])) i++
    }
  }
  if (unknown.length > 0) faults.push(`there is no option ${unknown.join(', ')}; ${usage}`)
  if (faults.length > 0) return { outcome: 'bad-usage', faults }
  return { outcome: 'ok', options: Object.freeze({ forMs, json, overrides }) }
}
