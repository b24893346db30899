// The `pre` script of every npm script: makes node_modules fit package-lock.json before anything runs.
// Plain JavaScript, because it runs on the system's own Node; it talks on standard error only.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
// Holds the pid of the set-up at work. It outlives a set-up that was cut off, so the next starts over.
const marker = join(root, '.setup', 'installing')
const killAfterMs = 1_000
const waitMs = 100

const say = (text) => process.stderr.write(`arbdesk: ${text}\n`)
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const read = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'))

/** Packages whose install scripts may run; package.json is the one list of them. */
const buildable = () =>
  Object.entries(read(root, 'package.json').allowScripts ?? {})
    .filter(([name, allowed]) => allowed && existsSync(join(modules, name)))
    .map(([name]) => name)

/** True when every package is the locked one. Optional ones may be absent: they fit other machines. */
function isInstalled() {
  if (!existsSync(join(modules, '.package-lock.json'))) return false
  const wanted = read(root, 'package-lock.json').packages
  const present = read(modules, '.package-lock.json').packages
  const fits = Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true
    const here = present[path]
    if (here === undefined) return optional === true
    return here.version === version && here.integrity === integrity
  })
  // An install without its scripts leaves no Node 24, and the system's own would run instead.
  return fits && (!('node_modules/node' in wanted) || existsSync(join(modules, 'node/bin/node')))
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

let running
let interrupted

/** npm in a process group of its own, so that nothing it started outlives an interruption. */
async function npm(...args) {
  // A Node inside node_modules is about to be deleted: use the one that runs npm, or the system's.
  const path = (process.env.PATH ?? '').split(delimiter).filter((part) => !part.startsWith(modules))
  const cli = process.env.npm_execpath
  const node = process.env.npm_node_execpath ?? process.execPath
  const [command, before] = cli === undefined ? ['npm', []] : [node, [cli]]
  const child = spawn(
    command,
    [...before, ...args, '--loglevel=error', '--no-audit', '--no-fund'],
    {
      cwd: root,
      env: { ...process.env, PATH: path.join(delimiter) },
      stdio: ['ignore', 2, 2],
      detached: true,
    },
  )
  running = child
  const code = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', resolve)
  })
  // An interruption ends the whole process, once everything it started is gone.
  if (interrupted !== undefined) return new Promise(() => {})
  if (code !== 0) throw new Error(`npm ${args[0]} ended with ${code}`)
}

async function stop(signal) {
  if (interrupted !== undefined) return
  interrupted = signal
  const group = running?.pid === undefined ? undefined : -running.pid
  if (group !== undefined) {
    const kill = (with_) => isAlive(group) && process.kill(group, with_)
    kill('SIGTERM')
    for (let waited = 0; waited < killAfterMs && isAlive(group); waited += waitMs)
      await sleep(waitMs)
    kill('SIGKILL')
    while (isAlive(group)) await sleep(waitMs)
  }
  say('set-up interrupted; the next run starts it over')
  process.exit(signal === 'SIGINT' ? 130 : 143)
}

/**
 * Two set-ups at once would delete each other's files, so the second waits for the first.
 * Answers whether an earlier one was cut off, whatever node_modules looks like.
 */
async function claim() {
  let told = false
  let cutOff = false
  for (;;) {
    try {
      writeFileSync(marker, String(process.pid), { flag: 'wx' })
      return cutOff
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = Number(readFileSync(marker, 'utf8'))
    if (!isAlive(holder)) {
      cutOff = true
      rmSync(marker, { force: true })
    } else {
      if (!told)
        say(`waiting for the set-up of process ${holder} (if it is none, delete ${marker})`)
      told = true
      await sleep(waitMs)
    }
  }
}

async function install() {
  const startedAt = Date.now()
  say('installing dependencies; this takes a moment, once')
  mkdirSync(modules, { recursive: true })
  // Not every npm knows allowScripts, so nobody's scripts run first and then only the allowed ones.
  await npm('ci', '--ignore-scripts')
  const names = buildable()
  if (names.length > 0) await npm('rebuild', '--ignore-scripts=false', ...names)
  say(`dependencies installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
}

if (existsSync(marker) || !isInstalled()) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
  try {
    if ((await claim()) || !isInstalled()) await install()
    rmSync(marker)
  } catch (error) {
    say(`set-up failed: ${error.message}; mend what is said above, the next run starts it over`)
    process.exit(1)
  }
}
