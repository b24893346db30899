// Reads the list of places that coins may be sent to. It lies on the machine's own disk and is read anew
// each time, so that what is struck off it holds at once.
import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import type { AddressEntry } from '../src/trade/transfer/address-book.ts'

const text = z.string().trim().min(1).max(200)
const schema = z.array(
  z.strictObject({
    asset: text,
    network: text,
    venue: text,
    address: text,
    memo: text.optional(),
  }),
)

const example =
  '[{"asset": "USDT", "network": "ERC20", "venue": "okx", "address": "0x…", "memo": "only where there is one"}]'

/** Whoever else may write it decides where the money goes. */
const othersMayWrite = 0o022

/** The list, or one sentence without its full stop that says why there is none. */
export async function readTransferAddresses(
  file: string,
): Promise<readonly AddressEntry[] | string> {
  try {
    const { mode } = await stat(file)
    if ((mode & othersMayWrite) !== 0)
      return `${file} may be written by others than its owner: chmod 600 it`
    const read = schema.safeParse(JSON.parse(await readFile(file, 'utf8')))
    if (read.success) return read.data
    const [issue] = read.error.issues
    return `${file} is no list such as ${example}: ${issue?.path.join('.')} ${issue?.message}`
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT')
      return `there is no list of addresses; write one to ${file}, such as ${example}`
    return code === undefined
      ? `${file} is no JSON; it is written like ${example}`
      : `${file} cannot be read (${code})`
  }
}
