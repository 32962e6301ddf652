import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { places } from '../truth/damage.ts'
import { damages, unseen } from '../truth/damages/index.ts'

const page = resolve(import.meta.dirname, '../../docs/truth.md')

const head = `# What it sees, and what it puts back

What people and their other tools do to the machines of a cluster that stands, and what Understudy makes of it. Each row was tried on real
machines (\`test/truth\`): the damage is done to a cluster of two IPVS directors and two web servers, \`plan\` has to show exactly these
changes, \`verify\` has to fail or to hold as said, and after \`apply\` the machines must be as they were: the dump of the running keepalived,
the kernel's tables, addresses, settings, units, ports, packages, and every file with owner and mode. Where \`apply\` refuses, because somebody
decided so or nobody may write there, \`plan\` has said so with the same words before anything was touched.

\`verify\` holds where clients and the failover are as promised all the same. \`npx vitest run test/docs -u\` writes this page anew.
`

it('whatever was not seen is a damage that is tried', () => {
  expect(unseen.filter((one) => !damages.some(({ is }) => is === one))).toEqual([])
})

it('the page of the truth is what its tests have shown', async () => {
  const sections = Object.entries(places).map(([place, what]) => {
    const rows = damages
      .filter(({ is, on }) => on === place && !unseen.includes(is))
      .map(({ is, plan, verify, refused, leaves }) => {
        const steps = plan.map((step) => `\`${step.replaceAll('*', '…')}\``).join(', ')
        const healed = leaves ? 'heals it; what is somebody’s own stays' : 'puts it back'
        const then = refused ? `refuses: “… ${refused.words} …”` : healed
        return `| ${is} | ${steps} | ${verify} | ${then} |`
      })
    const columns = '| done by hand | changes in the plan | verify | apply |\n| --- | --- | --- | --- |'
    return `\n## On ${what}\n\n${columns}\n${rows.join('\n')}\n`
  })
  await expect(`${head}${sections.join('')}`).toMatchFileSnapshot(page)
})
