import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { moduleName } from '../sensors/kernel-modules.ts'
import { lines, sh } from '../shell/quote.ts'
import { attribute } from './attribute.ts'
import { type Answer, probed } from './probed.ts'
import { replaceFile } from './small-file.ts'

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'must be the name of a module such as ip_vs')
    .describe('The module.'),
  state: z.enum(['present', 'absent']).default('present').describe('`present`: it is loaded now.'),
  at_boot: z
    .enum(['present', 'absent', 'disabled'])
    .default('disabled')
    .describe('`present`: loaded at every boot. `absent`: not. `disabled`: as it is.'),
  parameters: z
    .array(z.string().regex(/^[A-Za-z0-9_]+=[^\s\0\\]+$/, 'must be NAME=VALUE without a backslash'))
    .default([])
    .describe('Given when it is loaded, and noted in modprobe.d where it is loaded at boot.'),
})

type Modprobe = z.infer<typeof schema>

/**
 * A module of the kernel as Ansible's modprobe has it: loaded now, and at boot only where that is asked for. Its files
 * bear the module's name.
 */
export const modprobe: ResourceKind<Modprobe, { answer: Query<Answer> }> = probed({
  name: 'modprobe',
  summary: 'A module of the kernel.',
  schema,
  subject: ({ name }) => name,
  about: ({ name }) => placesOf(name),
  ask: ({ name }) => {
    const live = moduleName(name)
    return sh`if grep -qs ${`^${live} `} /proc/modules || grep -qs ${`/${name}\\.ko$`} "/lib/modules/$(uname -r)/modules.builtin" ||
  { [ -d ${`/sys/module/${live}`} ] && ! [ -f ${`/sys/module/${live}/initstate`} ]; }; then echo live; fi
for us_f in /etc/modules-load.d/* /etc/modprobe.d/*; do
  [ -f "$us_f" ] || continue
  case $us_f in
    /etc/modules-load.d/*) grep -ls ${`^ *${name} *\\([#;].*\\)\\{0,1\\}$`} "$us_f" | sed 's/^/boot /' ;;
    *) grep -s ${`^options ${name} [A-Za-z0-9_]*=[^ ]* *\\([#;].*\\)\\{0,1\\}$`} "$us_f" /dev/null | sed 's/^/options /' ;;
  esac
done`
  },
  change: ({ name, state, at_boot, parameters }, { stdout }) => {
    const said = stdout.split('\n').filter((line) => line !== '')
    const isLive = said.includes('live')
    const atBoot = said.filter((line) => line.startsWith('boot ')).map((line) => line.slice(5))
    const noted = said.flatMap((line) => {
      const [, file, option] = /^options ([^:]+):options \S+ (\S+)/.exec(line) ?? []
      return file !== undefined && option !== undefined ? [{ file, option }] : []
    })
    const files = [...new Set(noted.map(({ file }) => file))]
    const options = new Set(noted.map(({ option }) => option))
    const isLoading = state === 'present' && !isLive
    const isUnloading = state === 'absent' && isLive
    const isNaming = at_boot === 'present' && atBoot.length === 0
    const isNoting =
      at_boot === 'present' &&
      (parameters.some((one) => !options.has(one)) || options.size > parameters.length)
    const [unnamed, unnoted] = at_boot === 'absent' ? [atBoot, files] : [[], isNoting ? files : []]
    const differences = [
      ...(isLoading ? [attribute('now', undefined, 'loaded')] : []),
      ...(isUnloading ? [attribute('now', 'loaded', undefined)] : []),
      ...(isNaming ? [attribute('at boot', undefined, 'loaded')] : []),
      ...(unnamed.length > 0 ? [attribute('at boot', unnamed.join(', '), undefined)] : []),
      ...(isNoting || unnoted.length > 0
        ? [
            attribute(
              'parameters',
              [...options].join(' ') || undefined,
              isNoting ? parameters.join(' ') : undefined,
            ),
          ]
        : []),
    ]
    if (differences.length === 0) return undefined
    const words = { present: 'load', absent: 'unload' }
    return {
      summary: isLoading || isUnloading ? words[state] : 'set what holds at boot',
      differences,
      disturbs: placesOf(name),
      script: lines(
        ...(isLoading ? [sh`modprobe -- ${name} ${parameters}`] : []),
        ...(isUnloading ? [sh`modprobe -r -- ${name}`] : []),
        ...(unnamed.length > 0 ? [sh`sed -i ${`s/^ *${name} *\\([#;].*\\)\\{0,1\\}$/#&/`} ${unnamed}`] : []),
        ...(unnoted.length > 0 ? [sh`sed -i ${`s/^options ${name} /#&/`} ${unnoted}`] : []),
        ...(isNaming
          ? [
              sh`mkdir -p /etc/modules-load.d`,
              replaceFile(`/etc/modules-load.d/${name}.conf`, sh`printf '%s\n' ${name}`),
            ]
          : []),
        ...(isNoting
          ? [
              sh`mkdir -p /etc/modprobe.d`,
              replaceFile(
                `/etc/modprobe.d/${name}.conf`,
                sh`printf '%s\n' ${parameters.map((one) => `options ${name} ${one}`)}`,
              ),
            ]
          : []),
      ),
    }
  },
})

/** What its answer depends on, and what it changes. */
function placesOf(name: string): readonly string[] {
  return [`module:${moduleName(name)}`, 'file:/etc/modules-load.d', 'file:/etc/modprobe.d']
}
