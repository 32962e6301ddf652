import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { absolutePath, ownership } from './fields.ts'
import { ownershipScript } from './ownership.ts'
import { type Answer, probed } from './probed.ts'

const schema = z
  .strictObject({
    path: absolutePath.describe('The file.'),
    name: z
      .string()
      .regex(/^[^:\n\0]+$/, 'must be a name without a colon')
      .describe('The user.'),
    password: z
      .string()
      .min(1)
      .regex(/^[^\n\0]+$/, 'must be one line')
      .optional()
      .describe('The password. Never shown.')
      .meta({ writeOnly: true }),
    create: z.boolean().default(true).describe('The file is made where there is none.'),
    state: z.enum(['present', 'absent']).default('present').describe('`absent`: there is no such user.'),
    ...ownership,
  })
  .refine(({ state, password }) => state === 'absent' || password !== undefined, {
    path: ['password'],
    message: 'is missing',
  })

type Htpasswd = z.infer<typeof schema>

/** A user of a web server, in a file of these. The password is told to openssl on standard input. */
export const htpasswd: ResourceKind<Htpasswd, { answer: Query<Answer> }> = probed({
  name: 'htpasswd',
  summary: 'A user of a web server, in a file of these.',
  schema,
  subject: ({ path, name }) => `${path} ${name}`,
  about: ({ path }) => [`file:${path}`, 'package:openssl'],
  ask: ({ path, name, password = '' }) => sh`[ -f ${path} ] || { echo no-file; exit 0; }
us_hash=$(us_name=${name} awk -F : '$1 == ENVIRON["us_name"] { print $2; exit }' ${path})
[ -n "$us_hash" ] || { echo no-user; exit 0; }
us_salt=$(printf '%s' "$us_hash" | cut -d '$' -f 3)
case $us_hash in
  '$apr1$'*) us_is=$(printf '%s\n' ${password} | openssl passwd -apr1 -salt "$us_salt" -stdin 2>/dev/null) ;;
  '$1$'* | '$5$'* | '$6$'*) us_is=$(printf '%s\n' ${password} | openssl passwd "-$(printf '%s' "$us_hash" | cut -d '$' -f 2)" -salt "$us_salt" -stdin 2>/dev/null) ;;
  *) us_is= ;;
esac
if [ "$us_is" = "$us_hash" ]; then echo same; else echo other; fi
stat -c 'owns %a %U %G' -- ${path}`,
  change: (wanted, { stdout }) => {
    const { path, name, password = '', create, state, owner, group, mode } = wanted
    const [said = '', owns = ''] = stdout.split('\n')
    const [, bits, user, ofGroup] = owns.split(' ')
    const isOwned =
      (mode === undefined || mode === bits?.padStart(4, '0')) &&
      (owner === undefined || owner === user) &&
      (group === undefined || group === ofGroup)
    if (state === 'absent' ? said !== 'same' && said !== 'other' : said === 'same' && isOwned)
      return undefined
    if (said === 'no-file' && !create) return `there is no ${path}`
    const others = sh`{ if [ -f ${path} ]; then us_name=${name} awk -F : '$1 != ENVIRON["us_name"]' ${path}; fi; }`
    return {
      summary:
        state === 'absent'
          ? `remove ${name}`
          : said === 'same'
            ? 'set owner and mode'
            : `set the password of ${name}`,
      script: lines(
        sh`us_new=$(mktemp ${`${path}.XXXXXXXX`})
trap 'rm -f -- "$us_new"' EXIT
trap 'exit 130' INT TERM
if [ -f ${path} ]; then cp -p -- ${path} "$us_new"; else chmod 0644 "$us_new"; fi`,
        state === 'absent'
          ? sh`${embed(others)} >"$us_new"`
          : sh`if ! command -v openssl >/dev/null 2>&1; then echo 'openssl is missing: install it in a task before' >&2; exit 1; fi
us_hash=$(printf '%s\n' ${password} | openssl passwd -apr1 -stdin)
{ ${embed(others)}; printf '%s:%s\n' ${name} "$us_hash"; } >"$us_new"`,
        ownershipScript({ owner, group, mode }, embed(sh`"$us_new"`)),
        sh`mv -f -- "$us_new" ${path}`,
      ),
      disturbs: [`file:${path}`],
    }
  },
})
