import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** A kernel module now and at the next boot. */
export interface KernelModuleReading {
  readonly live: 'loaded' | 'builtin' | 'absent'
  /** Files read at boot that name it. */
  readonly atBoot: readonly string[]
  /** What modprobe.d gives it, in one line; empty where nothing. */
  readonly parameters: string
}

/** To the kernel, `-` and `_` are one in names of modules. */
export function moduleName(name: string): string {
  return name.replaceAll('-', '_')
}

/** Where Understudy notes the parameters of a module. */
export function parametersFile(name: string): string {
  return `/etc/modprobe.d/understudy-${moduleName(name)}.conf`
}

/** A loaded module stands in /proc/modules; one built in stands in modules.builtin, or at least in /sys/module. */
export const kernelModules: Sensor<KernelModuleReading> = {
  name: 'kernel-modules',
  ask: (names) => sh`
us_builtin=/lib/modules/$(uname -r)/modules.builtin
cut -d' ' -f1 /proc/modules 2>/dev/null | sed 's/^/loaded /'
for us_m in ${names.map(moduleName)}; do
  if grep -qs "^$us_m " /proc/modules; then continue; fi
  if [ -d "/sys/module/$us_m" ]; then echo "builtin $us_m"
  elif sed 's,.*/,,; s/\.ko.*//; y/-/_/' "$us_builtin" 2>/dev/null | grep -qx -e "$us_m"; then echo "builtin $us_m"; fi
done
for us_f in /etc/modules /etc/modules-load.d/*.conf /run/modules-load.d/*.conf /usr/lib/modules-load.d/*.conf; do
  if [ -f "$us_f" ] && [ -r "$us_f" ]; then
    sed -n 's/^[ \t]*\([A-Za-z0-9_-][A-Za-z0-9_-]*\).*/\1/p' "$us_f" | sed "s,^,boot $us_f ,"
  fi
done
for us_f in /etc/modprobe.d/understudy-*.conf; do
  if [ -f "$us_f" ]; then sed -n 's/^options /options /p' "$us_f" 2>/dev/null || :; fi
done`,
  read: (output, names) => {
    const said = output.split('\n').map((line) => line.split(' '))
    return new Map(
      names.map((name) => {
        const wanted = moduleName(name)
        const stands = (word: string) => said.some(([first, second]) => first === word && second === wanted)
        const atBoot = said.filter(
          ([first, , module]) => first === 'boot' && module !== undefined && moduleName(module) === wanted,
        )
        const options = said.find(([first, module]) => first === 'options' && module === wanted)
        return [
          name,
          {
            live: stands('loaded') ? 'loaded' : stands('builtin') ? 'builtin' : 'absent',
            atBoot: atBoot.map(([, file = '']) => file),
            parameters: options?.slice(2).join(' ') ?? '',
          },
        ]
      }),
    )
  },
}

/** Asks for a kernel module. */
export function kernelModuleNamed(name: string): Query<KernelModuleReading> {
  return {
    sensor: kernelModules,
    subject: moduleName(name),
    about: [`module:${moduleName(name)}`, 'file:/etc/modules-load.d', `file:${parametersFile(name)}`],
  }
}
