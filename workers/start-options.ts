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
  | { readonly outcome: 'bad-usage'; readonly message: string }

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

const bad = (message: string): ReadOptions => ({ outcome: 'bad-usage', message })

/** Takes `--name value` and `--name=value`; `--set` takes as many settings as follow it. */
export function readStartOptions(argv: readonly string[]): ReadOptions {
  let forMs: number | undefined
  let json = false
  const overrides: Record<string, string> = {}
  const words = argv.flatMap((word) => /^(--(?:for|set))=(.*)$/s.exec(word)?.slice(1) ?? [word])
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string
    if (word === '--json') json = true
    else if (word === '--help') return { outcome: 'help' }
    else if (word === '--for') {
      forMs = durationMs(words[++i] ?? '')
      if (forMs === undefined)
        return bad(`--for takes a time such as 45s, 10m or 2h, not "${words[i] ?? ''}"`)
    } else if (word === '--set') {
      const from = i
      while (/^[^-=][^=]*=/.test(words[i + 1] ?? '')) {
        const setting = words[++i] as string
        const at = setting.indexOf('=')
        const [key, text] = [setting.slice(0, at), setting.slice(at + 1)]
        const read = parseSetting(key, text)
        if (read.outcome === 'bad') return bad(`--set ${setting}: ${read.message}`)
        overrides[key] = text
      }
      if (i === from) return bad(`--set takes <key>=<value>, not "${words[i + 1] ?? ''}"`)
    } else return bad(`there is no option "${word}"; ${usage}`)
  }
  return { outcome: 'ok', options: Object.freeze({ forMs, json, overrides }) }
}
