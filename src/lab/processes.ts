import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { LabFailure } from './failure.ts'

/** A process of this computer and the words it was started with. */
export interface Process {
  readonly pid: number
  readonly argv: readonly string[]
}

/** The processes of this computer whose words satisfy `wanted`. */
export async function findProcesses(
  wanted: (argv: readonly string[]) => boolean,
): Promise<readonly Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const all = await Promise.all(
    pids.map(async (pid) => {
      const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      return { pid: Number(pid), argv: words.split('\0').filter(Boolean) }
    }),
  )
  return all.filter(({ pid, argv }) => pid !== process.pid && argv.length > 0 && wanted(argv))
}

/** The processes that others started and still wait for, but for this one. */
export async function childrenOf(parents: ReadonlySet<number>): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const all = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      return { pid, parent: Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]) }
    }),
  )
  return all
    .filter(({ pid, parent }) => parents.has(parent) && !parents.has(pid) && pid !== process.pid)
    .map(({ pid }) => pid)
}

/** Kills whatever `find` finds until it finds nothing more, so that nothing slips through by forking. */
export async function killAll(find: () => Promise<readonly number[]>): Promise<void> {
  for (let tries = 0; tries < 250; tries++) {
    const pids = await find()
    if (pids.length === 0) return
    for (const pid of pids) kill(pid)
    await sleep(20)
  }
  const left = await find()
  if (left.length > 0)
    throw new LabFailure(
      `processes ${left.join(', ')} do not die`,
      'See with ps what they wait for, then try again.',
    )
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
