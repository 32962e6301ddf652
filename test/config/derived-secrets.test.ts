import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { createLanguage } from '../../src/config/expressions/language.ts'
import { type LoadedIntent, loadIntent } from '../../src/config/index.ts'
import { createOutside } from '../../src/config/outside.ts'
import { secretReads } from '../../src/config/secret-reads.ts'
import { encryptVault } from '../../src/config/vault.ts'
import type { RunEvent } from '../../src/model/event.ts'
import { explain, Failure, InvalidInput } from '../../src/model/failure.ts'
import { isCommon, veilOf } from '../../src/model/marked.ts'
import type { Step } from '../../src/model/plan.ts'
import type { Resource } from '../../src/model/resource.ts'
import { junit } from '../../src/report/drill/junit.ts'
import { drillPage } from '../../src/report/drill/page.ts'
import { openReport } from '../../src/report/index.ts'
import { eachText, redactor, visible } from '../../src/report/redaction.ts'
import { sha256 } from '../../src/sensors/sha256.ts'
import { drilled, reportWith } from '../report/drilled.ts'
import { thorough } from '../thorough.ts'
import { project } from './playbook/project.ts'

/** What a report of these events prints. */
async function shown(
  events: readonly RunEvent[],
  secrets: ReadonlySet<string>,
  { json = false, tty = false },
): Promise<string> {
  const stdout = Object.assign(new PassThrough(), { isTTY: tty, columns: 200, rows: 50 })
  let text = ''
  stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more
  })
  // The live view writes to the terminal itself.
  const live = vi.spyOn(process.stdout, 'write').mockImplementation((more) => {
    text += String(more)
    return true
  })
  const report = await openReport({
    format: json ? 'json' : 'auto',
    diff: true,
    output: true,
    secrets,
    stdout: stdout as unknown as NodeJS.WriteStream,
  })
  for (const event of events) report.emit(event)
  await report.close()
  live.mockRestore()
  return text
}

/** A file as the host has it. */
function holding(text: string) {
  const bytes = Buffer.from(text)
  const at = { type: 'file', mode: '0644', owner: 'root', group: 'root', ownerId: 0, groupId: 0 }
  return { at, content: { is: 'read', bytes, size: bytes.length, sha256: sha256(bytes) } }
}

/** What the files hold before, by how the ids of their tasks begin. */
const old: Readonly<Record<string, string>> = {
  'copy[/x]': 'keep = 1\nown = formerly-so.\n',
  'template[/y]': 'first = shown\nother = formerly-so\n  last = old\n',
}

/** Every task of the host a, as a step of its plan. */
function stepsOf(intent: LoadedIntent): readonly Step[] {
  const tasks = intent.plays.flatMap(({ tasks }) => tasks.get('a') ?? [])
  return tasks.flatMap((task) => {
    const expansion = task.expand({ facts: new Map(), registered: new Map() })
    return 'resources' in expansion ? expansion.resources.map(stepOf) : []
  })
}

function stepOf(resource: Resource): Step {
  const found = 'at' in resource.queries ? holding(old[resource.id] ?? '') : {}
  const change = resource.converge(found, { touches: () => false })
  const { id, title } = resource
  return { id, title, play: 'p', verdict: change ? { is: 'change', change } : { is: 'converged' }, resource }
}

/** Everything that could be printed or written of these tasks on a host that says `echo` to each. */
async function outputs(intent: LoadedIntent, echo: string): Promise<string> {
  const steps = stepsOf(intent)
  const common = { host: 'a', play: 'p' }
  const events: readonly RunEvent[] = [
    { is: 'run-started', command: 'plan', hosts: ['a'], plays: ['p'] },
    { is: 'host-planned', plan: { host: 'a', steps } },
    ...steps.flatMap(({ id, title, resource }): readonly RunEvent[] => {
      // As the engine hands on what a step printed.
      const output = veilOf(resource?.options.secrets ?? [])(echo)
      const step = { ...common, step: id, title }
      return [
        { is: 'step-started', ...step },
        { is: 'step-finished', ...step, summary: 'x', outcome: 'changed', milliseconds: 1, output },
      ]
    }),
    { is: 'warning', message: `about ${echo}` },
    { is: 'proof', result: { name: 'n', subject: 's', verdict: 'fail', seen: echo, next: echo } },
    { is: 'run-failed', failure: new Failure('STEP_FAILED', echo, { output: echo, next: echo }) },
  ]
  const modes = [{}, { tty: true }, { json: true }]
  const texts: string[] = []
  for (const mode of modes) texts.push(await shown(events, intent.secrets, mode))
  const redact = redactor(intent.secrets)
  const log = [{ at: 1500, host: 'a', text: echo }]
  const kept = eachText(reportWith({ results: [drilled({ log, passed: false, reasons: [echo] })] }), (text) =>
    visible(redact(text)),
  )
  // Programs read texts, not the escapes in which JSON carries them.
  const read = texts.map((text, index) =>
    index === 2
      ? text
          .trim()
          .split('\n')
          .map((line) => told(JSON.parse(line)))
          .join('\n')
      : text,
  )
  return [...read, drillPage(kept), junit(kept)].join('\n')
}

/** All texts in a value, one on each line. */
function told(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.values(value).map(told).join('\n')
}

/** What must not be found where `secret` is not to be shown. */
function formsOf(secret: string): readonly string[] {
  const lines = secret.split('\n').filter((line) => line.trim().length >= 8)
  const whole = [secret, ...lines].map((line) => line.trim()).filter((line) => !isCommon(line))
  return whole.flatMap((text) => [
    text,
    encodeURIComponent(text),
    text.replaceAll("'", "'\\''"),
    ...(text.length >= 6 ? [Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1)] : []),
  ])
}

const secretText = fc
  .array(fc.constantFrom(...[...'QZX79éß漢🦊"\'\\&<>$%+/#;:=\n']), { minLength: 1, maxLength: 24 })
  .map((signs) => `Q7${signs.join('')}Z`)

/** What expressions make of a text X. */
const steps = [
  ...['X | upper', 'X | lower', 'X + "-tail"', '"head-" ~ X', 'X * 2', 'X[1:]', 'X | reverse'],
  ...['X | replace("Q", "W")', 'X.split("7") | join("_")', 'X.split("7")[0] ~ X', 'X | trim', '"%s!" % X'],
  ...['X | b64encode', 'X | hash("sha256")', '("web:" ~ X) | b64encode', '"web:{SHA}" ~ (X | sha1)'],
  ...[
    'X | to_json',
    '{"k": X, "l": [X]} | to_json',
    '[X, "plain"][0]',
    '{"a": {"b": X}}.a.b',
    'X | default("none")',
  ],
  ...['[X, "plain"] | map("regex_replace", "$", "7") | join(",")', 'X if X != "" else "nothing"'],
  ...['(X | length * 98765) | string', '[X] | map("upper") | first', '{"k": X} | to_nice_yaml', 'X | quote'],
  ...[
    '"{}-{}".format(X, 1)',
    '{"k": X} | dict2items | map(attribute="value") | first',
    '[[X]] | flatten | first',
  ],
]

/** How templates of both languages print what was made, alone and through all that carries it along. */
const printings: readonly (readonly [file: string, text: string])[] = [
  ...[
    '{{made}}',
    '{{made}} {{made}}',
    '{{json made}}',
    '{{join many "-"}}',
    '{{#each many}}{{this}},{{/each}}',
  ].map((text) => ['t.hbs', text] as const),
  ...[
    '{{ made }}',
    '{{ made | to_json }} {{ many | join("-") }}',
    '{% for one in many %}{{ one }},{% endfor %}',
    '{% for k, v in {"k": made}.items() %}{{ v }}{% endfor %}',
    '{% set x = made %}{{ x }}{% with y = x %}{{ y }}{% endwith %}',
    '{% set x %}a {{ made }}{% endset %}{{ x | trim }}',
    '{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(made) }}',
    '{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}{{ made }}{% endcall %}',
    '{% set l = [] %}{% set _ = l.append(made) %}{{ l[0] }} {{ l }}',
    '{% set d = {} %}{% set _ = d.update({"k": made}) %}{{ d.k }} {{ d }}',
    '{% set l = [] %}{% for one in many %}{% set _ = l.append(one) %}{% endfor %}{{ l | last }}{{ l | first }}',
    '{% set ns = namespace(x="") %}{% for one in many %}{% set ns.x = ns.x ~ one %}{% endfor %}{{ ns.x }}',
    '{% filter trim %}{{ made }}{% endfilter %}',
    "{% include 'part.j2' %} {{ lookup('template', 'part.j2') }} {{ lookup('vars', 'made') }}",
    '{{ {"k": {"l": [made]}} | combine({"z": 1}) }} {{ hostvars[inventory_hostname].hush }}',
    '{{ [{"a": made, "b": 1}] | groupby("b") | map("last") | flatten | map(attribute="a") | first }}',
  ].map((text) => ['t.j2', text] as const),
]

const chain = fc
  .array(fc.constantFrom(...steps), { maxLength: 4 })
  .map((chosen) => chosen.reduce((inner, step) => step.replaceAll('X', () => `(${inner})`), 'hush'))

const request = (directory: string, playbook: string) => ({
  ...{ inventory: [join(directory, 'inventory.yaml')], playbook: join(directory, playbook) },
  ...{ tags: [], skipTags: [], extraVars: [], packageRoot: join(import.meta.dirname, '../..') },
})

describe('what is made of a secret', () => {
  it('is in no output, whatever it was made by, and other lines are', async () => {
    await fc.assert(
      fc.asyncProperty(
        secretText,
        chain,
        fc.constantFrom(...printings),
        async (secret, expression, [file, printed]) => {
          const made = createLanguage(secretReads(), createOutside()).evaluate(
            expression,
            { has: (name) => name === 'hush', names: () => ['hush'], read: () => secret },
            { file: '', line: 1, col: 1 },
          )
          using files = project({
            'inventory.yaml': 'all: { hosts: { a: { hush: !file told } } }\n',
            'templates/part.j2': '{{ made }}',
            [`templates/${file}`]: `first = shown\nother = ${printed}\n  last = {{plain}}\n`,
            'site.yaml': JSON.stringify([
              {
                hosts: 'a',
                vars: {
                  made: `{{ ${expression} }}`,
                  plain: 'also shown',
                  // Not the very text that is to be shown elsewhere: what is joined to a secret is one, line by line.
                  many: ['{{ made }}', '{{ plain }} beside'],
                },
                tasks: [
                  { name: 'set {{ made }}', copy: { dest: '/x', content: 'keep = 1\nown = {{ made }}.\n' } },
                  { copy: { dest: '/x/{{ made }}', content: 'p={{ plain }}\n' } },
                  { template: { src: file, dest: '/y' } },
                  { command: { command: ['tool', '--key', '{{ made }}'], always: true } },
                  { shell: { command: 'tool --key={{ made }} # {{ plain }}', always: true } },
                  { line: { path: '/z', line: 'key {{ many[0].splitlines() | join("~") }}' } },
                  { copy: { dest: '/l', content: 'one {{ item }}' }, loop: '{{ many }}' },
                  { command: { command: 'x', always: true }, environment: { KEY: '{{ made }}' } },
                ],
              },
            ]),
            'wrong.yaml': JSON.stringify([
              {
                hosts: 'a',
                vars: { made: `{{ ${expression} }}` },
                tasks: [
                  { copy: { dest: 'not absolute {{ made }}', content: 'x' } },
                  { file: { path: '/m', mode: '{{ made }}' } },
                  { file: { path: '/m', state: '{{ made }}' } },
                  { sysctl: { name: 'a.b', value: '{{ made - 1 }}' } },
                  { copy: { dest: '/{{ made }}', src: '{{ made }}' } },
                  { copy: { dest: '/x', content: '{{ {"a": 1}[made] }}' } },
                ],
              },
            ]),
          })
          writeFileSync(join(files.directory, 'told'), `${secret}\n`, { mode: 0o600 })
          const intent = await loadIntent(request(files.directory, 'site.yaml'))
          const echo = `${secret}\n${made} ${encodeURIComponent(String(made))}`
          const text = (await outputs(intent, echo)) + (await wrong(files.directory))
          for (const form of [secret, String(made)].flatMap(formsOf)) expect(text).not.toContain(form)
          expect(text).not.toContain('formerly-so')
          expect(text).toContain('keep = 1')
          expect(text).toContain('last = also shown')
        },
      ),
      { numRuns: thorough ? 40 : 20 },
    )
  })
})

/** What is said of the playbook in which everything is wrong. */
async function wrong(directory: string): Promise<string> {
  const secrets = new Set<string>()
  const onSecret = (secret: string) => secrets.add(secret)
  const error = await loadIntent({ ...request(directory, 'wrong.yaml'), onSecret }).catch((failed) => failed)
  if (!(error instanceof InvalidInput)) throw error
  // Where a secret has a variable in it, the machine decides what such a path is.
  expect(error.problems.length).toBeGreaterThan(3)
  return visible(redactor(secrets)(explain(error)))
}

describe('a secret that is', () => {
  /** The changes of the host a, each with what it is told by, as lines of its plan. */
  async function plan(files: Readonly<Record<string, string>>, tasks: readonly object[], vars: object = {}) {
    using all = project({
      'inventory.yaml': 'all: { hosts: { a: {} } }\n',
      'site.yaml': JSON.stringify([{ hosts: 'a', vars, tasks }]),
      ...files,
    })
    const vaultPasswords = { default: 'of the vault' }
    const intent = await loadIntent({ ...request(all.directory, 'site.yaml'), vaultPasswords })
    const events = [{ is: 'host-planned', plan: { host: 'a', steps: stepsOf(intent) } }] as const
    return shown(
      [{ is: 'run-started', command: 'plan', hosts: ['a'], plays: ['p'] }, ...events],
      intent.secrets,
      {
        json: true,
      },
    ).then((text) => told(JSON.parse(text.trim().split('\n').at(-1) ?? '')))
  }
  const vaulted = (text: string) => ({
    'group_vars/all.yaml': encryptVault(Buffer.from(text), 'of the vault'),
  })
  const file = (content: string) => [{ copy: { dest: '/x', content } }]

  it.each([
    ['a PIN of three digits', 'pin: 417', 'pin = {{ pin }}\nport = 4170\n', 'pin = «secret»\nport = 4170'],
    ['a single digit', 'pin: 7', 'pin = {{ pin }}\nweight = 7\n', 'pin = «secret»\nweight = 7'],
    ['a truth value', 'on: true', 'debug = {{ on }}\nready = true\n', 'debug = «secret»\nready = true'],
    ['a number', 'n: 41.75', 'n = {{ n }}\ntwice = {{ n * 2.0 }}\n', 'n = «secret»\ntwice = «secret»'],
    ['an item of a list', 'all_of: [q1w2, open]', '{{ all_of[0] }} x\nb\n', '«secret» x\nb'],
    ['deep in a mapping', 'db: { web: { key: q1w2 } }', 'k {{ db.web.key }}\nb\n', 'k «secret»\nb'],
    [
      'an item of what is looped over',
      'all_of: [q1w2]',
      '{{ (all_of | map("upper") | list)[0] }}\nb',
      '«secret»\nb',
    ],
    ['half of a text', 'user: q1w2', '{{ "x" + user[2:] }}\nb\n', '«secret»\nb'],
  ])('%s is hidden where it stands', async (_, vault, content, expected) => {
    expect(await plan(vaulted(vault), file(content))).toContain(expected)
  })

  it('within a text keeps the rest of that text to be seen, however it is passed on', async () => {
    const vars = { text: 'user = web\nkey = {{ hush }}\n', again: '{{ text }}' }
    const shown = await plan(vaulted('hush: q1w2e3'), file('{{ again }}'), vars)
    expect(shown).toContain('user = web\nkey = «secret»')
  })

  it('asked about does not hide the answer elsewhere', async () => {
    const content = 'url = {{ "https" if hush != "" else "http" }}\nother = https\n'
    expect(await plan(vaulted('hush: q1w2e3'), file(content))).toContain('url = «secret»\nother = https')
  })

  it('printed by a template, in a block, from a list and through a function, is hidden there alone', async () => {
    const template = `{{#if many}}
  port = {{port}}
{{#each many}}
  one {{this}} {{../port}}
  two {{xml this}}
{{/each}}
{{#with deep}}
  key {{key}}
{{/with}}
{{/if}}
`
    const vault = vaulted('many: [417]\ndeep: { key: 58 }')
    const shown = await plan(
      { ...vault, 'templates/t.hbs': template },
      [{ template: { src: 't.hbs', dest: '/y' } }],
      {
        port: 8080,
      },
    )
    expect(shown).toContain('  port = 8080\n  one «secret» 8080\n  two «secret»\n  key «secret»')
  })

  it('by its name alone hides what is made of it', async () => {
    const vars = { db_password: 'q1w2e3', password_length: 12 }
    const shown = await plan({}, file('a {{ db_password | upper }}\nb {{ password_length }}\n'), vars)
    expect(shown).toContain('a «secret»\nb 12')
  })

  it('in what the schema says is never shown is hidden in what names it as well', async () => {
    const shown = await plan({}, [
      { name: 'user of $6$hash', user: { name: 'web', password: '$6$hash' } },
      ...file('elsewhere $6$hash\n'),
    ])
    expect(shown).not.toContain('$6$hash')
  })

  it('what no_log is said of is in neither its id nor what is made of its result', async () => {
    const tasks = [{ command: { command: 'tool q1w2e3', always: true }, no_log: true }]
    const shown = await plan({}, tasks)
    expect(shown).toContain('command[«secret»]')
    expect(shown).not.toContain('q1w2e3')
  })

  it('in a file that is encrypted as a whole is not told where that is malformed', async () => {
    for (const wrong of ['hush: "q1w2e3', 'hush: *q1w2e3', 'q1w2e3: 1\nq1w2e3: 2', 'q1w2e3\n- a', 'a: 0714'])
      await plan(vaulted(wrong), file('x')).then(
        (text) => expect(text).not.toMatch(/q1w2e3|0714/),
        (error: Failure) => expect(explain(error)).not.toContain('q1w2e3'),
      )
  })
})
