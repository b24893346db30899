// A terminal shows text: pictures and files of an answer are written to the desk's home, and named.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Card } from '../../src/notification/card.ts'
import type { DrawChart } from '../../src/notification/chart.ts'

/** One line for each thing it wrote, or could not; it never throws. */
export type KeepFiles = (card: Card, now: Date) => Promise<readonly string[]>

/** Pictures can be asked for again; the oldest beyond so many go. */
const chartsMax = 200
const nameLengthMax = 60

/** "profit-by-route-30-days-20251120-120405.png" */
function chartName(title: string, now: Date): string {
  const words = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, nameLengthMax)
  const at = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
  return `${words === '' ? 'chart' : words}-${at}.png`
}

async function write(folder: string, name: string, content: string | Uint8Array): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, name)
  await writeFile(path, content, { mode: 0o600 })
  return path
}

/** Their names end with the time, which says what is old. */
async function forgetOld(folder: string): Promise<void> {
  const timeOf = (name: string) => name.slice(-'20251120-120405.png'.length)
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png'))
  const old = names.toSorted((a, b) => timeOf(a).localeCompare(timeOf(b))).slice(0, -chartsMax)
  for (const name of old) await rm(join(folder, name), { force: true })
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

export const createKeepFiles =
  ({ home, drawChart }: { readonly home: string; readonly drawChart: DrawChart }): KeepFiles =>
  async ({ file, chart }, now) => {
    const lines: string[] = []
    const attempt = async (what: string, work: () => Promise<string>): Promise<void> => {
      lines.push(
        await work().then(
          (path) => `${what}: ${path}`,
          (error: unknown) => `There is no ${what}: ${reasonOf(error)}`,
        ),
      )
    }
    if (file !== undefined)
      await attempt('file', () => write(join(home, 'exports'), basename(file.name), file.content))
    if (chart !== undefined)
      await attempt('chart', async () => {
        const folder = join(home, 'charts')
        const path = await write(folder, chartName(chart.title, now), await drawChart(chart))
        await forgetOld(folder)
        return path
      })
    return lines
  }
