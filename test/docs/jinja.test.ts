import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lookupNames } from '../../src/config/expressions/lookups.ts'
import { ansibleFactNames } from '../../src/config/playbook/ansible-facts.ts'
import { moreFacts } from '../../src/config/playbook/more-facts.ts'
import { filterFamilies } from '../../src/jinja/filters/index.ts'
import { refusedFilters } from '../../src/jinja/filters/refused.ts'
import { globalNames } from '../../src/jinja/globals.ts'
import { pureLookups, refusedLookups } from '../../src/jinja/lookups.ts'
import { testFamilies } from '../../src/jinja/tests/index.ts'

const docs = resolve(import.meta.dirname, '../../docs')

interface Named {
  readonly parameters: string
  readonly differs?: string
}

/** `name(a, b)`, with the parameters that must be given first. */
function shown(name: string, { parameters, differs }: Named): string {
  const given = parameters
    .replaceAll('!', '')
    .replace(/ ?\*\*$/, '')
    .split(' ')
    .filter(Boolean)
    .join(', ')
  return `\`${name}${given === '' ? '' : `(${given})`}\`${differs === undefined ? '' : ` (${differs})`}`
}

function family(title: string, entries: Readonly<Record<string, Named>>): string {
  return `| ${title} | ${Object.entries(entries)
    .map(([name, one]) => shown(name, one))
    .join(', ')} |`
}

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ')
const refused = (names: Readonly<Record<string, string>>) =>
  Object.entries(names)
    .map(([name, reason]) => `| \`${name}\` | ${reason} |`)
    .join('\n')

describe('docs/jinja.md', () => {
  // `npx vitest run test/docs -u` writes it anew.
  it('is what the engine knows', async () => {
    const text = `# Jinja2, filter by filter

Expressions and templates are Jinja2 as Ansible speaks it ([playbooks.md](playbooks.md#expressions)). Written from the tables in \`src/jinja/\`; what
is here behaves as ansible-core's and jinja2's of the same name, which \`test/jinja/\` compares. Names may have their collection before them:
\`ansible.builtin.to_json\`, \`ansible.utils.ipaddr\`.

Statements: \`for\` (with \`else\`, \`if\`, \`recursive\`, \`break\`, \`continue\`), \`if\`, \`set\`, \`with\`, \`macro\`, \`call\`, \`filter\`, \`raw\`, \`include\`, \`import\`, \`from\`, \`extends\`,
\`block\`, \`do\`. Functions: ${code(globalNames)}.

## Filters

| of | |
| --- | --- |
${Object.entries(filterFamilies)
  .map(([title, entries]) => family(title, entries))
  .join('\n')}

| refused | why, and what to do |
| --- | --- |
${refused(refusedFilters)}

## Tests

| of | |
| --- | --- |
${Object.entries(testFamilies)
  .map(([title, entries]) => family(title, entries))
  .join('\n')}

## Lookups

${code([...pureLookups, ...lookupNames].toSorted())}; each with \`wantlist\` and \`errors\`, by \`lookup\`, \`query\` or \`q\`. Files are looked for in \`files/\` (for \`template\` in
\`templates/\`) of the role and of the playbook, and beside what names them. \`password\` makes its file where there is none.

| refused | why, and what to do |
| --- | --- |
${refused(refusedLookups)}

## Facts

\`ansible_facts\`, and with \`ansible_\` before them: ${code(ansibleFactNames)}. Interfaces stand in
\`ansible_facts\` by their names: \`ansible_facts.eth0.ipv4.address\`.

What costs more to be found out is asked for where a task reads it, in a trip of its own: ${code(Object.keys(moreFacts))}.
\`local\` is what /etc/ansible/facts.d holds at
this moment of the run. Where a host has no Python, \`python_version\` is 3.0.0: names of packages go by it.

## What differs from Ansible

| here | there |
| --- | --- |
| one expression keeps its type, as since ansible-core 2.19 | before, a text that looks like a list or mapping became one |
| what a value holds is never read as an expression anew | \`when: "{{ x }}"\` was |
| a template may change lists and mappings of its own; those of variables stay as they are | a change may last |
| \`password_hash\` takes 5000 rounds, as crypt(3), unless \`rounds\` says otherwise | with passlib 656000 |
| work is bounded | templates may run for ever |
`
    await expect(text).toMatchFileSnapshot(`${docs}/jinja.md`)
  })
})
