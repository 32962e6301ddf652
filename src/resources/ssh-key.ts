import { z } from 'zod'
import { type ResourceKind, unchanged } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { type CommandReading, outcomeOf } from '../sensors/commands.ts'
import { type FileReading, fileAt } from '../sensors/files.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { absolutePath, ownership } from './fields.ts'
import { meant, ownershipDifferences, ownershipScript } from './ownership.ts'
import { refuse } from './refuse.ts'

const schema = z.strictObject({
  path: absolutePath.describe('The private key; the public one lies beside it, with .pub.'),
  type: z.enum(['rsa', 'dsa', 'ecdsa', 'ed25519']).default('rsa').describe('What kind of key.'),
  size: z.int().min(256).max(16_384).optional().describe('Its bits; absent: what is usual for its kind.'),
  comment: z
    .string()
    .regex(/^[^\n\0]*$/, 'must be one line')
    .optional()
    .describe('What it is called.'),
  format: z.enum(['ssh', 'pkcs1', 'pkcs8']).default('ssh').describe('How a new one is written.'),
  regenerate: z
    .enum(['never', 'fail', 'partial_idempotence', 'full_idempotence', 'always'])
    .default('partial_idempotence')
    .describe('When one that is there is replaced.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: there are no such keys.'),
  ...ownership,
})

type SshKey = z.infer<typeof schema>

interface Asked {
  readonly at: Query<FileReading>
  readonly beside: Query<FileReading>
  readonly key: Query<CommandReading>
  readonly [name: string]: Query<unknown>
}

const usual = { rsa: 4096, dsa: 1024, ecdsa: 256, ed25519: 256 } as const

/** A pair of keys for ssh. */
export const sshKey: ResourceKind<SshKey, Asked> = {
  name: 'openssh_keypair',
  summary: 'A pair of keys for ssh.',
  schema,
  subject: ({ path }) => path,
  inspect: ({ path }) => ({
    at: fileAt(path),
    beside: fileAt(`${path}.pub`),
    key: { ...outcomeOf(describe(path)), about: [`file:${path}`, `file:${path}.pub`] },
  }),
  converge: (wanted, { at, beside, key }) => {
    const { path, state, regenerate, type, comment, format } = wanted
    const common = { impact: 'none', disturbs: [`file:${path}`, `file:${path}.pub`] } as const
    if (state === 'absent') {
      if (at.type === 'absent' && beside.type === 'absent') return undefined
      return { summary: 'remove', differences: [], script: sh`rm -f -- ${path} ${`${path}.pub`}`, ...common }
    }
    if (at.type === 'directory') return refuse(`${path} is a directory`)
    const found = readKey(key.stdout)
    if (!found.hasProgram)
      return refuse('there is no ssh-keygen on this host: install openssh-client in a task before')
    const size = wanted.size ?? usual[type]
    // What is said of the private key holds for the public one, too.
    const own = [
      ...ownershipDifferences({ ...wanted, mode: wanted.mode ?? '0600' }, at),
      ...ownershipDifferences(wanted, beside).map((one) =>
        one.is === 'attribute' ? { ...one, name: `${one.name} of .pub` } : one,
      ),
    ]
    const make = (summary: string) => ({
      summary,
      differences: [
        { is: 'attribute' as const, name: 'key', before: found.told, after: `${type}, ${size} bits` },
        ...own,
      ],
      script: lines(
        sh`us_room=$(mktemp -d ${`${path.slice(0, path.lastIndexOf('/'))}/.understudy.XXXXXXXX`})
trap 'rm -rf -- "$us_room"' EXIT
trap 'exit 130' INT TERM
ssh-keygen -q -N '' -t ${type} ${type === 'ed25519' ? [] : ['-b', size]} -C ${comment ?? ''} ${format === 'ssh' ? [] : ['-m', format === 'pkcs1' ? 'PEM' : 'PKCS8']} -f "$us_room/key" </dev/null`,
        ownershipScript(
          { ...meant(wanted, { type: 'absent' }), mode: wanted.mode ? meant(wanted, at).mode : '0600' },
          embed(sh`"$us_room/key"`),
        ),
        ownershipScript(ofPublic(wanted), embed(sh`"$us_room/key.pub"`)),
        sh`mv -f -- "$us_room/key.pub" ${`${path}.pub`}
mv -f -- "$us_room/key" ${path}`,
        describe(path),
      ),
      tells: (stdout: string) => toldOf(stdout, wanted),
      ...common,
    })
    if (at.type === 'absent') return make('create')
    const isRight = found.type === type && (found.size === size || type === 'ed25519')
    if (found.told === undefined && regenerate !== 'always' && regenerate !== 'full_idempotence')
      return regenerate === 'never'
        ? undefined
        : refuse(`${path} is no key that can be read: it is left alone`)
    if (regenerate === 'always') return make('make anew, as in every run')
    if (!isRight && regenerate === 'fail') return refuse(`${path} is another key: ${found.told}`)
    if (!isRight && regenerate !== 'never') return make('make anew')
    const says = comment !== undefined && comment !== found.comment
    if (own.length === 0 && found.isPublic && !says) return undefined
    return {
      summary: says ? 'set its comment' : found.isPublic ? 'set owner and mode' : 'write the public key',
      differences: [
        ...own,
        ...(says
          ? [{ is: 'attribute' as const, name: 'comment', before: found.comment, after: comment }]
          : []),
      ],
      script: lines(
        says || !found.isPublic ? sh`chmod 0600 -- ${path}` : sh`:`,
        says ? sh`ssh-keygen -q -c -P '' -C ${comment} -f ${path} >/dev/null` : sh`:`,
        says || !found.isPublic
          ? publicKeyScript(wanted)
          : ownershipScript(meant(wanted, beside), `${path}.pub`),
        ownershipScript(meant({ ...wanted, mode: wanted.mode ?? '0600' }, at), path),
        describe(path),
      ),
      tells: (stdout: string) => toldOf(stdout, wanted),
      ...common,
    }
  },
  result: ({ key }, wanted) => ({ ...unchanged, found: toldOf(key.stdout, wanted) }),
}

/** Whose a public key that is made is. */
function ofPublic(wanted: SshKey) {
  const { owner, group, mode = '0644' } = meant(wanted, { type: 'absent' })
  return { owner, group, mode }
}

/** Writes the public key anew, from the private one. */
function publicKeyScript(wanted: SshKey) {
  const { path } = wanted
  return lines(
    sh`us_new=$(mktemp ${`${path}.pub.XXXXXXXX`})
ssh-keygen -y -P '' -f ${path} </dev/null >"$us_new" || { rm -f -- "$us_new"; exit 1; }`,
    ownershipScript(ofPublic(wanted), embed(sh`"$us_new"`)),
    sh`mv -f -- "$us_new" ${`${path}.pub`}`,
  )
}

/** Prints what is known of the keys. */
function describe(path: string) {
  return sh`command -v ssh-keygen >/dev/null 2>&1 || { echo no-keygen; exit 0; }
us_one=$(mktemp)
# ssh-keygen reads no key that others may read.
if [ -f ${path} ] && cat -- ${path} >"$us_one" && us_k=$(ssh-keygen -y -P '' -f "$us_one" </dev/null 2>/dev/null); then
  printf 'public %s\n' "$us_k"
  printf '%s\n' "$us_k" | ssh-keygen -l -f - 2>/dev/null | sed 's/^/print /'
  us_is=$(cut -d ' ' -f 1,2 ${`${path}.pub`} 2>/dev/null) || us_is=
  if [ "$us_is" = "$(printf '%s\n' "$us_k" | cut -d ' ' -f 1,2)" ]; then echo same; fi
  us_is=$(cut -d ' ' -f 3- ${`${path}.pub`} 2>/dev/null) || us_is=
  printf 'comment %s\n' "$us_is"
fi
rm -f -- "$us_one"`
}

function readKey(answer: string) {
  const said = answer.split('\n')
  const told = (word: string) => said.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1)
  const [, size, fingerprint, kind = ''] = /^(\d+) (\S+) .*\(([A-Z0-9-]+)\)$/.exec(told('print') ?? '') ?? []
  return {
    hasProgram: !said.includes('no-keygen'),
    type: kind.toLowerCase(),
    size: Number(size),
    fingerprint,
    told: size === undefined ? undefined : `${kind.toLowerCase()}, ${size} bits`,
    isPublic: said.includes('same'),
    publicKey: told('public')?.split(' ').slice(0, 2).join(' '),
    comment: told('comment'),
  }
}

/** The result, under Ansible's names. */
function toldOf(answer: string, { path, type, size }: SshKey): Readonly<Record<string, unknown>> {
  const { size: has, fingerprint, publicKey, comment } = readKey(answer)
  return {
    filename: path,
    type,
    size: has || (size ?? usual[type]),
    fingerprint,
    public_key: publicKey,
    comment,
  }
}
