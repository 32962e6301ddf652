import { readFile } from 'node:fs/promises'
import { lastByteOf } from './ranges.ts'

/**
 * The processor a machine is to run on. user-mode Linux uses one at a time, and to change between two costs it a third of
 * its speed; machines with successive addresses get successive processors of those that this program may use.
 */
export async function processorFor(address: string): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8')
  const processors = readList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '0')
  return processors[lastByteOf(address) % processors.length] ?? 0
}

/** The kernel's form of a list, as in `0-3,6` (cpuset(7)). */
export function readList(text: string): readonly number[] {
  return text.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}
