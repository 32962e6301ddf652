import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { sha256 } from '../sensors/sha256.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { fetchScript } from './fetch-script.ts'
import { absolutePath, mode } from './fields.ts'
import { type Answer, probed } from './probed.ts'
import { replaceFile } from './small-file.ts'
import { stateDirectory } from './state-directory.ts'

type ProbedKind<Desired> = ResourceKind<Desired, { answer: Query<Answer> }>

const source = z.strictObject({
  line: z
    .string()
    .regex(/^deb(-src)?\s+[^\n\0]+$/, 'must be a line of sources.list, such as deb http://… bookworm main')
    .describe('The source.'),
  path: absolutePath.describe('The file that is to have it where none has it.'),
  mode: mode.optional().describe('Permissions of the file; 0644 where absent.'),
  update: z.boolean().default(true).describe('Lists of packages are fetched after a change.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: no file has it.'),
})

/** A source of packages of apt. */
export const aptSource: ProbedKind<z.infer<typeof source>> = probed({
  name: 'apt_repository',
  summary: 'A source of packages of apt.',
  schema: source,
  subject: ({ line }) => line,
  about: () => ['file:/etc/apt'],
  ask: () => sh`for us_f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
  if [ -f "$us_f" ]; then printf '# in %s\n' "$us_f"; cat -- "$us_f"; echo; fi
done`,
  change: ({ line, path, mode = '0644', update, state }, { stdout }) => {
    const bare = (text: string) => text.replace(/#.*/, '').trim().replaceAll(/\s+/g, ' ')
    let file = ''
    const having = new Map<string, string[]>()
    for (const one of stdout.split('\n')) {
      const [, named] = /^# in (\/.*)$/.exec(one) ?? []
      if (named !== undefined) file = named
      else if (bare(one) === bare(line)) having.set(file, [...(having.get(file) ?? []), one])
    }
    if (having.size > 0 === (state === 'present')) return undefined
    const fetch = update
      ? sh`apt-get -q -y -o DPkg::Lock::Timeout=600 update && { mkdir -p /var/lib/understudy; : >/var/lib/understudy/apt-updated; }`
      : sh`:`
    const files = state === 'present' ? [path] : [...having.keys()]
    const edits = files.map((one) => {
      const text =
        state === 'present'
          ? sh`if [ -f ${one} ]; then cat -- ${one}; fi; printf '%s\n' ${line}`
          : sh`us_line=${bare(line)} awk '{ line = $0; sub(/#.*/, "", line); gsub(/[ \t]+/, " ", line); sub(/^ /, "", line); sub(/ $/, "", line) } line != ENVIRON["us_line"]' ${one}`
      return lines(
        sh`( ${embed(replaceFile(one, text))}`,
        sh`)`,
        state === 'present'
          ? sh`chmod ${mode} -- ${one}`
          : sh`if [ ! -s ${one} ] && [ ${one} != /etc/apt/sources.list ]; then rm -f -- ${one}; fi`,
      )
    })
    return {
      summary: state === 'present' ? `add to ${path}` : 'remove',
      differences: [
        {
          is: 'attribute',
          name: 'source',
          before: state === 'present' ? undefined : line,
          after: state === 'present' ? line : undefined,
        },
      ],
      script: lines(...edits, fetch),
      takesLong: true,
      disturbs: ['file:/etc/apt', 'package-lists'],
      keeps: 'nothing',
    }
  },
})

const key = z
  .strictObject({
    id: z
      .string()
      .regex(/^(0x)?[0-9A-Fa-f]{8,40}$/, 'must be the number of a key')
      .optional()
      .describe('Its number.'),
    url: z
      .string()
      .regex(/^[a-z]+:\/\/\S+$/, 'must be a URL')
      .optional()
      .describe('Where it is fetched from.'),
    data: z.string().optional().describe('The key itself.'),
    file: absolutePath.optional().describe('A file of the machine that holds it.'),
    keyserver: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9:/.-]*$/, 'must be a server')
      .optional()
      .describe('A server that has it.'),
    keyring: absolutePath.optional().describe('The ring that is to have it.'),
    validate_certs: z
      .boolean()
      .default(true)
      .describe('Whether the server must have a certificate that is trusted.'),
    state: z.enum(['present', 'absent']).default('present').describe('`absent`: apt does not trust it.'),
  })
  .refine(
    ({ id, url, data, file, state }) =>
      state === 'absent' ? id !== undefined : [id, url, data, file].some((one) => one !== undefined),
    {
      message: 'say which key: id, url, data or file; to be absent, id',
    },
  )

type AptKey = z.infer<typeof key>

/** A key that apt trusts. One that is fetched is known again by its number, which is noted. */
export const aptKey: ProbedKind<AptKey> = probed({
  name: 'apt_key',
  summary: 'A key that apt trusts.',
  schema: key,
  subject: ({ id, url, file }) => id ?? url ?? file ?? 'key',
  about: () => ['file:/etc/apt', 'package:gnupg'],
  ask: (wanted) => sh`us_id=${wanted.id?.replace(/^0x/, '').toUpperCase() ?? ''}
if [ -z "$us_id" ]; then us_id=$(cat ${noteOf(wanted)} 2>/dev/null) || { echo unknown; exit 0; }; fi
if ! command -v apt-key >/dev/null 2>&1; then echo 'no apt-key'; exit 0; fi
us_all=$(apt-key ${ring(wanted)} adv --batch --with-colons --fingerprint --list-public-keys 2>/dev/null | cut -d : -f 5,10)
case "$us_all" in *"$us_id"*) echo there ;; *) echo missing ;; esac`,
  change: (wanted, { stdout }) => {
    const said = stdout.trim()
    if (said === 'no apt-key')
      return 'there is no apt-key on this host: name the file of the key with signed-by in the source'
    if (wanted.state === 'absent') {
      if (said !== 'there') return undefined
      return {
        summary: 'remove',
        script: sh`apt-key ${ring(wanted)} del ${wanted.id?.slice(-8) ?? ''}`,
        disturbs: ['file:/etc/apt'],
        keeps: 'nothing',
      }
    }
    if (said === 'there') return undefined
    const { url, data, file, keyserver, id = '', validate_certs } = wanted
    const got =
      keyserver !== undefined
        ? sh`apt-key ${ring(wanted)} adv --batch --no-tty --keyserver ${keyserver} --recv ${id}; exit 0`
        : url !== undefined
          ? lines(sh`us_got=$us_tmp/key`, fetchScript({ url, validate_certs }))
          : data !== undefined
            ? sh`us_got=$us_tmp/key; printf '%s\n' ${data} >"$us_got"`
            : sh`us_got=${file ?? ''}`
    return {
      summary: 'trust',
      script: lines(
        sh`if ! command -v gpg >/dev/null 2>&1; then echo 'gpg is missing: install gnupg in a task before' >&2; exit 1; fi`,
        got,
        sh`apt-key ${ring(wanted)} add "$us_got"
us_id=$(gpg --batch --with-colons --show-keys "$us_got" 2>/dev/null | awk -F : '$1 == "pub" { print $5; exit }')
(umask 077; mkdir -p ${`${stateDirectory}/apt-keys`}; printf '%s' "$us_id" >${noteOf(wanted)})`,
      ),
      takesLong: true,
      disturbs: ['file:/etc/apt'],
      keeps: 'nothing',
    }
  },
})

function ring({ keyring }: AptKey): readonly string[] {
  return keyring === undefined ? [] : ['--keyring', keyring]
}

function noteOf({ url, data, file }: AptKey): string {
  return `${stateDirectory}/apt-keys/${sha256(new TextEncoder().encode(`${url} ${data} ${file}`))}`
}

const rpm = z.strictObject({
  key: z
    .string()
    .regex(
      /^(\/|[a-z]+:\/\/)\S+$|^(0x)?[0-9A-Fa-f]{8,40}$/,
      'must be a URL, a file of the machine, or the number of a key',
    )
    .describe('The key.'),
  validate_certs: z
    .boolean()
    .default(true)
    .describe('Whether the server must have a certificate that is trusted.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: rpm does not trust it.'),
})

/** A key that rpm trusts. One that is fetched is known again by its number, which is noted. */
export const rpmKey: ProbedKind<z.infer<typeof rpm>> = probed({
  name: 'rpm_key',
  summary: 'A key that rpm trusts.',
  schema: rpm,
  subject: ({ key }) => key,
  ask: ({
    key,
  }) => sh`us_id=$(cat ${rpmNoteOf(key)} 2>/dev/null) || us_id=${/^(0x)?[0-9A-Fa-f]{8,40}$/.test(key) ? key.slice(-8).toLowerCase() : ''}
[ -n "$us_id" ] || { echo unknown; exit 0; }
if rpm -q gpg-pubkey --qf '%{VERSION}\n' 2>/dev/null | grep -qix -- "$us_id"; then echo "there $us_id"; else echo missing; fi`,
  change: ({ key, validate_certs, state }, { stdout }) => {
    const [said, id = ''] = stdout.trim().split(' ')
    if (state === 'absent')
      return said === 'there'
        ? { summary: 'remove', script: sh`rpm -e --allmatches ${`gpg-pubkey-${id}`}` }
        : undefined
    if (said === 'there') return undefined
    const isUrl = key.includes('://')
    return {
      summary: 'trust',
      script: lines(
        isUrl ? lines(sh`us_got=$us_tmp/key`, fetchScript({ url: key, validate_certs })) : sh`us_got=${key}`,
        sh`rpm --import "$us_got"
us_id=$(gpg --batch --with-colons --show-keys "$us_got" 2>/dev/null | awk -F : '$1 == "pub" { print tolower(substr($5, 9)); exit }')
(umask 077; mkdir -p ${`${stateDirectory}/rpm-keys`}; printf '%s' "$us_id" >${rpmNoteOf(key)})`,
      ),
      takesLong: true,
    }
  },
})

function rpmNoteOf(key: string): string {
  return `${stateDirectory}/rpm-keys/${sha256(new TextEncoder().encode(key))}`
}
