import { expect, test } from 'vitest'
import { shiftFrame, shiftRow } from './time-shift.ts'

const day = 86_400_000

test('every time in a frame moves by the same amount, in its own unit and spelling', () => {
  const frame =
    '{"e":"kline","E":1633998512068,"k":{"t":1633998480000,"T":1633998539999,"c":"0.3520"}}'
  expect(shiftFrame(frame, day)).toBe(
    '{"e":"kline","E":1634084912068,"k":{"t":1634084880000,"T":1634084939999,"c":"0.3520"}}',
  )
  expect(shiftFrame('{"time":"1619378353603091996","ts":"1652459225700"}', 1500)).toBe(
    '{"time":"1619378355103091996","ts":"1652459227200"}',
  )
  expect(shiftFrame('{"candles":["1619378280","1619378281"]}', day)).toBe(
    '{"candles":["1619464680","1619378281"]}',
  )
})

test('numbers that are no times keep their bytes', () => {
  const frame = '{"U":50093239189,"u":50093239202,"t":3735683259,"b":[["61737.63000000","0.1"]]}'
  expect(shiftFrame(frame, day)).toBe(frame)
})

test('a row keeps its numbers as numbers and its texts as texts', () => {
  const row = { symbol: 'BTCUSDT', openTime: '1668991862842', ts: 1669078262842, count: '7423102' }
  expect(shiftRow(row, -1000)).toEqual({
    symbol: 'BTCUSDT',
    openTime: '1668991861842',
    ts: 1669078261842,
    count: '7423102',
  })
})
