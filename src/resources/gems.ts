import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { type Answer, probed } from './probed.ts'
import { splitWords } from './words.ts'

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'must be the name of a gem')
    .describe('The gem.'),
  file: absolutePath.optional().describe('The file of the machine that it comes from.'),
  version: z
    .string()
    .regex(/^[^\s\0-][^\n\0]*$/, 'must be a version')
    .optional()
    .describe('Its version.'),
  source: z.string().regex(/^\S+$/, 'must be a URL').optional().describe('Where gems come from.'),
  directory: absolutePath.optional().describe('Where it goes.'),
  programs: absolutePath.optional().describe('Where its programs go.'),
  executable: z
    .string()
    .regex(/^[A-Za-z0-9_./ -]+$/, 'must be a program')
    .default('gem')
    .describe('The program.'),
  norc: z.boolean().default(true).describe('No gemrc is read.'),
  force: z.boolean().default(false).describe('It goes although others need it.'),
  flags: z.array(z.string()).default([]).describe('More words for installing.'),
  build: z
    .string()
    .regex(/^[^\0]*$/)
    .optional()
    .describe('Words for what compiles it.'),
  state: z.enum(['present', 'latest', 'absent']).default('present').describe('What is wanted.'),
})

type Gem = z.infer<typeof schema>

/** A package of Ruby. */
export const gem: ResourceKind<Gem, { answer: Query<Answer> }> = probed({
  name: 'gem',
  summary: 'A package of Ruby.',
  schema,
  subject: ({ name }) => name,
  ask: (wanted) => {
    const { name, state, source } = wanted
    const program = splitWords(wanted.executable).words
    const list = [...common(wanted), `^${name}$`]
    return sh`command -v ${program[0] ?? 'gem'} >/dev/null 2>&1 || { echo no-gem; exit 0; }
${embed(home(wanted))}
${program} list --local ${list} 2>/dev/null | sed -n 's/^[^ ]* (\(.*\))$/has \1/p'
${embed(state === 'latest' ? sh`${program} list --remote ${source === undefined ? [] : ['--source', source]} ${list} 2>/dev/null | sed -n 's/^[^ ]* (\(.*\))$/latest \1/p'` : sh`:`)}`
  },
  change: (wanted, { stdout }) => {
    const { name, file, source, directory, programs, force, flags, build, state } = wanted
    if (stdout.startsWith('no-gem'))
      return `there is no ${wanted.executable} on this host: install ruby in a task before`
    const has = versionsIn(stdout, 'has')
    const version = state === 'latest' ? (versionsIn(stdout, 'latest')[0] ?? wanted.version) : wanted.version
    const isThere = version === undefined ? has.length > 0 : has.includes(version)
    if (isThere === (state !== 'absent')) return undefined
    const program = splitWords(wanted.executable).words
    const places = [
      ...(directory === undefined ? [] : ['--install-dir', directory]),
      ...(programs === undefined ? [] : ['--bindir', programs]),
    ]
    const words =
      state === 'absent'
        ? [
            'uninstall',
            ...common(wanted),
            ...places,
            ...(version === undefined ? ['--all'] : ['--version', version]),
            '--executables',
            ...(force ? ['--force'] : []),
            name,
          ]
        : [
            'install',
            ...common(wanted),
            ...(version === undefined ? [] : ['--version', version]),
            ...(source === undefined ? [] : ['--source', source]),
            ...places,
            ...flags,
            ...(force ? ['--force'] : []),
            file ?? name,
            ...(build === undefined ? [] : ['--', ...splitWords(build).words]),
          ]
    return {
      summary: state === 'absent' ? 'remove' : `install${version === undefined ? '' : ` ${version}`}`,
      differences: [
        {
          is: 'attribute',
          name: 'version',
          before: has.length === 0 ? undefined : has.join(', '),
          after: state === 'absent' ? undefined : (version ?? 'there'),
        },
      ],
      script: sh`${embed(home(wanted))}
${program} ${words}`,
      takesLong: true,
    }
  },
})

function common({ norc }: Gem): readonly string[] {
  return norc ? ['--norc'] : []
}

function home({ directory }: Gem) {
  return directory === undefined ? sh`:` : sh`GEM_HOME=${directory}; export GEM_HOME`
}

/** Of `1.2, default: 1.1 ruby`. */
function versionsIn(answer: string, word: string): readonly string[] {
  const line = answer.split('\n').find((one) => one.startsWith(`${word} `))
  return (line?.slice(word.length + 1).split(', ') ?? []).map(
    (one) => one.replace(/^default: /, '').split(' ')[0] ?? '',
  )
}
