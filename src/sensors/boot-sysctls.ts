import type { Query, Sensor } from '../model/sensor.ts'
import { sysctlNamed, sysctls } from './sysctls.ts'

/** A kernel parameter now, and as systemd-sysctl(8) would set it at the next boot. */
export interface BootSysctlReading {
  /** Absent where the kernel has no such parameter. */
  readonly live?: string
  /** Absent where no file sets it. */
  readonly atBoot?: string
  /** The file that has the last word. */
  readonly file?: string
}

/** The same question as `sysctls`, of which only the last word counts. */
const bootSysctls: Sensor<BootSysctlReading> = {
  name: 'boot-sysctls',
  ask: (keys) => sysctls.ask(keys),
  read: (output, keys) =>
    new Map(
      [...sysctls.read(output, keys)].map(([key, { live, atBoot }]) => {
        const last = atBoot.at(-1)
        const reading: BootSysctlReading = {
          ...(live === undefined ? {} : { live }),
          ...(last ? { atBoot: last.value, file: last.file } : {}),
        }
        return [key, reading]
      }),
    ),
}

/** Asks for a parameter by its dotted name. */
export function bootSysctl(key: string): Query<BootSysctlReading> {
  return { ...sysctlNamed(key), sensor: bootSysctls }
}
