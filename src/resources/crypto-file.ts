import type { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import type { Query } from '../model/sensor.ts'
import { fileAt } from '../sensors/files.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { backupField, backupScript } from './backup.ts'
import { stagedBeside } from './fetch-script.ts'
import { absolutePath, ownership } from './fields.ts'
import { type Ownership, ownershipScript } from './ownership.ts'
import { type Answer, probed } from './probed.ts'

/** Fields of every file that openssl makes. */
export const cryptoFields = {
  path: absolutePath.describe('The file.'),
  backup: backupField,
  ...ownership,
}

interface CryptoFile extends Ownership {
  readonly path: string
  readonly backup: boolean
}

/** What tells such files apart. */
export interface CryptoSpec<Desired extends CryptoFile> {
  readonly name: string
  readonly summary: string
  readonly schema: z.ZodType<Desired>
  /** Permissions of a new one. */
  readonly mode: string
  /** Other files that it is made of. */
  needs(wanted: Desired): readonly string[]
  /** Prints `same` where the file, which is there, is what is wanted; else what is wrong with it. `$us_d` is a private directory. */
  check(wanted: Desired): Script
  /** Writes it to `$us_got`. */
  make(wanted: Desired): Script
  /** Why it must not be made anew, by what the check printed. */
  refusal?(wanted: Desired, said: string): string | undefined
  /** It is made in every run. */
  always?(wanted: Desired): boolean
}

/** Makes `$us_d`, which nobody else can look into, and which is gone in the end. */
export const privateDirectory = sh`us_d=$(mktemp -d)
trap 'rm -rf -- "$us_d"' EXIT
trap 'exit 130' INT TERM`

/** A secret for openssl, which reads it from a file: no command line ever has it. */
export function passwordFile(name: string, password: string): Script {
  return sh`(umask 077; printf '%s\n' ${password} >"$us_d"/${name})`
}

/** A file that the host's openssl makes, once for what is asked for. */
export function cryptoFile<Desired extends CryptoFile>(
  spec: CryptoSpec<Desired>,
): ResourceKind<Desired, { answer: Query<Answer> }> {
  return probed({
    name: spec.name,
    summary: spec.summary,
    schema: spec.schema,
    subject: ({ path }) => path,
    about: (wanted) => [
      ...[wanted.path, ...spec.needs(wanted)].map((path) => `file:${path}`),
      'package:openssl',
    ],
    ask: (wanted) => {
      const { path } = wanted
      return sh`command -v openssl >/dev/null 2>&1 || { echo no-openssl; exit 0; }
for us_f in ${spec.needs(wanted)}; do if [ ! -r "$us_f" ]; then echo "lacks $us_f"; exit 0; fi; done
if [ -d ${path} ]; then echo 'lacks a place: it is a directory'; exit 0; fi
if [ ! -e ${path} ]; then echo absent; exit 0; fi
${embed(privateDirectory)}
us_said=$(
${embed(spec.check(wanted))}
) 2>/dev/null || us_said="cannot be read"
printf '%s\n' "\${us_said:-cannot be read}" | head -n 1
stat -c '%a %u %U %g %G' -- ${path}`
    },
    change: (wanted, { stdout }, upcoming) => {
      const { path, backup, owner, group, mode } = wanted
      const [said = '', owns = ''] = stdout.split('\n')
      if (said === 'no-openssl') return 'there is no openssl on this host: install it in a task before'
      if (said.startsWith('lacks ')) {
        const missing = said.slice('lacks '.length)
        return upcoming.touches(fileAt(missing)) ? undefined : `${missing} is not there, or cannot be read`
      }
      const isNew = said === 'absent'
      const isRight = said === 'same' && !spec.always?.(wanted)
      const [bits = '', uid, user, gid, ofGroup] = owns.split(' ')
      const isOwned =
        (mode === undefined || mode === bits.padStart(4, '0')) &&
        (owner === undefined || owner === user || owner === uid) &&
        (group === undefined || group === ofGroup || group === gid)
      if (isRight && isOwned) return undefined
      if (isRight)
        return {
          summary: 'set owner and mode',
          script: ownershipScript({ owner, group, mode }, path),
          disturbs: [`file:${path}`],
        }
      const refusal = isNew ? undefined : spec.refusal?.(wanted, said)
      if (refusal !== undefined) return refusal
      const kept = isNew ? spec.mode : bits.padStart(4, '0')
      const who = isNew ? { owner, group } : { owner: owner ?? uid, group: group ?? gid }
      return {
        summary: isNew ? 'create' : `make anew: ${said === 'same' ? 'as in every run' : said}`,
        script: stagedBeside(
          path,
          lines(
            sh`us_d=$(mktemp -d)
trap 'rm -rf -- "$us_d"; rm -f -- "$us_got"' EXIT`,
            spec.make(wanted),
            ownershipScript({ ...who, mode: mode ?? kept }, embed(sh`"$us_got"`)),
            ...(backup && !isNew ? [backupScript(path)] : []),
            sh`mv -f -- "$us_got" ${path}`,
          ),
        ),
        disturbs: [`file:${path}`],
        takesLong: true,
      }
    },
  })
}
