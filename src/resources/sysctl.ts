import { z } from 'zod'
import type { Change, Difference } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import { queryKey } from '../model/sensor.ts'
import { fileAt } from '../sensors/files.ts'
import {
  mainFile,
  oneBlank,
  type SysctlReading,
  type SysctlSetting,
  sysctlNamed,
  sysctlPath,
} from '../sensors/sysctls.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { refuse } from './refuse.ts'
import { replaceFile } from './small-file.ts'
import { ifReplaceable } from './writable.ts'

/** Sorts after the files of distributions, `99-sysctl.conf` among them, so that it has the last word at boot. */
const ownFile = '/etc/sysctl.d/99-zz-understudy.conf'

const settingName = z
  .string()
  .regex(
    /^(?!.*\.\.)[A-Za-z0-9_]+([./][A-Za-z0-9_:@-]+)+$/,
    'must be a kernel setting such as net.ipv4.ip_forward',
  )
  .describe('The setting. A dot inside a part is written `/`: `net.ipv4.conf.eth0/100.arp_ignore`.')

const settingValue = z.union([z.string(), z.number()]).transform((value) => oneBlank(String(value)))

const schema = z
  .strictObject({
    name: settingName,
    value: settingValue.optional().describe('Its value, now and at every boot.'),
    file: z
      .string()
      .regex(
        /^\/etc\/sysctl\.(conf|d\/[A-Za-z0-9_][A-Za-z0-9_.@:+-]*\.conf)$/,
        'must be a file that a boot reads: /etc/sysctl.conf, or /etc/sysctl.d/NAME.conf',
      )
      .default(ownFile)
      .describe('The file that has it for the next boot.'),
    tolerant: z.boolean().default(false).describe('That the running kernel does not have it is no error.'),
    at_boot_only: z.boolean().default(false).describe('The running kernel keeps its value.'),
    state: z
      .enum(['present', 'absent'])
      .default('present')
      .describe('`absent`: no longer set at boot by Understudy; the running kernel keeps its value.'),
  })
  .refine(({ state, value }) => state === 'absent' || value !== undefined, {
    message: 'needs a value',
    path: ['value'],
  })

type Sysctl = z.infer<typeof schema>

/** A kernel setting, in the running kernel and at boot. */
export const sysctl: ResourceKind<
  Sysctl,
  { setting: ReturnType<typeof sysctlNamed>; at: ReturnType<typeof fileAt> }
> = {
  name: 'sysctl',
  summary: 'A kernel setting, in the running kernel and at every boot.',
  schema,
  subject: ({ name }) => name,
  inspect: ({ name, file }) => ({ setting: sysctlNamed(name), at: fileAt(file) }),
  converge: (wanted, { setting, at }, upcoming) => {
    const { value, state, file } = wanted
    const change =
      state === 'absent' || value === undefined ? forget(wanted, setting) : set({ ...wanted, value }, setting)
    const writes = state === 'absent' || lastOf(setting, file)?.value !== value
    return writes ? ifReplaceable(change, { path: file, at }, upcoming) : change
  },
}

const formerSchema = z.strictObject({
  name: settingName,
  otherwise: settingValue.describe('What the running kernel gets where no other file sets it at boot.'),
})

type FormerSetting = z.infer<typeof formerSchema>

/** A kernel setting that an earlier inventory asked for: it is again what the machine has without Understudy. */
export const formerSetting: ResourceKind<
  FormerSetting,
  { setting: ReturnType<typeof sysctlNamed>; at: ReturnType<typeof fileAt> }
> = {
  name: 'former_setting',
  summary:
    'A kernel setting that Understudy set at boot, and no longer does: the running kernel gets what other files say, or its usual value.',
  schema: formerSchema,
  subject: ({ name }) => name,
  inspect: ({ name }) => ({ setting: sysctlNamed(name), at: fileAt(ownFile) }),
  converge: (wanted, { setting, at }, upcoming) =>
    ifReplaceable(forget({ ...wanted, file: ownFile }, setting), { path: ownFile, at }, upcoming),
}

/** Each keeps to its own line of the file, so that many can be set in one trip; to go back the whole of it is put back. */
function touched(name: string, file: string): Pick<Change, 'disturbs' | 'keeps'> {
  const setting = `sysctl:${sysctlPath(name)}`
  return { disturbs: [setting], keeps: [setting, `file:${file}`] }
}

function set(
  { name, value, file, at_boot_only, tolerant }: Sysctl & { readonly value: string },
  found: SysctlReading,
): Change | undefined {
  const { live, atBoot } = found
  const last = lastOf(found, file)
  const lives = live === value || at_boot_only || (tolerant && live === undefined)
  const lasts = last?.value === value
  if (lives && lasts) return undefined
  const later = atBoot.find((setting) => sortsLater(setting.file, file) && setting.value !== value)
  if (later)
    return refuse(`${later.file} is read after ${file} and sets ${name} to ${later.value}: remove that line`)
  const differences: Difference[] = [
    ...(lives ? [] : [{ is: 'attribute' as const, name: 'now', before: live, after: value }]),
    ...(lasts
      ? []
      : [
          {
            is: 'attribute' as const,
            name: 'at boot',
            before: last && `${last.value} (${last.file})`,
            after: value,
          },
        ]),
  ]
  return {
    summary: `set to ${value}`,
    differences,
    script: lines(
      ...(lives ? [] : [setLive(name, value)]),
      ...(lasts ? [] : [withLine(file, name, file === ownFile ? `${name} = ${value}` : `${name}=${value}`)]),
    ),
    impact: 'none',
    ...touched(name, file),
    // Whether a boot reads the main file is up to links that stand elsewhere.
    ...(file === mainFile ? {} : { leaves: leftBy({ name, value, file }, found, { lives, lasts }) }),
  }
}

/** What will be read of it then; no file that counts sorts behind this one where this one has to say it. */
function leftBy(
  { name, value, file }: Pick<Sysctl, 'name' | 'file'> & { readonly value: string },
  { live, atBoot, main }: SysctlReading,
  { lives, lasts }: { readonly lives: boolean; readonly lasts: boolean },
): ReadonlyMap<string, unknown> {
  const now = lives ? live : value
  const others = atBoot.filter((setting) => nameOf(setting.file) !== nameOf(file))
  const left: SysctlReading = {
    ...(now === undefined ? {} : { live: now }),
    atBoot: lasts ? atBoot : [...others, { file, value }],
    ...(main === undefined ? {} : { main }),
  }
  return new Map([[queryKey(sysctlNamed(name)), left]])
}

/** What has the last word; whoever names sysctl.conf means the line that is there. */
function lastOf({ atBoot, main }: SysctlReading, file: string): SysctlSetting | undefined {
  if (file !== mainFile) return atBoot.at(-1)
  return main === undefined ? undefined : { file, value: main }
}

function forget(
  { name, file, otherwise }: Pick<Sysctl, 'name' | 'file'> & { readonly otherwise?: string },
  found: SysctlReading,
): Change | undefined {
  const ours = file === mainFile ? lastOf(found, file) : found.atBoot.find((setting) => setting.file === file)
  if (!ours) return undefined
  const others = found.atBoot.filter((setting) => setting.file !== file)
  const then = otherwise === undefined ? undefined : (others.at(-1)?.value ?? otherwise)
  const changes = then !== undefined && found.live !== undefined && then !== found.live
  return {
    summary: changes ? `no longer set, ${then} again` : 'no longer set at boot',
    differences: [
      ...(changes ? [{ is: 'attribute' as const, name: 'now', before: found.live, after: then }] : []),
      { is: 'attribute', name: 'at boot', before: ours.value, after: undefined },
    ],
    script: lines(...(changes ? [setLive(name, then)] : []), withLine(file, name, undefined)),
    impact: 'none',
    ...touched(name, file),
  }
}

function sortsLater(other: string, file: string): boolean {
  return nameOf(other) > nameOf(file)
}

/** Files of sysctl.d(5) sort by it, and one stands for all of its name. */
function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1)
}

function setLive(name: string, value: string): Script {
  const path = `/proc/sys/${sysctlPath(name)}`
  return sh`if [ ! -e ${path} ]; then
  echo ${`the running kernel has no ${name}: load the module that brings it first, with kernel_module`} >&2
  exit 1
fi
printf '%s\n' ${value} >${path} || { echo ${`the kernel refuses ${value} for ${name}`} >&2; exit 1; }`
}

/** Other keys keep their lines; the file is replaced as a whole, so that a boot never meets half of it. */
function withLine(file: string, name: string, line: string | undefined): Script {
  return sh`mkdir -p ${file.slice(0, file.lastIndexOf('/'))}
: >"$us_tmp/sysctl"
if [ -e ${file} ]; then
  us_key=${name} us_path=${sysctlPath(name)} us_line=${line ?? ''} awk '{
    key = $0; sub(/[ \t]*=.*/, "", key); sub(/^[ \t]*-?/, "", key)
    if (key != ENVIRON["us_key"] && key != ENVIRON["us_path"]) print
    else if (!found++ && ENVIRON["us_line"] != "") print ENVIRON["us_line"]
  }
  END { if (!found && ENVIRON["us_line"] != "") print ENVIRON["us_line"] }' ${file} >"$us_tmp/sysctl"
${embed(line === undefined ? sh`` : sh`else printf '%s\n' ${line} >"$us_tmp/sysctl"`)}
fi
if ${embed(file === ownFile ? sh`[ -s "$us_tmp/sysctl" ]` : sh`:`)}; then
${embed(replaceFile(file, sh`cat "$us_tmp/sysctl"`))}
else
  rm -f ${file}
fi`
}
