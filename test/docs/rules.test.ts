import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { explainedRules } from '../../src/cluster/rules/index.ts'
import { inputRules } from '../../src/config/rules/index.ts'
import { lintRule, lintRules, type RuleExplained } from '../../src/operations/rules.ts'
import { proofRules, readingRules, writtenRules } from '../../src/proof/index.ts'

const page = resolve(import.meta.dirname, '../../docs/rules.md')

const row = ({ id, severity, reason, source }: RuleExplained) =>
  `| \`${id}\` | ${severity} | ${[reason, source].map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`

function table(rules: readonly RuleExplained[]): string {
  const rows = rules.toSorted((one, other) => (one.id < other.id ? -1 : 1)).map(row)
  return ['| rule | severity | why | source |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

describe('the rules of lint', () => {
  it('have ids that are unlike each other, a sentence and a source', () => {
    expect(Object.keys(inputRules).filter((id) => id in explainedRules)).toEqual([])
    for (const { id, reason, source } of lintRules()) {
      expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/)
      expect(reason, id).toMatch(/^\S[^\n]*\.$/)
      expect(source, id).not.toBe('')
    }
  })

  it('are found by their ids, and those that are meant are named', () => {
    expect(lintRule('vip-vrid-twice')).toMatchObject({ severity: 'error' })
    expect(() => lintRule('vip-vrid-twise')).toThrow('there is no rule "vip-vrid-twise"')
  })

  // `npx vitest run test/docs -u` writes it anew.
  it('stand in docs/rules.md', async () => {
    const isOf = (family: (id: string) => boolean) => lintRules().filter(({ id }) => family(id))
    const text = `# What lint checks

\`understudy lint\` looks for all of this without asking any host, and so do \`plan\` and \`apply\` before they send anything. Every complaint
ends with the id of its rule, as in \`hosts.yaml:9:18: the VIP 10.0.0.100 is listed twice [vip-twice]\`, and \`understudy lint --explain ID\`
says what stands here. Ids stay what they are. An error keeps a run from beginning; a warning is shown, and the run goes on.

Tasks and templates of a playbook of your own are made for every host. What they read of the machines themselves is not known then: they are
made for each host as if it were Debian 12, and as if it were Rocky Linux 9, with addresses that fit the inventory (\`template-render\` says on
which). What rests on results of earlier tasks, or on other facts than those, is left to the plan.

What a warning finds may be meant. A comment says so, with the reason, on the line that the warning names or on the line above:

\`\`\`yaml
scheduler: rr # understudy: ignore service-weights-ignored rs1 is to have no more than the others
\`\`\`

Several ids stand with commas between them. Without a reason such a comment silences nothing, and neither does one that names an error: what
could not work does not work either where somebody means it. A comment that nothing answers to is itself told of (\`ignore-unused\`).

\`understudy lint --fix\` writes what can only be meant into your files, and says what it wrote: a key or a word that is misspelt and near to one
alone, an item or a key that is there twice word by word, \`"true"\` for true, a comment that silences nothing. All else in them stays as it
is, comments too; encrypted files are left alone, and what could be meant in two ways.

This page is written from the rules themselves: \`src/cluster/rules/\` and \`src/config/rules/\` have a file for each family.

## Clusters

How directors, VIPs, realservers and services fit together: ${isOf((id) => id in explainedRules && !id.startsWith('facts-')).length} rules.

${table(isOf((id) => id in explainedRules && !id.startsWith('facts-')))}

## The proof of failover

How VIPs move when machines, services and links fail, in every combination: [failover-proof.md](failover-proof.md).

${table(isOf((id) => id in proofRules))}

## Configurations of keepalived that somebody wrote by hand

What \`lint --keepalived-conf\` looks for: [keepalived-conf.md](keepalived-conf.md).

${table(isOf((id) => id in readingRules || id in writtenRules))}

## What only the machines can show

A run asks its hosts for these before it changes anything.

${table(isOf((id) => id.startsWith('facts-')))}

## Inventories, playbooks and templates

${table(isOf((id) => id in inputRules))}
`
    await expect(text).toMatchFileSnapshot(page)
  })
})
