// `npm run -s mutate -- --files "src/approval/*" --json`
import { matchesGlob } from 'node:path'
import { parseArgs } from 'node:util'
import { groups, type Group } from './groups.ts'

export type ReadOptions =
  | { readonly outcome: 'ok'; readonly groups: readonly Group[]; readonly json: boolean }
  | { readonly outcome: 'help' }
  | { readonly outcome: 'bad-usage'; readonly fault: string }

export const usage =
  'npm run -s mutate -- [--files <glob, or words of a path or of a group>] [--json]'

/** The name of a group means that group, whatever else has it in its path. */
const isMeant = (file: string, { name }: Group, files: string): boolean =>
  groups.some((group) => group.name === files)
    ? name === files
    : file.includes(files) || matchesGlob(file, files)

export function readMutateOptions(argv: readonly string[]): ReadOptions {
  const bad = (fault: string): ReadOptions => ({
    outcome: 'bad-usage',
    fault: `mutate: ${fault}; ${usage}`,
  })
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        files: { type: 'string', default: '' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return { outcome: 'help' }
    const meant = groups
      .map((group) => ({
        ...group,
        files: group.files.filter((file) => isMeant(file, group, values.files)),
      }))
      .filter(({ files }) => files.length > 0)
    if (meant.length === 0) return bad(`no file that is mutated is like "${values.files}"`)
    return { outcome: 'ok', groups: meant, json: values.json }
  } catch (error) {
    return bad((error as Error).message.split('\n')[0] as string)
  }
}
