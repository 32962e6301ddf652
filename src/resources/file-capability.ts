import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { type Answer, probed } from './probed.ts'

const clause = /^([a-z0-9_]+)(?:([-=+])([eip]*))?$/

const schema = z.strictObject({
  path: absolutePath.describe('The program.'),
  capability: z.string().regex(clause, 'must be such as cap_net_raw+ep').describe('What it may do.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: it may not.'),
})

type Capability = z.infer<typeof schema>

/** What a program may do although nobody who starts it may. */
export const fileCapability: ResourceKind<Capability, { answer: Query<Answer> }> = probed({
  name: 'capabilities',
  summary: 'What a program may do although nobody who starts it may.',
  schema,
  subject: ({ path, capability }) => `${path} ${capability}`,
  about: ({ path }) => [`file:${path}`],
  ask: ({ path }) => sh`command -v setcap >/dev/null 2>&1 || { echo no-setcap; exit 0; }
[ -f ${path} ] || { echo no-path; exit 0; }
us_c=$(getcap -- ${path} 2>/dev/null) || us_c=
printf 'has%s\n' "\${us_c#${path}}"`,
  change: ({ path, capability, state }, { stdout }) => {
    const said = stdout.split('\n')
    if (said.includes('no-setcap'))
      return 'there is no setcap on this host: install libcap2-bin in a task before'
    if (said.includes('no-path')) return `there is no ${path}`
    const [, name = '', sign = '=', flags = ''] = clause.exec(capability) ?? []
    const sorted = (letters: string) => [...letters].toSorted().join('')
    const has = readCapabilities(said[0]?.slice(3) ?? '')
    const now = has.get(name)
    const isSo =
      state === 'absent'
        ? now === undefined
        : sign === '-'
          ? ![...flags].some((one) => now?.includes(one))
          : now !== undefined && sorted(now) === sorted(flags)
    if (isSo) return undefined
    const others = [...has].filter(([one]) => one !== name)
    const kept = sign === '-' ? [...(now ?? '')].filter((one) => !flags.includes(one)).join('') : flags
    const next = state === 'absent' || kept === '' ? others : [...others, [name, kept] as const]
    const text = next.map(([one, letters]) => `${one}=${letters}`).join(' ')
    return {
      summary: state === 'present' ? 'set' : 'take away',
      differences: [
        { is: 'attribute', name, before: now, after: state === 'absent' || kept === '' ? undefined : kept },
      ],
      script: text === '' ? sh`setcap -r ${path}` : sh`setcap ${text} ${path}`,
      disturbs: [`file:${path}`],
    }
  },
})

/** What getcap prints behind the path: `= cap_a,cap_b+ep` or ` cap_a,cap_b=ep cap_c=i`. */
function readCapabilities(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const word of text.trim().split(/\s+/)) {
    const [, names = '', letters = ''] = /^([a-z0-9_,]+)[=+]([eip]+)$/.exec(word) ?? []
    for (const name of names.split(',')) if (name !== '') found.set(name, letters)
  }
  return found
}
