import fc from 'fast-check'
import { moduleKinds } from '../../src/modules/index.ts'
import { resourceOf } from '../../src/resources/bind.ts'
import { sha256 } from '../../src/sensors/sha256.ts'

/** A module that edits a text, and what it is told. */
export interface Edit {
  readonly module: 'lineinfile' | 'blockinfile' | 'replace' | 'ini_file'
  /** What the file holds; nothing where there is none. */
  readonly text: string | null
  readonly arguments: Readonly<Record<string, unknown>>
}

/** What becomes of the file, or why it cannot be edited. */
export function edited({
  module,
  text,
  arguments: told,
}: Edit): string | null | { readonly refused: string } {
  const kind = moduleKinds.get(module)
  if (!kind) throw new Error(`there is no ${module}`)
  const options = { noLog: false, ignoreErrors: false, environment: {}, always: false }
  const origin = { file: 'site.yaml', line: 1, col: 1 }
  const parameters = { path: '/f', ...told }
  const wrong = kind.schema.safeParse(parameters).error?.issues[0]?.message
  if (wrong !== undefined) return { refused: wrong }
  const bytes = new TextEncoder().encode(text ?? '')
  const change = resourceOf(kind, parameters, { title: module, origin, options }).converge(
    {
      at: text === null ? { type: 'absent' } : { type: 'file', uid: 0, gid: 0, mode: '0644' },
      content:
        text === null ? { is: 'absent' } : { is: 'read', bytes, size: bytes.length, sha256: sha256(bytes) },
    },
    { touches: () => false },
  )
  if (!change) return text
  const [difference] = change.differences
  return difference?.is === 'text' ? (difference.after ?? null) : { refused: change.summary }
}

const line = fc.constantFrom(
  'a',
  'b',
  'ab',
  '#a',
  'a=1',
  'b = 2',
  '[s]',
  '[t]',
  'x y',
  '',
  ' a',
  ';a=3',
  '# BEGIN m',
  '# END m',
)
const text = fc
  .tuple(fc.array(line, { maxLength: 6 }), fc.boolean())
  .map(([lines, ended]) => `${lines.join('\n')}${ended && lines.length > 0 ? '\n' : ''}`)
const patterns = fc.constantFrom(
  '^a',
  'b$',
  '^#?a',
  'a(.*)',
  '(?i)A',
  '^(?P<n>\\w)\\b',
  'x',
  '^$',
  '[]b]',
  'a|b',
)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const place = fc.constantFrom(
  {},
  { insertafter: 'EOF' },
  { insertafter: '^a' },
  { insertafter: 'b' },
  { insertafter: 'nope' },
  { insertbefore: 'BOF' },
  { insertbefore: '^a' },
  { insertbefore: 'nope' },
)
const flag = (name: string) => fc.constantFrom({}, {}, { [name]: true })

const lineinfile = fc
  .record({
    search: fc.oneof(
      fc.constant({}),
      patterns.map((regexp) => ({ regexp })),
      fc.constantFrom({ search_string: 'a' }, { search_string: 'zz' }),
    ),
    line: fc.constantFrom('a', 'b', 'new', 'a=9', '[s]'),
    state: fc.constantFrom('present', 'present', 'absent'),
    place,
    create: flag('create'),
  })
  .map(({ search, place, create, ...rest }) => ({ ...search, ...place, ...create, ...rest }))
const backreferring = fc.record({
  regexp: fc.constantFrom('a(.*)', '^(?P<n>\\w)\\b'),
  line: fc.constantFrom('\\1z', '\\g<0>!', 'k'),
  backrefs: fc.constant(true),
})
const blockinfile = fc
  .record({
    state: fc.constantFrom('present', 'present', 'absent'),
    block: fc.constantFrom('', 'x', 'x\ny\n', 'a\n\nb'),
    marker: fc.constantFrom('# {mark} m', '// {mark}'),
    place: fc.oneof(place, fc.constantFrom({ insertafter: '(?m)^a' }, { insertbefore: '(?m)^b' })),
  })
  .map(({ place, ...rest }) => ({ ...place, ...rest }))
const replace = fc.record(
  {
    regexp: fc.oneof(patterns, fc.constantFrom('\\n\\n', '(a)(b)?', '\\s+$')),
    replace: maybe(fc.constantFrom('', 'Z', '$&', '\\n')),
    after: maybe(fc.constantFrom('^b', 'b', '\\[s\\]')),
    before: maybe(fc.constantFrom('b', '\\[t\\]', 'ab')),
  },
  { requiredKeys: ['regexp'] },
)
const iniFile = fc
  .record({
    state: fc.constantFrom('present', 'present', 'absent'),
    section: fc.constantFrom('s', 't', 'u'),
    option: fc.constantFrom('a', 'b', 'c'),
    said: fc.oneof(
      fc.constantFrom({ value: '1' }, { value: 'x y' }, { allow_no_value: true }),
      fc.subarray(['1', '2', '3'], { minLength: 1 }).map((values) => ({ values })),
    ),
    exclusive: fc.constantFrom({}, {}, { exclusive: false }),
    tight: flag('no_extra_spaces'),
  })
  .map(({ said, exclusive, tight, ...rest }) => ({ ...said, ...exclusive, ...tight, ...rest }))

const inFile = (module: Edit['module'], arguments_: fc.Arbitrary<object>) =>
  fc.record({ module: fc.constant(module), text, arguments: arguments_.map((one) => defined(one)) })

function defined(one: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined))
}

/** Edits of all kinds, of texts in which much is met twice. */
export const edits: fc.Arbitrary<Edit> = fc.oneof(
  inFile('lineinfile', lineinfile),
  inFile('lineinfile', backreferring),
  inFile('blockinfile', blockinfile),
  inFile('replace', replace),
  inFile('ini_file', iniFile),
)
