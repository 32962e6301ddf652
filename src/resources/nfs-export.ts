import { z } from 'zod'
import type { Difference } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import { contentOf } from '../sensors/contents.ts'
import { textOf } from '../sensors/encoded.ts'
import { lines, sh } from '../shell/quote.ts'
import { askFile, convergeFile } from './content.ts'

/** What the NFS server lets in at this moment, kept by exportfs(8). */
const liveTable = '/var/lib/nfs/etab'
const directory = '/etc/exports.d'

const schema = z.strictObject({
  path: z
    .string()
    .regex(/^\/[^\s"#\\]*$/, 'must be an absolute path without blanks, quotes, # or backslashes')
    .transform((path) => path.replace(/(?<=.)\/+$/, ''))
    .describe('The directory that others may mount.'),
  clients: z
    .array(
      z
        .string()
        .regex(
          /^[A-Za-z0-9*?@[][A-Za-z0-9.:/*?@[\]_-]*$/,
          'must be an address, a network or a name of hosts',
        ),
    )
    .default([])
    .describe('Who may: addresses, networks, names, `*.example.org`, `@netgroup`.'),
  options: z
    .string()
    .regex(
      /^[A-Za-z0-9_=:@/.-]+(,[A-Za-z0-9_=:@/.-]+)*$/,
      'must be options with commas between, without blanks',
    )
    .default('ro,sync,no_subtree_check')
    .describe('Of exports(5), with commas between.'),
  state: z
    .enum(['present', 'absent'])
    .default('present')
    .describe('`absent`: what Understudy exported of it is no longer.'),
})

type NfsExport = z.infer<typeof schema>

/** Options that the live table repeats as they were given. */
const shown = /^(ro|rw|a?sync|(no_)?(root_squash|all_squash|subtree_check|wdelay)|(in)?secure)$/

/**
 * A directory that an NFS server exports, in a file of its own below /etc/exports.d, and now by `exportfs -ra`:
 * no restart, so that nobody who has it mounted notices.
 */
export const nfsExport: ResourceKind<
  NfsExport,
  { live: ReturnType<typeof contentOf> } & ReturnType<typeof askFile>
> = {
  name: 'nfs_export',
  summary: 'A directory exported by an NFS server, without a restart.',
  schema: schema.refine(({ clients, state }) => state === 'absent' || clients.length > 0, {
    message: 'names nobody who may mount it',
    path: ['clients'],
  }),
  subject: ({ path }) => path,
  inspect: ({ path }) => ({ live: contentOf(liveTable), ...askFile(fileOf(path)) }),
  converge: (wanted, found, upcoming) => {
    const { path, clients, options, state } = wanted
    const file = fileOf(path)
    const present = state === 'present'
    if (!present && found.at.type === 'absent') return undefined
    const content = present ? `${path} ${clients.map((client) => `${client}(${options})`).join(' ')}\n` : ''
    const entry = convergeFile(
      { path: file, content, owner: 'root', group: 'root', mode: '0644' },
      found,
      upcoming,
    )
    const text = 'bytes' in found.live ? (textOf(found.live.bytes) ?? '') : ''
    const now = exported(text, path)
    const lives = !present || clients.every((client) => agrees(now.get(client), options))
    if (present && !entry && lives) return undefined
    const difference: Difference = {
      is: 'attribute',
      name: 'exported to',
      before: [...now.keys()].join(' ') || undefined,
      after: present ? clients.join(' ') : undefined,
    }
    return {
      summary: present ? `export to ${clients.join(' ')}` : 'no longer export',
      differences: [...(lives && present ? [] : [difference]), ...((present && entry?.differences) || [])],
      script: lines(
        sh`us_saved=
if ! command -v exportfs >/dev/null 2>&1; then
  echo 'there is no exportfs here: install the NFS server in a task before' >&2
  exit 1
fi
mkdir -p ${directory}
if [ -e ${file} ]; then us_saved="$us_tmp/export"; cp -p -- ${file} "$us_saved"; fi`,
        present ? (entry?.script ?? sh`:`) : sh`rm -f -- ${file}`,
        sh`if ! us_said=$(exportfs -ra 2>&1); then
  if [ -n "$us_saved" ]; then cp -p -- "$us_saved" ${file}; else rm -f -- ${file}; fi
  exportfs -ra >/dev/null 2>&1 || :
  printf '%s\n' "$us_said" ${`exportfs refuses it: ${file} is as it was`} >&2
  exit 1
fi`,
      ),
      impact: 'none',
      disturbs: [`file:${file}`, `file:${liveTable}`],
    }
  },
}

/** The name tells the path: /srv/www becomes srv-www.exports; systemd's way of escaping keeps names apart. */
function fileOf(path: string): string {
  const name = path
    .slice(1)
    .replaceAll(/[^A-Za-z0-9/_.]/g, (mark) =>
      [...Buffer.from(mark)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    )
  return `${directory}/understudy-${name.replaceAll('/', '-')}.exports`
}

/** Options by client, of one path: a line of the table is `path<tab>client(options)`. */
function exported(text: string, path: string): ReadonlyMap<string, readonly string[]> {
  const entries = text.split('\n').flatMap((line) => {
    const [at, client, options] = /^(\S+)\t(\S+)\(([^)]*)\)$/.exec(line)?.slice(1) ?? []
    return at === path && client !== undefined && options !== undefined
      ? [[client, options.split(',')] as const]
      : []
  })
  return new Map(entries)
}

function agrees(now: readonly string[] | undefined, options: string): boolean {
  return (
    now !== undefined && options.split(',').every((option) => !shown.test(option) || now.includes(option))
  )
}
