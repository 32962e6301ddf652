import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Queries } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'

const piece = z.string().regex(/^[^/\0\n]*$/, 'must be a part of a name')

const schema = z.strictObject({
  state: z.enum(['file', 'directory']).default('file').describe('What is made.'),
  path: absolutePath.default('/tmp').describe('Where.'),
  prefix: piece.default('').describe('How its name begins.'),
  suffix: piece.default('').describe('How its name ends.'),
})

/** A file or directory whose name is new in every run, and is known once it is made. */
export const temporary: ResourceKind<z.infer<typeof schema>, Queries> = {
  name: 'tempfile',
  summary: 'A file or directory with a name that is new in every run.',
  schema,
  subject: ({ path, prefix, suffix }) => `${path}/${prefix}*${suffix}`,
  inspect: () => ({}),
  converge: ({ state, path, prefix, suffix }) => ({
    summary: `make a ${state} with a new name, as in every run`,
    differences: [],
    // Nobody else's name is ever taken: where somebody was faster, another one is tried.
    script: sh`[ -d ${path} ] || { printf '%s\n' ${`there is no directory ${path}: make it in a task before`} >&2; exit 1; }
umask 077
us_n=0
while :; do
  us_new=$(mktemp -u ${`${path === '/' ? '' : path}/${prefix}XXXXXXXX`})${suffix}
  if ${embed(state === 'directory' ? sh`mkdir -- "$us_new" 2>/dev/null` : sh`( set -C; : >"$us_new" ) 2>/dev/null`)}; then break; fi
  us_n=$((us_n + 1))
  [ "$us_n" -lt 20 ] || { printf '%s\n' ${`nothing can be made in ${path}`} >&2; exit 1; }
done
printf '%s\n' "$us_new"`,
    impact: 'none',
    disturbs: [],
    tells: (stdout) => ({ path: stdout.replace(/\n$/, ''), state, mode: state === 'file' ? '0600' : '0700' }),
  }),
}
