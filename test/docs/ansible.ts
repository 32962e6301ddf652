import { elsewhere } from '../../src/modules/elsewhere.ts'
import { type Module, meaningOf } from '../../src/modules/module.ts'
import type { Option } from '../../src/modules/option.ts'
import type { refusedGroups } from '../../src/modules/refused.ts'

/** The page that says of every module, and of every option of it, what becomes of it here. */
export function ansiblePage(
  modules: readonly Module[],
  refused: typeof refusedGroups,
  examples: ReadonlyMap<string, string>,
): string {
  const counted = modules.filter(({ byEngine }) => !byEngine).length
  return [
    '# Modules of Ansible',
    '',
    'Written from the tables in `src/modules/`; `npx vitest run test/docs -u` writes it anew. A test holds the options, their types, choices and defaults',
    'against the documentation of ansible-core 2.14 and the collections of Debian 12.',
    '',
    `${counted} modules are made of resources of ours, ${modules.length - counted} are the run's own affair. A module is known by its short name and by its full one. Of each option one of these`,
    'is said: *done*, as Ansible has it; *different*, and how; *refused*, and what to do instead (the default is taken, as it asks for nothing); *ours*, where Ansible',
    'does not have it. Nothing is ignored.',
    '',
    'What holds for all:',
    '',
    '- A module takes a mapping, `name=value` in one text, `args:` beside it, and `action: MODULE name=value`.',
    '- Truth values are read in all words of Ansible (`yes`, `no`, `on`, `off` …), lists from one text with commas, text from numbers.',
    "- `mode: 0644` and `mode: 644` are both `'0644'`; symbolic permissions are taken too.",
    '- Regular expressions are those of Python.',
    '- Paths begin at the root, at `~` or `~name`, or with a variable such as `$HOME`: the machine says where these are, for the user whom the step runs as. A link is refused rather than followed where a file is written.',
    '- An option that is given nothing (`owner: ~`, or an expression that gives `None`) is not given, and neither is an empty path that may be left away.',
    '- Backups are kept under /var/lib/understudy/backups, not beside the file.',
    '',
    '## Modules that are not here',
    '',
    '| modules | instead |',
    '| --- | --- |',
    ...refused.map(
      ({ collection, names, instead }) =>
        `| ${collection}: ${names.map((name) => `\`${name}\``).join(' ')} | ${cell(instead)} |`,
    ),
    ...elsewhere.map(({ named, instead }) => `| ${named} | ${cell(instead)} |`),
    '',
    'Where a condition stands before such a task, or it is in a file that is included, `lint` warns of it, and the run fails where its turn',
    'comes: roles have tasks for systems of all kinds, of which a machine skips most.',
    '',
    "Where this computer has ansible-core, and the machine a Python, `--foreign-modules` runs most of them, and those of one's own, as Ansible does:",
    'see [foreign-modules.md](foreign-modules.md). Not those for Windows and network devices, nor those whose work Ansible does on its own computer.',
    '',
    ...modules.flatMap((module) => sectionOf(module, examples.get(module.name))),
  ].join('\n')
}

function sectionOf(module: Module, example: string | undefined): readonly string[] {
  const { name, collection, summary, options, byEngine, alsoCalled = [] } = module
  const entries = Object.entries(options)
  const others = alsoCalled.map((one) => `\`${one}\``).join(', ')
  return [
    `## ${collection}.${name}`,
    '',
    `${summary}${others === '' ? '' : ` Also ${others}.`}`,
    ...(example === undefined ? [] : ['', '```yaml', example, '```']),
    ...(byEngine ? ['', 'Done in playbooks.'] : []),
    ...(entries.length === 0
      ? []
      : [
          '',
          '| option | takes | |',
          '| --- | --- | --- |',
          ...entries.map(([option, one]) => `| ${namesOf(option, one)} | ${takes(one)} | ${wordsOf(one)} |`),
        ]),
    '',
  ]
}

function namesOf(name: string, { documented }: Option): string {
  return [name, ...(documented.aliases ?? [])].map((one) => `\`${one}\``).join(' ')
}

function takes({ documented, becomes }: Option): string {
  const { type, elements, choices, default: fallback, required } = documented
  if (becomes.is === 'ours' && type === 'raw') return ''
  const kind = type === 'list' ? `list${elements ? ` of ${elements}` : ''}` : type
  const words = choices ? `${kind}: ${choices.map((one) => `\`${one}\``).join(' ')}` : kind
  const shown = typeof fallback === 'string' ? fallback : JSON.stringify(fallback)
  const more = required ? ', required' : fallback === undefined ? '' : `, else \`${shown}\``
  return cell(`${words}${more}`)
}

function wordsOf({ becomes }: Option): string {
  if (becomes.is === 'done') return 'done'
  if (becomes.is === 'different') return `different: ${cell(becomes.why)}`
  if (becomes.is === 'refused') return `refused: ${cell(becomes.instead)}`
  return `ours: ${cell(meaningOf(becomes))}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}
