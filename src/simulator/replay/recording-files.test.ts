import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dump, kucoinRow, serve, writeFolder } from '../../../test/recordings.ts'
import { ReplayFolderError } from './recording-files.ts'
import { openReplayMarket } from './replay-market.ts'

test('a broken file is named and left out, the others play', async () => {
  const folder = await writeFolder({
    'tickers-a/kucoin.json': dump(kucoinRow('BTC-USDT', { bid: 1, ask: 2 })),
    'tickers-a/okx.json': '{"tickers": {"BTC/US',
    'tickers-a/mexc3.json': '[]',
    'tickers-a/lbank.json': dump(kucoinRow('BTC-USDT', { bid: 1, ask: 2 })),
  })
  await writeFile(join(folder, 'tickers-a', 'gate.json.gz'), 'no gzip at all')
  const { source, events } = await serve(folder)
  expect(source.venues.map(({ venue }) => venue)).toEqual(['kucoin'])
  const said = events.join('\n')
  for (const name of ['tickers-a/okx.json: ', 'tickers-a/mexc3.json: ', 'tickers-a/gate.json.gz: '])
    expect(said).toContain(`replay leaves out ${name}`)
  expect(said).toContain('the tickers of 1 venues that no venue server speaks for')
})

test.each([
  ['a folder that is not there', undefined, /^there is no folder \/nowhere\/at\/all to replay$/],
  ['an empty folder', {}, /holds no recording; put tickers-/],
  ['a folder of broken files', { 'okx.json': '{' }, /nothing that can be replayed: .*okx\.json: /],
])('%s is one clear error', async (_, files, message) => {
  const folder = files === undefined ? '/nowhere/at/all' : await writeFolder(files)
  const opening = openReplayMarket({ folder, onEvent: () => undefined })
  const error = await opening.catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ReplayFolderError)
  expect((error as Error).message).toMatch(message)
  expect((error as Error).message).not.toContain('\n')
})
