import { readFile } from 'node:fs/promises'

/** A process of this computer that no later one can be taken for. */
export interface Owner {
  readonly pid: number
  /** When it started, in ticks since the boot. */
  readonly started: string
  readonly boot: string
}

/** The process that runs this. */
export async function thisProcess(): Promise<Owner> {
  const stat = await statOf(process.pid)
  return { pid: process.pid, started: stat?.started ?? '', boot: await bootId() }
}

/** Whether that very process lives still; one that is dead but not yet buried does not. */
export async function lives({ pid, started, boot }: Owner): Promise<boolean> {
  const stat = await statOf(pid)
  return stat?.started === started && !/[ZX]/.test(stat.state) && boot === (await bootId())
}

async function statOf(pid: number): Promise<{ state: string; started: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The program's name stands in brackets and may hold anything; the third field comes behind it.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields && { state: fields[0] ?? '', started: fields[19] ?? '' }
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
}
