import type { DetailName, Details, MountedFileSystem, Python } from '../model/details.ts'
import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { encoder } from './encoded.ts'
import { readLocalFacts } from './local-facts.ts'
import { askMachine, readMachine } from './machine.ts'
import { unescapeMount } from './mounts.ts'
import { inSections, readSections } from './sections.ts'

const askMounts = sh`cat /proc/self/mounts
set --
while read -r us_d us_m us_o; do
  # A sign that is written as a number stands in the way of few.
  case $us_m in *\\*) continue ;; esac
  case $us_d in /* | *:/*) set -- "$@" "$us_m" ;; esac
done </proc/self/mounts
# A server of files that is gone keeps waiting whoever asks.
if [ $# -gt 0 ]; then timeout 10 stat -f -c 'size %S %s %b %a %c %d %n' -- "$@" 2>/dev/null; fi
ls -l /dev/disk/by-uuid 2>/dev/null
:`

const askPython = sh`for us_p in python3 python /usr/libexec/platform-python; do
  if us_w=$(command -v "$us_p"); then printf 'python %s %s\n' "$us_w" "$("$us_w" -V 2>&1)"; break; fi
done
:`

const askLocal = sh`${embed(encoder)}
us_end='
'
for us_f in /etc/ansible/facts.d/*.fact; do
  case $us_f in *"$us_end"*) continue ;; esac
  if [ ! -f "$us_f" ]; then continue; fi
  us_s=0
  if [ -x "$us_f" ]; then us_o=$(timeout 60 "$us_f" </dev/null 2>/dev/null) || us_s=$?
  else us_o=$(cat "$us_f" 2>/dev/null) || us_s=$?; fi
  printf 'fact %s %s %s\n' "$us_how" "$us_s" "\${us_f##*/}"
  printf '%s' "$us_o" | us_encode
done`

interface Kind<Name extends DetailName> {
  readonly ask: Script
  read(output: string): Details[Name]
  /** What changes that falsify it disturb. */
  readonly about: string
}

const kinds: { readonly [Name in DetailName]: Kind<Name> } = {
  machine: { ask: askMachine, read: readMachine, about: 'machine' },
  mounts: { ask: askMounts, read: readMounts, about: 'mount:/' },
  python: { ask: askPython, read: readPython, about: 'package:python3' },
  local: { ask: askLocal, read: readLocalFacts, about: 'file:/etc/ansible/facts.d' },
}

/** What few tasks read of a host: the subjects are names of `Details`. */
const details: Sensor<unknown> = {
  name: 'details',
  ask: (names) => inSections(names.map((name) => kinds[name as DetailName].ask)),
  read: (output, names) => {
    let next = 0
    return readSections(output, names, (text) => kinds[names[next++] as DetailName].read(text))
  },
}

/** Asks for one of them. */
export function detailOf(name: DetailName): Query<unknown> {
  return { sensor: details, subject: name, about: [kinds[name].about] }
}

/** Of proc_mounts(5): what lies on a device or is another machine's. */
function readMounts(output: string): readonly MountedFileSystem[] {
  const sizes = new Map(
    [...output.matchAll(/^size (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (.*)$/gm)].map((found) => {
      const [unit = 0, block = 0, blocks = 0, available = 0, inodes = 0, inodesFree = 0] = found
        .slice(1, 7)
        .map(Number)
      return [found[7] ?? '', { unit, block, blocks, available, inodes, inodesFree }] as const
    }),
  )
  const uuids = new Map(
    [...output.matchAll(/ (\S+) -> \S*\/([^/\s]+)$/gm)].map(([, uuid = '', device = '']) => [
      `/dev/${device}`,
      uuid,
    ]),
  )
  return [...output.matchAll(/^(\S+) (\/\S*) (\S+) (\S+) \d+ \d+$/gm)].flatMap((found) => {
    const [device = '', path = '', type = '', options = ''] = found.slice(1).map(unescapeMount)
    if ((!device.startsWith('/') && !device.includes(':/')) || type === 'none') return []
    const [size, uuid] = [sizes.get(path), uuids.get(device)]
    return [{ device, path, type, options, ...(uuid ? { uuid } : {}), ...(size ? { sizes: size } : {}) }]
  })
}

function readPython(output: string): Python | undefined {
  const [, path = '', major, minor, micro] = /^python (\S+) Python (\d+)\.(\d+)\.(\d+)/m.exec(output) ?? []
  return major === undefined ? undefined : { path, version: [Number(major), Number(minor), Number(micro)] }
}
