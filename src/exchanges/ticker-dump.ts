// Reads a folder of recorded `fetchTickers` answers, one file a venue: `<venue>.json` or `<venue>.json.gz`.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { VenueId } from '../market/market.ts'
import type { Ticker } from '../market/ticker.ts'
import { readTickerRows } from './ticker-row.ts'

type VenueTickers = { readonly venue: VenueId; readonly tickers: readonly Ticker[] }
type DumpFault = { readonly file: string; readonly reason: string }

export type TickerDump =
  | {
      readonly outcome: 'ok'
      /** Sorted by venue; a readable file without one usable row gives an empty list. */
      readonly venues: readonly VenueTickers[]
      /** Files that could not be used; the others are there all the same. */
      readonly faults: readonly DumpFault[]
      readonly readMs: number
      readonly parseMs: number
    }
  /** `detail` is one line for people. */
  | { readonly outcome: 'unreadable'; readonly detail: string }

// A full venue is below 3 MB; a file that inflates far beyond that is an attack or an accident.
const fileBytesMax = 256 * 1024 * 1024

const inflate = promisify(gunzip)
const dumpFile = /^([a-z0-9_-]+)\.json(\.gz)?$/i
const reasonOf = (error: unknown): string => {
  const reason = error instanceof Error ? error.message : String(error)
  return reason.replaceAll(/\s+/g, ' ').slice(0, 160)
}

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path)
  if (!path.endsWith('.gz')) return bytes.toString('utf8')
  return (await inflate(bytes, { maxOutputLength: fileBytesMax })).toString('utf8')
}

function tickersOf(venue: VenueId, text: string): readonly Ticker[] {
  const parsed: unknown = JSON.parse(text)
  const tickers =
    typeof parsed === 'object' && parsed !== null && 'tickers' in parsed
      ? parsed.tickers
      : undefined
  if (typeof tickers !== 'object' || tickers === null || Array.isArray(tickers))
    throw new Error('it holds no "tickers" object')
  return readTickerRows(venue, tickers as Record<string, unknown>)
}

/** The files to read, and what is wrong with the choice: a venue twice, or one that is not there. */
function chooseFiles(names: readonly string[], wanted: readonly VenueId[] | undefined) {
  const files = new Map<VenueId, string>()
  const faults: DumpFault[] = []
  for (const file of names.toSorted()) {
    const venue = dumpFile.exec(file)?.[1]
    if (venue === undefined || (wanted !== undefined && !wanted.includes(venue))) continue
    const taken = files.get(venue)
    if (taken === undefined) files.set(venue, file)
    else faults.push({ file, reason: `${taken} already holds this venue` })
  }
  for (const venue of wanted ?? [])
    if (!files.has(venue))
      faults.push({ file: `${venue}.json`, reason: 'no such file, nor one ending in .json.gz' })
  return { files, faults }
}

/**
 * Reads every venue of `folder`, or only `venues`. Times are ms: `readMs` for files and inflating,
 * `parseMs` for JSON and rows. Never throws for what is on the disk.
 */
export async function readTickerDump(
  folder: string,
  venues?: readonly VenueId[],
): Promise<TickerDump> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    return { outcome: 'unreadable', detail: `cannot read the folder ${folder}: ${reasonOf(error)}` }
  }
  const { files, faults } = chooseFiles(names, venues)
  if (files.size === 0) {
    const wanted = venues === undefined ? '<venue>' : venues.join(', ')
    return {
      outcome: 'unreadable',
      detail: `${folder} holds no ${wanted} .json or .json.gz to read`,
    }
  }

  const read: VenueTickers[] = []
  let readMs = 0
  let parseMs = 0
  for (const [venue, file] of files) {
    const startMs = performance.now()
    let parsingMs: number | undefined
    try {
      const text = await textOf(join(folder, file))
      parsingMs = performance.now()
      read.push({ venue, tickers: tickersOf(venue, text) })
    } catch (error) {
      faults.push({ file, reason: reasonOf(error) })
    }
    const endMs = performance.now()
    readMs += (parsingMs ?? endMs) - startMs
    parseMs += endMs - (parsingMs ?? endMs)
  }
  return { outcome: 'ok', venues: read, faults, readMs, parseMs }
}
