import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { knownSettings } from '../../src/config/settings/known.ts'
import { otherSettings } from '../../src/config/settings/others.ts'

const page = resolve(import.meta.dirname, '../../docs/ansible-settings.md')

const code = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ')
const shown = (key: string) => `[${key.slice(0, key.indexOf('.'))}] ${key.slice(key.indexOf('.') + 1)}`

/** What stands for one reason, in one row. */
function row({ names, why }: (typeof otherSettings)[number]): string {
  return `| ${why} | ${code(names.split(/\s+/).map((name) => shown(name.split('=')[0] ?? '')))} |`
}

// `npx vitest run test/docs -u` writes it anew.
it('docs/ansible-settings.md is what the tables say', async () => {
  const done = Object.values(knownSettings).map(
    ({ keys, variables, means }) => `| ${code(keys.map(shown))} | ${code(variables) || '–'} | ${means} |`,
  )
  const text = `# ansible.cfg and its environment

Settings are found as Ansible finds them: variables of the environment first, then one file, the first of \`ANSIBLE_CONFIG\`, \`./ansible.cfg\`
(not where everybody may write in the directory), \`~/.ansible.cfg\` and \`/etc/ansible/ansible.cfg\`. Flags of Understudy are stronger than
both. What is wrong in it is an error with file, line and column. Written from the tables in \`src/config/settings/\`, which \`test/config/settings/\`
holds to the settings of ansible-core 2.14 and of its own plugins for ssh, sudo and su.

| done | environment | what it does |
| --- | --- | --- |
${done.join('\n')}

## Without effect

Nothing is left for them to do, and nobody is told.

| because | settings |
| --- | --- |
${otherSettings
  .filter(({ told }) => !told)
  .map(row)
  .join('\n')}

## Named

\`lint\`, \`plan\` and \`apply\` say with file and line that they do not happen. Their variables of the environment count the same.

| because | settings |
| --- | --- |
${otherSettings
  .filter(({ told }) => told)
  .map(row)
  .join('\n')}
`
  await expect(text).toMatchFileSnapshot(page)
})
