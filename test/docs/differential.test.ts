import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { brief, cases, modulesAlone, unable } from '../ansible/differential/cases.ts'
import { marks } from '../ansible/differential/manifest.ts'
import { type Measured, measured } from '../ansible/differential/record.ts'

const page = resolve(import.meta.dirname, '../../docs/ansible-differential.md')
const playbooks = resolve(import.meta.dirname, '../ansible/playbooks')

const head = `# What Ansible and Understudy make of the same playbook

\`npm run test:ansible\` runs the playbooks of \`test/ansible/playbooks\`, and \`npm test -- test/ansible\` the one called \`in-short.yaml\`, on a machine of the lab, twice by Debian 12's own
\`ansible-playbook\` and, on a fresh disk of the same machine, twice by \`understudy apply\`. Then all files with mode, owner and content, packages,
units, kernel settings, mounts, packet filters and answers of debconf are compared: for a playbook to pass they must be equal, but for the marks
below, and the second run must change nothing by either tool, or as many tasks as is said of it. Every module of [ansible.md](ansible.md) is in one of
them, but for those below. Those with times have passed; of the others no run is on
record yet.
`

const times = `
## Times

Seconds, as measured when both had made the same of a playbook. Where it says so, Ansible has pipelining switched on, which is not its default. Two playbooks were
tried at a time on two cores, and others used the computer meanwhile, for both tools alike. Only what was measured is here.

| playbook | pipelining | Ansible, first run | second | Understudy, first run | second | ratio, first | second |
| --- | --- | --- | --- | --- | --- | --- | --- |
`

function rowOf({ playbook, ansible, understudy, pipelining }: Measured): string {
  const ratio = (run: number) => `${Math.round((ansible[run] ?? 0) / (understudy[run] ?? 1))}`
  const cells = [playbook, pipelining ? 'yes' : 'no', ...ansible, ...understudy, ratio(0), ratio(1)]
  return `| ${cells.join(' | ')} |`
}

it('every playbook is run by both tools, or it is said why not', () => {
  const all = readdirSync(playbooks).filter((name) => name.endsWith('.yaml'))
  expect([...cases.map(({ playbook }) => playbook), ...Object.keys(unable)].toSorted()).toEqual(
    all.toSorted(),
  )
})

it('the page of the comparison is what was measured', async () => {
  const stated = cases.flatMap(({ playbook, stated = [] }) =>
    stated.map(({ why }) => `| ${playbook} | ${why} |`),
  )
  const passed = new Set(measured().map(({ playbook }) => playbook))
  const waiting = cases
    .map(({ playbook }) => playbook)
    .filter((playbook) => playbook !== brief && !passed.has(playbook))
  const again = cases
    .filter(({ again }) => again !== undefined)
    .map(
      ({ playbook, again }) =>
        `| ${playbook} | the second run changes something by its tasks: ${again?.ansible} by Ansible, ${again?.understudy} here |`,
    )
  const text = [
    head,
    times,
    measured().map(rowOf).join('\n'),
    `\n\nNo run on record yet: ${waiting.join(', ')}.`,
    '\n\n## What may differ\n\n| what | why |\n| --- | --- |\n',
    marks.map(({ what, why }) => `| ${what} | ${why} |`).join('\n'),
    '\n\n| playbook | |\n| --- | --- |\n',
    [...stated, ...again].join('\n'),
    '\n\n## Playbooks that are only read\n\n| playbook | it |\n| --- | --- |\n',
    Object.entries(unable)
      .map(([playbook, why]) => `| ${playbook} | ${why} |`)
      .join('\n'),
    '\n\n## Modules that are not compared\n\n| module | it |\n| --- | --- |\n',
    Object.entries(modulesAlone)
      .map(([module, why]) => `| ${module} | ${why} |`)
      .join('\n'),
    '\n',
  ]
  await expect(text.join('')).toMatchFileSnapshot(page)
})
