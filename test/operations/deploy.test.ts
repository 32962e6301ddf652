import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { deploy } from '../../src/operations/deploy.ts'

const room = mkdtempSync(join(tmpdir(), 'understudy-deploy-'))
afterAll(() => rmSync(room, { recursive: true, force: true }))
const inventory = join(room, 'hosts.yaml')
writeFileSync(
  inventory,
  `all:
  vars:
    cluster:
      name: web
      balancer: haproxy
      vips: [{ address: 192.0.2.100, vrid: 61 }]
      services: [{ port: 80 }]
      applications: [{ name: shop, kind: site, source: { directory: site } }]
  children:
    directors: { hosts: { d1: { ansible_host: 192.0.2.11 }, d2: { ansible_host: 192.0.2.12 } } }
    realservers: { hosts: { rs1: { ansible_host: 192.0.2.21 }, rs2: { ansible_host: 192.0.2.22 } } }
`,
)

describe('going back', () => {
  it('to the name of an application is refused before anybody is asked, and told how it is written', async () => {
    await expect(deploy({ inventory: [inventory], rollback: 'shop', dryRun: true })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'shop is an application, and no version to go back to',
      next: 'understudy deploy shop --rollback',
    })
  })

  it('of what is no application says what there is', async () => {
    const options = { inventory: [inventory], rollback: true, applications: ['shopp'], dryRun: true }
    await expect(deploy(options)).rejects.toMatchObject({ next: 'did you mean "shop"?' })
  })
})
