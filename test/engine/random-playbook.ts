import fc from 'fast-check'

/** What is at a path before anybody asks. */
export type Found =
  | { readonly is: 'file'; readonly text: string; readonly mode: number }
  | { readonly is: 'directory'; readonly mode: number; readonly child: boolean }
  | { readonly is: 'link'; readonly to: string }

/** A machine, and what somebody wants of it. */
export interface Case {
  readonly found: Readonly<Record<string, Found>>
  /** Tasks in YAML's flow style, which contradict each other nowhere. */
  readonly tasks: readonly string[]
}

/** Where tasks work; those with a directory need it. */
const places = ['a', 'b', 'c', 'd/a', 'd/b', 'e/f/a'] as const

const line = fc.constantFrom(
  'one = 1',
  'two = 2',
  'three=3',
  '# two = 2',
  '',
  '[main]',
  '  one=9',
  'zwölf',
  '$HOME "x" \\',
)
const text = fc
  .tuple(fc.array(line, { maxLength: 5 }), fc.boolean())
  .map(([lines, ends]) => lines.join('\n') + (ends && lines.length > 0 ? '\n' : ''))
const mode = fc.constantFrom(0o644, 0o600, 0o755, 0o640)

const found: fc.Arbitrary<Found | undefined> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 8, arbitrary: fc.record({ is: fc.constant('file' as const), text, mode }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ is: fc.constant('directory' as const), child: fc.boolean() },
      mode: fc.constantFrom(0o755, 0o700),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('link' as const),
      to: fc.constantFrom('/nowhere/at/all', 'elsewhere', 'b'),
    }),
  },
)

/** Tasks for one path, of which none undoes what another does. */
type Wish = (path: string) => readonly string[]

const quoted = (word: string) => JSON.stringify(word)
const octal = (bits: number) => `'0${bits.toString(8)}'`
const withMode = (bits: number | undefined) => (bits === undefined ? '' : `, mode: ${octal(bits)}`)
const maybeMode = fc.option(mode, { nil: undefined })

const lineWords = [
  ['one = 5', '^\\s*one\\b'],
  ['two = 6', '^#?\\s*two\\b'],
  ['four = 4', ''],
  ['zwölf: $HOME "x" \\ %s', ''],
] as const

const edits = fc.oneof(
  fc.subarray([...lineWords], { minLength: 1 }).map((chosen) =>
    chosen.map(
      ([word, regexp]) =>
        (path: string) =>
          `lineinfile: { path: ${path}, line: ${quoted(word)}, create: true${regexp ? `, regexp: ${quoted(regexp)}` : ''} }`,
    ),
  ),
  fc
    .subarray(['first', 'second'], { minLength: 1 })
    .map((names) =>
      names.map(
        (name) => (path: string) =>
          `blockinfile: { path: ${path}, create: true, marker: ${quoted(`# {mark} ${name}`)}, block: ${quoted(`${name} = 1\nof ${name}`)} }`,
      ),
    ),
  fc
    .subarray(['eins', 'zwei'], { minLength: 1 })
    .map((options) =>
      options.map(
        (option) => (path: string) =>
          `ini_file: { path: ${path}, section: main, option: ${option}, value: ${option.length} }`,
      ),
    ),
  fc.constant([
    (path: string) => `lineinfile: { path: ${path}, regexp: '^three', state: absent }`,
    (path: string) => `lineinfile: { path: ${path}, line: 'last = 1', create: true, insertafter: EOF }`,
  ]),
)

const wish: fc.Arbitrary<Wish> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(text, maybeMode).map(
      ([content, bits]): Wish =>
        (path) => [`copy: { dest: ${path}, content: ${quoted(content)}${withMode(bits)} }`],
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(text, mode).map(
      ([content, bits]): Wish =>
        (path) => [
          `copy: { dest: ${path}, content: ${quoted(content)} }`,
          `file: { path: ${path}${withMode(bits)} }`,
        ],
    ),
  },
  {
    weight: 2,
    arbitrary: maybeMode.map(
      (bits): Wish =>
        (path) => [`template: { src: page.j2, dest: ${path}${withMode(bits)} }`],
    ),
  },
  {
    weight: 4,
    arbitrary: edits.map(
      (all): Wish =>
        (path) =>
          all.map((one) => one(path)),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Wish>((path) => [`file: { path: ${path}, state: absent }`]) },
  {
    weight: 1,
    arbitrary: maybeMode.map(
      (bits): Wish =>
        (path) => [`file: { path: ${path}, state: directory${withMode(bits)} }`],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (force): Wish =>
        (path) => [`file: { path: ${path}, src: /etc/hostname, state: link${force ? ', force: true' : ''} }`],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Wish>((path) => [
      `command: { cmd: ${quoted(`touch ${path.slice(1, -1)}`)}, creates: ${path} }`,
    ]),
  },
  {
    weight: 1,
    arbitrary: text.map(
      (content): Wish =>
        (path) => [
          `stat: { path: ${path} }, register: there`,
          `copy: { dest: ${path}, content: ${quoted(content)} }, when: not there.stat.exists`,
        ],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Wish>((path) => [`replace: { path: ${path}, regexp: 'two', replace: 'zwei' }`]),
  },
  {
    weight: 1,
    arbitrary: text.map(
      (content): Wish =>
        (path) => [`copy: { dest: ${path}, content: ${quoted(content)}, force: false }`],
    ),
  },
)

/** A machine in any state, and a playbook for it. */
export const anyCase: fc.Arbitrary<Case> = fc
  .record({
    found: fc.tuple(...places.map(() => found)),
    wishes: fc.tuple(
      ...places.map(() => fc.option(fc.tuple(wish, fc.boolean()), { nil: undefined, freq: 3 })),
    ),
    parents: fc.constantFrom(undefined, 0o755, 0o700),
  })
  .map(({ found: states, wishes, parents }) => ({
    found: Object.fromEntries(
      places.flatMap((place, index) => {
        const state = states[index]
        return state ? [[place, state] as const] : []
      }),
    ),
    tasks: [
      ...['d', 'e/f'].map(
        (name) => `{ file: { path: "{{ here }}/machine/${name}", state: directory${withMode(parents)} } }`,
      ),
      ...places.flatMap((place, index) => {
        const [wanted, tells] = wishes[index] ?? []
        const tasks = wanted?.(`"{{ here }}/machine/${place}"`) ?? []
        return tasks.map(
          (task) => `{ ${task}${tells && !task.startsWith('stat') ? ', notify: as planned' : ''} }`,
        )
      }),
    ],
  }))
