import { z } from 'zod'
import type { Change } from '../model/change.ts'
import type { ResourceKind, Upcoming } from '../model/resource.ts'
import type { Query, Readings } from '../model/sensor.ts'
import { type CommandReading, outcomeOf } from '../sensors/commands.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { backupField, backupScript } from './backup.ts'
import { fetchScript, stagedBeside } from './fetch-script.ts'
import { absolutePath, ownership } from './fields.ts'
import { keeping, meant, ownershipDifferences, ownershipScript } from './ownership.ts'
import { refuse } from './refuse.ts'
import { ifWritable } from './writable.ts'

/** How a server is asked, for every kind that fetches. */
export const fetchFields = {
  headers: z.record(z.string(), z.string()).optional().describe('Headers of the request.'),
  username: z.string().optional().describe('Who asks.'),
  password: z.string().optional().describe('The password. Never shown.').meta({ writeOnly: true }),
  validate_certs: z
    .boolean()
    .default(true)
    .describe('Whether the server must have a certificate that is trusted.'),
  timeout: z.number().int().min(1).default(10).describe('Seconds in which the server must answer.'),
  use_proxy: z.boolean().default(true).describe('Whether the proxy of the environment is used.'),
}

const url = z.string().regex(/^[a-z][a-z0-9+.-]*:\/\/[^\s\0]+$/i, 'must be a URL')

const schema = z.strictObject({
  url: url.describe('What is fetched.'),
  dest: absolutePath.describe('The file; a directory gets a file with the name that ends the URL.'),
  force: z.boolean().default(false).describe('Fetched in every run, and replaced where it differs.'),
  checksum: z
    .string()
    .regex(
      /^(md5|sha1|sha224|sha256|sha384|sha512):[0-9a-fA-F]+$/,
      'must be such as sha256:… with the sum itself',
    )
    .optional()
    .describe('What the file must be: another one is fetched anew, and refused if it is still another one.'),
  backup: backupField,
  ...fetchFields,
  ...ownership,
})

type Download = z.infer<typeof schema>

interface Asked {
  readonly at: Query<FileReading>
  readonly below: Query<FileReading>
  readonly sums: Query<CommandReading>
  readonly [name: string]: Query<unknown>
}

/** A file that is fetched by the machine. */
export const download: ResourceKind<Download, Asked> = {
  name: 'get_url',
  summary: 'A file that the machine fetches.',
  schema,
  subject: ({ dest }) => dest,
  inspect: (wanted) => {
    const { dest } = wanted
    return {
      at: fileAt(dest),
      below: fileAt(belowOf(wanted)),
      sums: { ...outcomeOf(sums(wanted)), about: [`file:${dest}`] },
    }
  },
  converge: (wanted, found, upcoming) => {
    const isDirectory = found.at.type === 'directory'
    const path = isDirectory ? belowOf(wanted) : wanted.dest
    return fetched(wanted, path, isDirectory ? found.below : found.at, found, upcoming)
  },
}

function belowOf({ dest, url }: Download): string {
  const [name = ''] = (url.split('/').at(-1) ?? '').split(/[?#]/)
  return `${dest.replace(/\/$/, '')}/${name === '' ? 'index.html' : name}`
}

/** Sums of the file and of the one below the directory, each on a line. */
function sums(wanted: Download) {
  const { checksum, dest } = wanted
  if (checksum === undefined) return sh`:`
  const program = `${checksum.split(':')[0]}sum`
  return sh`for us_f in ${dest} ${belowOf(wanted)}; do
  us_s=$([ -f "$us_f" ] && ${program} <"$us_f" 2>/dev/null) || us_s=none
  echo "\${us_s%% *}"
done`
}

function fetched(
  wanted: Download,
  path: string,
  at: FileReading,
  { sums }: Readings<Asked>,
  upcoming: Upcoming,
): Change | undefined {
  if (at.type === 'directory' || at.type === 'other') return refuse(`${path} is no file`)
  if (at.type === 'link') return refuse(`${path} is a link: name the file it points to`)
  const [, sum = ''] = wanted.checksum?.toLowerCase().split(':') ?? []
  const has = sums.stdout.split('\n')[path === wanted.dest ? 0 : 1]
  const there = at.type === 'file' && !wanted.force && (sum === '' || has === sum)
  const attributes = ownershipDifferences(wanted, at)
  if (there && attributes.length === 0) return undefined
  if (there)
    return ifWritable(
      {
        summary: 'set owner and mode',
        differences: attributes,
        script: ownershipScript(meant(wanted, at), path),
        impact: 'none',
        disturbs: [`file:${path}`],
      },
      { path, at },
      upcoming,
    )
  const change: Change = {
    summary: `fetch ${wanted.url}`,
    differences: [{ is: 'attribute', name: 'type', before: at.type, after: 'file' }, ...attributes],
    script: script(wanted, path, at, sum, attributes.length > 0),
    didChange: (stdout) => attributes.length > 0 || !stdout.includes(same),
    impact: 'none',
    disturbs: [`file:${path}`],
    takesLong: true,
  }
  return ifWritable(change, { path, at, bytes: 1 }, upcoming)
}

/** What is printed where what was fetched is what was there. */
const same = 'it is the same'

function script(wanted: Download, path: string, at: FileReading, sum: string, isOtherwise: boolean) {
  const program = `${wanted.checksum?.split(':')[0] ?? 'sha256'}sum`
  const own = keeping(wanted, at)
  return stagedBeside(
    path,
    lines(
      fetchScript(wanted),
      sum === ''
        ? sh``
        : sh`us_s=$(${program} <"$us_got")
if [ "\${us_s%% *}" != ${sum} ]; then echo ${`what ${wanted.url} gives is another file: its sum is `}"\${us_s%% *}" >&2; exit 1; fi`,
      sh`if [ -f ${path} ] && cmp -s "$us_got" ${path}; then`,
      isOtherwise ? ownershipScript(meant(wanted, at), path) : sh``,
      sh`echo ${same}; exit 0; fi`,
      ownershipScript(own, embed(sh`"$us_got"`)),
      wanted.backup && at.type === 'file' ? backupScript(path) : sh``,
      sh`sync "$us_got" 2>/dev/null || :`,
      sh`mv -f -- "$us_got" ${path}`,
    ),
  )
}
