import { readdir, readFile, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './command.ts'
import { findProcesses, killAll } from './processes.ts'

const SUFFIX = '.unfinished'

/** Where something is built that will get this path when it is whole. */
export function unfinished(target: string): string {
  return `${target}${SUFFIX}`
}

/** Removes what is half built in a folder where nobody builds just now, with whoever still works on it. */
export async function removeRemains(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((one) => one.endsWith(SUFFIX))) {
    const path = join(folder, name)
    await killAll(() => workingOn(path))
    // Emptying a tree in which /dev of this computer is still mounted would empty that.
    for (const mount of await mountsUnder(path)) await run(['umount', '--lazy', mount])
    await rm(path, { recursive: true, force: true })
  }
}

/** The processes that were started for this path, or have their root or working directory in it. */
async function workingOn(path: string): Promise<readonly number[]> {
  const within = (place: string) => place === path || place.startsWith(`${path}/`)
  const told = (await findProcesses((argv) => argv.some(within))).map(({ pid }) => pid)
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  const there = await Promise.all(
    pids.map(async (pid) => {
      const places = ['root', 'cwd'].map((link) => readlink(`/proc/${pid}/${link}`).catch(() => ''))
      return (await Promise.all(places)).some(within) ? [Number(pid)] : []
    }),
  )
  return [...new Set([...told, ...there.flat()])]
}

/** What is mounted below a path as this process sees it, the innermost first. */
async function mountsUnder(path: string): Promise<readonly string[]> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n')
  return mounts
    .map((line) => line.split(' ')[1] ?? '')
    .filter((place) => place.startsWith(`${path}/`))
    .reverse()
}
