// Pages side by side, photographed by a browser (chromium, or $CHROMIUM).
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const browser = process.env['CHROMIUM'] ?? 'chromium'
/** Of a phone, in CSS pixels. */
const phoneWidth = 390
const gap = 14

const browse = (...options: readonly string[]): string =>
  spawnSync(browser, ['--headless', '--no-sandbox', '--disable-gpu', ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
  }).stdout.toString()

/** Each page's title is its height. Writes `<folder>/<name>.png`. */
export function photograph(folder: string, name: string, pages: readonly string[]): void {
  const place = mkdtempSync(join(tmpdir(), 'arbdesk-picture-'))
  const files = pages.map((page, i) => {
    const file = join(place, `${i}.html`)
    writeFileSync(file, page)
    return file
  })
  const heights = files.map((file) =>
    Number(/<title>(\d+)<\/title>/.exec(browse('--dump-dom', file))?.[1] ?? 1000),
  )
  const height = Math.max(...heights)
  const frames = files.map(
    (file) =>
      `<iframe src="${file}" style="border:0;width:${phoneWidth}px;height:${height}px"></iframe>`,
  )
  const sheet = join(place, 'sheet.html')
  writeFileSync(
    sheet,
    `<!doctype html><body style="margin:0;display:flex;gap:${gap}px;background:#fff">${frames.join('')}</body>`,
  )
  const width = pages.length * (phoneWidth + gap) - gap
  browse(
    `--window-size=${width},${height}`,
    '--hide-scrollbars',
    '--force-device-scale-factor=1.5',
    `--screenshot=${resolve(folder, `${name}.png`)}`,
    sheet,
  )
  rmSync(place, { recursive: true, force: true })
}
