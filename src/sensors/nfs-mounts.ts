import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { readSections } from './sections.ts'

/** What an NFS server says it exports, and to whom; or why it said nothing. */
export type ExportsReading =
  | { readonly asked: false; readonly why: string }
  | {
      readonly asked: true
      readonly exports: readonly { readonly path: string; readonly clients: readonly string[] }[]
    }

/** Something of an NFS server that is mounted here. */
export interface NfsMount {
  /** As in `10.0.0.41:/srv/www`. */
  readonly source: string
  readonly at: string
  /** What its server tells this machine, as `showmount -e` shows it. */
  readonly exports: ExportsReading
}

const nfsMounts: Sensor<readonly NfsMount[]> = {
  name: 'nfs-mounts',
  waits: true,
  ask: (paths) => sh`us_i=0
for us_path in ${paths}; do
  echo "# $us_i"
  us_i=$((us_i + 1))
  while read -r us_source us_at us_type us_rest; do
    case $us_type in nfs*) ;; *) continue ;; esac
    if [ "\${us_source#*:/}" != "\${us_path#/}" ]; then continue; fi
    printf '@ %s %s\n' "$us_source" "$us_at"
    if ! command -v showmount >/dev/null 2>&1; then echo '! showmount is not installed there'; continue; fi
    us_server=\${us_source%:/*} us_server=\${us_server#[}
    us_said=$(timeout 5 showmount --no-headers -e "\${us_server%]}" 2>&1) || us_said="! \${us_said:-nothing answered}"
    printf '%s\n' "$us_said"
  done </proc/self/mounts
done`,
  read: (output, paths) => readSections(output, paths, readNfsMounts),
}

/** Asks where a path of an NFS server is mounted, and that server what it exports. */
export function nfsMountsOf(path: string): Query<readonly NfsMount[]> {
  return { sensor: nfsMounts, subject: path, about: [`mount:${path}`] }
}

/** Parts such as `@ 10.0.0.41:/srv/www /var/www`, and below it `/srv/www 10.0.0.21,10.0.0.22`. */
export function readNfsMounts(text: string): readonly NfsMount[] {
  return text
    .split(/^@ /m)
    .slice(1)
    .map((part) => {
      const [head = '', ...lines] = part.trim().split('\n')
      const [source = '', at = ''] = head.split(' ')
      return { source, at, exports: readExports(lines) }
    })
}

function readExports(lines: readonly string[]): ExportsReading {
  const [first = ''] = lines
  if (first.startsWith('!')) return { asked: false, why: first.slice(1).trim() }
  return {
    asked: true,
    exports: lines.flatMap((line) => {
      const [, path = '', clients = ''] = /^(\/.*?)\s+(\S+)$/.exec(line.trim()) ?? []
      return path === '' ? [] : [{ path, clients: clients.split(',') }]
    }),
  }
}
