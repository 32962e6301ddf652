import type { Query, Sensor } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'

/** What a path's place allows. */
export interface Place {
  /** Whose things are that this session makes, unless a directory says otherwise. */
  readonly maker?: Owned
  /** Why nothing can be put into the directory of a path, or done to what stands there, if so. */
  readonly hindrance?: {
    readonly of: 'directory' | 'itself'
    /** `read-only`, `immutable`, `append-only`, or else `no right`. */
    readonly why: string
  }
  /** Bytes and files for which there is room in its file system, as far as one can be asked. */
  readonly room?: { readonly bytes: number; readonly files: number }
}

/** Whose a thing is, by name and number. */
export interface Owned {
  readonly owner: string
  readonly group: string
  readonly uid: number
  readonly gid: number
}

/** What stands at a path; links are not followed. */
export type FileReading =
  | (Place & { readonly type: 'absent' })
  | (Place &
      Owned & {
        readonly type: 'file' | 'directory' | 'link' | 'other'
        /** Four octal digits. */
        readonly mode: string
        /** Bytes. */
        readonly size: number
        /** Where a link points. */
        readonly target?: string
        /** An earlier change of the same plan makes it, and leaves it to those whose it is by that. */
        readonly isNew?: true
      })

const types: Readonly<Record<string, 'file' | 'directory' | 'link'>> = {
  8: 'file',
  4: 'directory',
  a: 'link',
}

/** Prints why a path that cannot be written cannot. A shell may take root to be able to write everything: then nothing is known. */
const hinders = sh`us_hinders() {
  # Of several file systems at one place the last one counts.
  us_m=$(findmnt -n -d backward -o OPTIONS -T "$1" 2>/dev/null) || us_m=
  case ",$us_m," in *,ro,*) echo read-only; return ;; esac
  us_l=$(lsattr -d "$1" 2>/dev/null) || us_l=
  case \${us_l%% *} in
    *i*) echo immutable ;;
    *a*) echo append-only ;;
    *) echo 'no right' ;;
  esac
}`

/** Whether a text has so many lines. */
const hasLines = sh`us_has_lines() {
  us_n=1 us_l=$2
  while :; do
    case $us_l in
      *'
'*) us_l=\${us_l#*'
'}; us_n=$((us_n + 1)) ;;
      *) break ;;
    esac
  done
  [ "$us_n" -eq "$1" ]
}`

/** Type, mode and owner of paths, and what can be done there. One process for all, one for all room, one for all links. */
export const files: Sensor<FileReading> = {
  name: 'files',
  ask: (paths) => sh`
us_is='%f %u %g %s %U %G'
${embed(hinders)}
${embed(hasLines)}
us_i=0 us_all=
set --
for us_p in ${paths}; do
  us_d=\${us_p%/*}; us_d=\${us_d:-/}
  if [ -d "$us_d" ]; then
    set -- "$@" "$us_d"; us_all="$us_all $us_i"
    if ! [ -w "$us_d" ]; then printf '%s ! directory %s\n' "$us_i" "$(us_hinders "$us_d")"
    elif [ -e "$us_p" ] && ! [ -h "$us_p" ] && ! [ -w "$us_p" ]; then printf '%s ! itself %s\n' "$us_i" "$(us_hinders "$us_p")"; fi
  fi
  us_i=$((us_i + 1))
done
if [ $# -gt 0 ] && us_s=$(stat -f -c '%f %S %d %b %t' -- "$@" 2>/dev/null); then printf 'room%s\n%s\n' "$us_all" "$us_s"; fi
# Who may write may append, and no more: nothing but its flag tells.
if [ $# -gt 0 ]; then
  lsattr -d -- "$@" ${paths} 2>/dev/null | while read -r us_f us_p; do
    case $us_f in *a*) printf 'appends %s\n' "$us_p" ;; esac
  done
fi
us_i=0 us_all=
set --
for us_p in ${paths}; do
  if [ -h "$us_p" ]; then set -- "$@" "$us_p"; us_all="$us_all $us_i"; fi
  us_i=$((us_i + 1))
done
if [ $# -gt 1 ] && us_s=$(readlink -- "$@" 2>/dev/null) && us_has_lines $# "$us_s"; then printf 'links%s\n%s\n' "$us_all" "$us_s"
else
  # One alone, or a readlink that takes no more, or a target of two lines.
  for us_i in $us_all; do printf '%s > %s\n' "$us_i" "$(readlink -- "$1")"; shift; done
fi
us_i=0 us_all=
set --
for us_p in ${paths}; do
  if [ -e "$us_p" ] || [ -h "$us_p" ]; then set -- "$@" "$us_p"; us_all="$us_all $us_i"; fi
  us_i=$((us_i + 1))
done
# Whose process it is tells whose new files are.
if [ -d /proc/self/. ]; then set -- "$@" /proc/self/.; us_all="$us_all maker"; fi
if [ $# -eq 0 ]; then :
elif us_s=$(stat -c "$us_is" -- "$@" 2>/dev/null); then printf 'all%s\n%s\n' "$us_all" "$us_s"
else
  # One of them went away meanwhile.
  for us_i in $us_all; do
    us_s=$(stat -c "$us_is" -- "$1" 2>/dev/null) && printf 'all %s\n%s\n' "$us_i" "$us_s"
    shift
  done
  :
fi`,
  read: (output, paths) => {
    const found = new Map<string, FileReading>()
    const targets = new Map<string, string>()
    const places = new Map<string, Place>()
    const appends = new Set<string>()
    const place = (path = '', more: Place) => places.set(path, { ...places.get(path), ...more })
    let maker: Owned | undefined
    // What is told of several paths, one line each in the order of these indices.
    let [told, indices]: [string, string[]] = ['', []]
    // A target may hold anything but a line feed, what ends a line for Unicode too.
    for (const line of output.split('\n')) {
      const [first = '', second = '', ...rest] = line.split(' ')
      if (told === 'links' && indices.length > 0) targets.set(paths[Number(indices.shift())] ?? '', line)
      else if (first === 'appends') appends.add(line.slice('appends '.length))
      else if (['all', 'room', 'links'].includes(first)) [told, indices] = [first, [second, ...rest]]
      else if (second === '>') targets.set(paths[Number(first)] ?? '', rest.join(' '))
      else if (second === '!') place(paths[Number(first)], readHindrance(rest))
      else if (first !== '' && indices.length > 0) {
        const index = indices.shift()
        const path = paths[Number(index)] ?? ''
        if (index === 'maker') maker = readOwned([second, ...rest])
        else if (told === 'all') found.set(path, readStat(first, [second, ...rest], targets.get(path)))
        else place(path, readRoom([first, second, ...rest]))
      }
    }
    const absent: FileReading = { type: 'absent' }
    const session = maker ? { maker } : {}
    return new Map(
      paths.map((path) => [
        path,
        {
          ...(found.get(path) ?? absent),
          // Of a link some lsattr tell the flags of what it names.
          ...(found.get(path)?.type === 'link' ? {} : appendsOnly(path, appends)),
          ...places.get(path),
          ...session,
        },
      ]),
    )
  },
}

/** Asks what stands at `path`. */
export function fileAt(path: string): Query<FileReading> {
  return { sensor: files, subject: path, about: [`file:${path}`] }
}

/** Of a directory that only takes more, nothing can be moved to another's place or away (ioctl_iflags(2)). */
function appendsOnly(path: string, appends: ReadonlySet<string>): Place {
  const why = 'append-only'
  if (appends.has(path)) return { hindrance: { of: 'itself', why } }
  const directory = path.slice(0, path.lastIndexOf('/')) || '/'
  return appends.has(directory) ? { hindrance: { of: 'directory', why } } : {}
}

function readHindrance([of, ...why]: readonly string[]): Place {
  return { hindrance: { of: of === 'itself' ? 'itself' : 'directory', why: why.join(' ') } }
}

/** The magic number of ext2, ext3 and ext4 (statfs(2)), in hexadecimal digits. */
const ext = 'ef53'

/**
 * Free blocks, bytes of each, free inodes: 0 of all of them where a file system does not count them, as btrfs. Of what
 * ext4 calls free it keeps a fiftieth of all, 4096 blocks at most, for its own accounts, from root as well.
 */
function readRoom([blocks, size, free, all, type]: readonly string[]): Place {
  const kept = type === ext ? Math.min(4096, Math.floor(Number(all) / 50)) : 0
  const bytes = Math.max(0, Number(blocks) - kept) * Number(size)
  const inodes = Number(free)
  if (!Number.isFinite(bytes) || (bytes === 0 && inodes === 0)) return {}
  return { room: { bytes, files: inodes === 0 && bytes > 0 ? Number.POSITIVE_INFINITY : inodes } }
}

function readStat(rawMode: string, told: readonly string[], target: string | undefined): FileReading {
  const bits = Number.parseInt(rawMode, 16)
  const type = types[(bits >> 12).toString(16)] ?? 'other'
  return {
    type,
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    ...readOwned(told),
    size: Number(told[2]),
    ...(type === 'link' && target !== undefined ? { target } : {}),
  }
}

function readOwned([uid, gid, , owner = '', group = '']: readonly string[]): Owned {
  return { owner, group, uid: Number(uid), gid: Number(gid) }
}
