import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { type Answer, probed } from './probed.ts'

const word = z.string().regex(/^[A-Za-z0-9_.-]+$/, 'must be the name of a module')

const schema = z.strictObject({
  name: word.describe('The module, as a2enmod knows it.'),
  identifier: word.describe('The same, as Apache itself calls it.'),
  force: z.boolean().default(false).describe('It is switched off even where others need it.'),
  unchecked: z
    .boolean()
    .default(false)
    .describe('A configuration that Apache cannot read is no failure: it has no modules then.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: it is switched off.'),
})

type ApacheModule = z.infer<typeof schema>

/** A module of the Apache of Debian. */
export const apacheModule: ResourceKind<ApacheModule, { answer: Query<Answer> }> = probed({
  name: 'apache2_module',
  summary: 'A module of the Apache of Debian.',
  schema,
  subject: ({ name }) => name,
  about: () => ['file:/etc/apache2', 'package:apache2'],
  ask: ({
    name,
  }) => sh`for us_c in apache2ctl apachectl none; do if command -v "$us_c" >/dev/null 2>&1; then break; fi; done
if [ "$us_c" = none ]; then echo no-apache; exit 0; fi
if ! command -v a2enmod >/dev/null 2>&1; then echo no-a2enmod; exit 0; fi
${embed(name === 'cgi' ? sh`"$us_c" -V 2>/dev/null | grep -q 'threaded: *yes' && echo threaded` : sh`:`)}
if us_m=$(LC_ALL=C "$us_c" -M 2>&1); then printf '%s\n' "$us_m"
else printf 'trouble %s\n' "$(printf '%s\n' "$us_m" | head -n 1)"; fi`,
  change: ({ name, identifier, force, unchecked, state }, { stdout }) => {
    const said = stdout.split('\n')
    if (said.includes('no-apache')) return 'there is no Apache on this host: install apache2 in a task before'
    if (said.includes('no-a2enmod'))
      return 'there is no a2enmod on this host: its Apache is configured by files'
    if (said.includes('threaded')) return 'the processes of Apache have threads here: the module is cgid then'
    const trouble = said.find((line) => line.startsWith('trouble '))
    if (trouble && !unchecked) return `Apache cannot read its configuration: ${trouble.slice(8)}`
    const isOn = said.some((line) => line.trim().startsWith(`${identifier} `))
    if (isOn === (state === 'present')) return undefined
    const words = state === 'present' ? ['a2enmod', '-q'] : ['a2dismod', '-q', ...(force ? ['-f'] : [])]
    return {
      summary: state === 'present' ? 'switch on' : 'switch off',
      differences: [
        { is: 'attribute', name: 'module', before: isOn ? 'on' : 'off', after: isOn ? 'off' : 'on' },
      ],
      script: sh`${words} ${name} >&2`,
      disturbs: ['file:/etc/apache2'],
      keeps: 'nothing',
    }
  },
})
