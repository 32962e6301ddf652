import { z } from 'zod'
import type { Change, Difference } from '../model/change.ts'
import type { ResourceKind, Upcoming } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import type { Query, Readings } from '../model/sensor.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { type MountReading, mountAt } from '../sensors/mounts.ts'
import { lines, sh } from '../shell/quote.ts'
import { askFile } from './content.ts'
import { convergeEdit } from './edit.ts'
import { absolutePath } from './fields.ts'
import { withEntry, withoutEntry, withoutSlash } from './fstab.ts'
import { hasFlags, isNfs, isSource, liveOptions } from './mount-match.ts'
import { isRefusal } from './refuse.ts'

const table = '/etc/fstab'

const schema = z
  .strictObject({
    path: absolutePath
      .regex(/^[^\n]*$/, 'must be one line')
      .transform(withoutSlash)
      .describe('Where it is mounted; the directory is made where there is none.'),
    src: z
      .string()
      .regex(/^[^\n\0-][^\n\0]*$/, 'must be a device, UUID=…, LABEL=…, host:/path or the like')
      .optional()
      .describe(
        'What is mounted: a device, `UUID=…`, `LABEL=…`, `host:/path`; a directory with the option `bind`.',
      ),
    fstype: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'must be the name of a file system such as ext4')
      .optional()
      .describe('Its file system: `ext4`, `nfs`, `tmpfs`; `none` for `bind`.'),
    options: z
      .string()
      .regex(/^[^\s\0,-][^\s\0]*$/, 'must be options with commas between, without blanks')
      .default('defaults')
      .describe('As mount takes them, with commas between.'),
    state: z
      .enum(['mounted', 'present', 'unmounted', 'absent', 'not_at_boot'])
      .default('mounted')
      .describe(
        '`mounted`: now and at boot. `present`: at boot; now it is left alone. `unmounted`: not now; at boot it is ' +
          'left alone. `absent`: neither. `not_at_boot`: now it is left alone.',
      ),
    checks: z
      .string()
      .regex(/^\d+ \d+$/, 'must be two numbers')
      .optional()
      .describe('The last two fields of its line, for dump and fsck; `0 0` for a new line.'),
    with_directory: z
      .boolean()
      .default(false)
      .describe('With `absent`: the directory goes with its line; nothing may be in it.'),
  })
  .check((context) => {
    const { src, fstype, state } = context.value
    if (state !== 'mounted' && state !== 'present') return
    for (const [name, value] of Object.entries({ src, fstype }))
      if (value === undefined)
        context.issues.push({ code: 'custom', input: value, path: [name], message: `\`${name}\` is missing` })
  })

type Mount = z.infer<typeof schema>
type Asked = { mount: ReturnType<typeof mountAt>; directory: Query<FileReading> } & ReturnType<typeof askFile>

/** A file system at a path, now and at every boot by its line in fstab(5). */
export const mount: ResourceKind<Mount, Asked> = {
  name: 'mount',
  summary: 'A file system mounted at a path, now and at every boot.',
  schema,
  subject: ({ path }) => path,
  inspect: ({ path }) => ({ mount: mountAt(path), directory: fileAt(path), ...askFile(table) }),
  converge: (wanted, found, upcoming) => {
    const { path } = wanted
    const line = tableChange(wanted, found, upcoming)
    if (line && isRefusal(line)) return line
    const move = moveFor(wanted, found.mount, line !== undefined)
    const leaves =
      line !== undefined &&
      wanted.state === 'absent' &&
      wanted.with_directory &&
      found.directory.type === 'directory'
    if (!line && !move) return undefined
    return {
      summary: [
        ...(move ? [move.summary] : []),
        ...(line ? [`change ${table}`] : []),
        ...(leaves ? [`remove ${path}`] : []),
      ].join(', '),
      differences: [...(move?.differences ?? []), ...(line?.differences ?? [])],
      // The table comes last: a boot must not fail on what could not even be mounted now.
      script: lines(
        ...(move ? [move.script] : []),
        ...(line ? [line.script, sh`if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi`] : []),
        ...(leaves ? [sh`rmdir -- ${path}`] : []),
      ),
      impact: move?.cuts ? 'restart' : 'none',
      disturbs: [
        `mount:${path}`,
        ...(move || leaves ? [`file:${path}`] : []),
        ...(line ? [`file:${table}`] : []),
      ],
    }
  },
}

function tableChange(wanted: Mount, found: Readings<Asked>, upcoming: Upcoming): Change | undefined {
  const { path, src = '', fstype = '', options, state, checks } = wanted
  if (state === 'unmounted') return undefined
  const edit = (lines: readonly string[]) =>
    state === 'absent' || state === 'not_at_boot'
      ? withoutEntry(lines, path)
      : withEntry(lines, { src, path, fstype, options, checks })
  return convergeEdit({ path: table, create: true, backup: false, edit }, found, upcoming)
}

/** What is done to the running system. */
interface Move {
  readonly summary: string
  readonly script: Script
  readonly differences: readonly Difference[]
  /** Takes files away from whoever uses them. */
  readonly cuts: boolean
}

function moveFor(wanted: Mount, found: MountReading, lineDiffers: boolean): Move | undefined {
  const { path, src = '', fstype = '', state } = wanted
  if (state === 'present' || state === 'not_at_boot') return undefined
  const leave = sh`umount ${path}`
  const differences = (after: string | undefined): readonly Difference[] => [
    { is: 'attribute', name: 'now', before: found && show(found), after },
  ]
  if (state !== 'mounted')
    return found && { summary: 'unmount', script: leave, differences: differences(undefined), cuts: true }
  const options = liveOptions(wanted.options)
  const after = `${src} (${fstype}, ${options})`
  const enter = lines(
    sh`mkdir -p -- ${path}`,
    isNfs(fstype) ? mountNfs(wanted) : sh`mount -t ${fstype} -o ${options} ${src} ${path}`,
  )
  if (!found) return { summary: 'mount', script: enter, differences: differences(after), cuts: false }
  if (!isSource(wanted, found, lineDiffers))
    return {
      summary: 'unmount what is there, mount',
      script: lines(leave, enter),
      differences: differences(after),
      cuts: true,
    }
  // Named in full, so that options of an older line are not mixed in, mount(8).
  const again = sh`mount -t ${fstype} -o ${`remount,${options}`} ${src} ${path}`
  if (hasFlags(wanted.options, found) && !lineDiffers) return undefined
  return {
    summary: 'mount anew with these options',
    script: again,
    differences: differences(after),
    cuts: false,
  }
}

/** Seconds an NFS server has to answer. */
const patience = 45

/** A server that is down makes the task fail, instead of a mount that goes on being tried behind our back. */
function mountNfs({ src = '', fstype = '', path, options }: Mount): Script {
  return sh`us_status=0
timeout ${patience} mount -t ${fstype} -o ${`${liveOptions(options)},retry=0`} ${src} ${path} || us_status=$?
if [ "$us_status" -ne 0 ]; then
  echo ${`${src} cannot be mounted: is its server up, reachable on port 2049, and does it export this to this host?`} >&2
  exit "$us_status"
fi`
}

function show({ source, fstype, options }: NonNullable<MountReading>): string {
  return `${source} (${fstype}, ${options.join(',')})`
}
