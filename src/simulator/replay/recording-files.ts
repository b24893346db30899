// Finds and reads the recordings of one folder, each file once. What is broken is named and left out.
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { binanceCapture } from './binance-capture.ts'
import type { CaptureGrammar } from './capture-grammar.ts'
import { readCapture, type Capture, type CaptureFile } from './capture.ts'
import { kucoinCapture } from './kucoin-capture.ts'
import { okxCapture } from './okx-capture.ts'
import { recordedVenues } from './recorded-venues.ts'
import { readTickerRecording, type TickerRecording } from './ticker-recording.ts'

export type FoundCapture = { readonly capture: Capture; readonly folder: string }

export type Recordings = {
  readonly tickers: readonly TickerRecording[]
  readonly captures: readonly FoundCapture[]
  /** One line for each thing that is not played. */
  readonly leftOut: readonly string[]
}

/** The folder cannot be replayed; the message is one line for people. */
export class ReplayFolderError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ReplayFolderError'
  }
}

// A file that inflates far beyond a real recording is an attack or an accident.
const fileBytesMax = 256 * 1024 * 1024
const inflate = promisify(gunzip)

const tickerFile = /^([a-z0-9_-]+)\.json(?:\.gz)?$/
const captureFile = /^([A-Z0-9_]+)\.(?:ws|http)\.[\d.]+?(?:\.gz)?$/
const frameFile = /^[a-z0-9]+_\d{8}\.txt(?:\.gz)?$/
const grammars: readonly CaptureGrammar[] = [kucoinCapture, binanceCapture, okxCapture]

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').slice(0, 160)

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ReplayFolderError(
      code === 'ENOENT' || code === 'ENOTDIR'
        ? `there is no folder ${folder} to replay`
        : `the replay folder ${folder} cannot be read: ${reasonOf(error)}`,
    )
  }
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path)
  if (!path.endsWith('.gz')) return bytes.toString('utf8')
  return (await inflate(bytes, { maxOutputLength: fileBytesMax })).toString('utf8')
}

type Place = { readonly folder: string; readonly names: readonly string[] }

/** The files of one kind: in the last of the sub-folders of that name, else in the folder itself. */
async function placeOf(
  folder: string,
  names: readonly string[],
  sub: RegExp,
  isOne: (name: string) => boolean,
): Promise<Place> {
  const within = names.findLast((name) => sub.test(name))
  if (within === undefined) return { folder, names: names.filter(isOne) }
  const inner = join(folder, within)
  return { folder: inner, names: (await namesIn(inner)).filter(isOne) }
}

async function readTickers({ folder, names }: Place, leftOut: string[]) {
  const byStem = new Map(names.map((name) => [tickerFile.exec(name)?.[1] ?? '', name]))
  const stems = new Set(recordedVenues.flatMap(({ files }) => files))
  const unserved = [...byStem.keys()].filter((stem) => !stems.has(stem))
  // A manifest beside other recordings is no venue.
  if (unserved.length > 0 && unserved.length < byStem.size)
    leftOut.push(`the tickers of ${unserved.length} venues that no venue server speaks for`)
  const read = recordedVenues.map(async (recorded): Promise<TickerRecording | undefined> => {
    const name = recorded.files.flatMap((stem) => byStem.get(stem) ?? [])[0]
    if (name === undefined) return undefined
    try {
      const recording = readTickerRecording(recorded, await readText(join(folder, name)))
      if (recording.markets.length > 0) return recording
      leftOut.push(`${basename(folder)}/${name}: it holds no spot market`)
    } catch (error) {
      leftOut.push(`${basename(folder)}/${name}: ${reasonOf(error)}`)
    }
    return undefined
  })
  return (await Promise.all(read)).filter((recording) => recording !== undefined)
}

async function readOneCapture(
  grammar: CaptureGrammar,
  { folder, names }: Place,
  leftOut: string[],
) {
  const files: CaptureFile[] = []
  for (const name of names) {
    try {
      files.push({ name, text: await readText(join(folder, name)) })
    } catch (error) {
      leftOut.push(`${basename(folder)}/${name}: ${reasonOf(error)}`)
    }
  }
  const capture = readCapture(grammar, files)
  if (capture !== undefined) return [{ capture, folder }]
  leftOut.push(`${basename(folder)}/${names[0]}: it holds no order book of a spot market`)
  return []
}

async function readCaptures(cryptofeed: Place, frames: Place, leftOut: string[]) {
  const venueOf = (name: string) => captureFile.exec(name)?.[1]
  const found: FoundCapture[] = []
  for (const grammar of grammars) {
    const names = cryptofeed.names.filter((name) => venueOf(name) === grammar.file)
    if (names.length > 0)
      found.push(...(await readOneCapture(grammar, { ...cryptofeed, names }, leftOut)))
  }
  const others = new Set(cryptofeed.names.map(venueOf))
  for (const { file } of grammars) others.delete(file)
  if (others.size > 0)
    leftOut.push(`the captures of ${[...others].join(', ')}: they have no player`)
  if (frames.names.length > 0)
    found.push(...(await readOneCapture(binanceCapture, frames, leftOut)))
  return found
}

/**
 * Reads a folder that holds `tickers-<when>/<venue>.json[.gz]`, `cryptofeed/<VENUE>.ws.N.0[.gz]` and
 * `binance-ws/<symbol>_<day>.txt[.gz]`, some of them, or the files of one kind themselves. Throws
 * ReplayFolderError when nothing in it can be played.
 */
export async function readRecordings(folder: string): Promise<Recordings> {
  const names = await namesIn(folder)
  const leftOut: string[] = []
  const [dump, cryptofeed, frames] = await Promise.all([
    placeOf(folder, names, /^tickers-/, (name) => tickerFile.test(name)),
    placeOf(folder, names, /^cryptofeed$/, (name) => captureFile.test(name)),
    placeOf(folder, names, /^binance-ws$/, (name) => frameFile.test(name)),
  ])
  const [tickers, captures] = await Promise.all([
    readTickers(dump, leftOut),
    readCaptures(cryptofeed, frames, leftOut),
  ])
  if (tickers.length > 0 || captures.length > 0) return { tickers, captures, leftOut }
  const wanted =
    'tickers-<when>/<venue>.json[.gz], cryptofeed/<VENUE>.ws.1.0[.gz] or binance-ws/<symbol>_<day>.txt[.gz]'
  throw new ReplayFolderError(
    leftOut.length > 0
      ? `${folder} holds nothing that can be replayed: ${leftOut.join('; ')}`
      : `${folder} holds no recording; put ${wanted} there`,
  )
}
