import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LoadedIntent } from '../../../src/config/index.ts'
import { debian, expansions, project, wanted } from './project.ts'

const archive = 'sources of a program'
const sha256 = createHash('sha256').update(archive).digest('hex')

/** A cluster on one director and one realserver; `cluster` is added to its words. */
const inventory = (cluster: string) => `all:
  vars:
    cluster:
      vips: [{ address: 10.0.0.9, vrid: 1 }]
      services: [{ port: 80 }]
${cluster.replaceAll(/^/gm, '      ')}
  children:
    directors: { hosts: { d1: { ansible_host: 10.0.0.1 } } }
    realservers: { hosts: { r1: { ansible_host: 10.0.0.3 } } }
`

const both = (sum: string) => `source:
  keepalived: { archive: sources/program.tar, sha256: ${sum}, configure: [--disable-vmac] }
  nginx: { archive: sources/program.tar, sha256: ${sum} }`

const known = { facts: { d1: debian, r1: debian } }

/** The packaged playbook for such a cluster. */
function packaged(cluster: string) {
  const here = project({ 'inventory.yaml': inventory(cluster), 'sources/program.tar': archive })
  const playbook = resolve(import.meta.dirname, '../../../playbooks/site.yaml')
  return {
    load: () => here.load({ playbook }),
    problems: () => here.problems({ playbook }),
    [Symbol.dispose]: () => here[Symbol.dispose](),
  }
}

const resourcesOf = (intent: LoadedIntent, host: string) =>
  wanted(intent, host, known).filter((id) => id !== 'skipped')

describe('a cluster with programs from their sources', () => {
  it('builds them where they are needed, from archives named beside the inventory', async () => {
    using here = packaged(both(sha256))
    const intent = await here.load()
    const director = resourcesOf(intent, 'd1')
    expect(director).toContain('source_build[/usr/local/keepalived]')
    expect(director).not.toContain('source_build[/usr/local/nginx]')
    expect(director).toContain('package[ipvsadm]')
    const realserver = resourcesOf(intent, 'r1')
    expect(realserver).toContain('source_build[/usr/local/nginx]')
    expect(realserver).not.toContain('package[nginx]')
    expect(realserver.indexOf('user[nginx]')).toBeLessThan(realserver.indexOf('service[nginx]'))
  })

  it('takes packages for all others', async () => {
    using here = packaged('balancer: nginx')
    const intent = await here.load()
    expect(resourcesOf(intent, 'd1')).toContain('package[keepalived,nginx,curl,ca-certificates]')
    expect([...resourcesOf(intent, 'd1'), ...resourcesOf(intent, 'r1')].join()).not.toContain('source_build')
    using half = packaged(
      `balancer: nginx\nsource: { nginx: { archive: sources/program.tar, sha256: ${sha256} } }`,
    )
    expect(resourcesOf(await half.load(), 'd1')).toContain('package[keepalived,curl,ca-certificates]')
  })

  it('checks configurations with the built program, and has systemd start it', async () => {
    using here = packaged(both(sha256))
    const intent = await here.load()
    const scriptOf = (host: string, id: string) =>
      expansions(intent, host, known)
        .flatMap((expansion) => (expansion.is === 'ready' ? expansion.resources : []))
        .find((resource) => resource.id === id)
        ?.converge(nothing, { touches: () => false })?.script
    expect(scriptOf('d1', 'template[/etc/keepalived/keepalived.conf]')).toContain(
      `"$us_new"'' /usr/local/keepalived/sbin/keepalived`,
    )
    expect(scriptOf('r1', 'template[/etc/nginx/nginx.conf]')).toContain(
      `/usr/local/nginx/sbin/nginx -t -q -c ''"$us_new"`,
    )
    expect(scriptOf('r1', 'copy[/etc/systemd/system/nginx.service]')).toContain(
      'ExecStart=/usr/local/nginx/sbin/nginx',
    )
  })

  it('is refused before any machine is asked where an archive is another one, or missing', async () => {
    const asked = 'a'.repeat(64)
    using wrong = packaged(both(asked))
    const problems = await wrong.problems()
    expect(problems).toHaveLength(2)
    for (const problem of problems)
      expect(problem).toContain(
        `./sources/program.tar is not the archive that is asked for: its sha256 is ${sha256}, and ${asked} is`,
      )
    using gone = packaged(both(sha256).replaceAll('program.tar', 'gone.tar'))
    expect((await gone.problems()).join()).toContain('there is no file "./sources/gone.tar"')
  })
})

/** A host on which there is nothing yet. */
const nothing = {
  at: { type: 'absent' },
  content: { is: 'absent' },
}
