import { describe, expect, it } from 'vitest'
import { healthy, machines } from './inventory.ts'
import { everything, keepalivedConf, nginxVariables, render } from './rendered.ts'

describe('keepalived.conf', () => {
  it('of a master reads as it should', async () => {
    await expect(keepalivedConf('d1', machines())).toMatchFileSnapshot('golden/d1.keepalived.conf')
  })

  it('of a director that uses every word reads as it should', async () => {
    await expect(keepalivedConf('d2', machines(everything))).toMatchFileSnapshot(
      'golden/everything.keepalived.conf',
    )
  })

  it('lets nobody start as MASTER where the VIP is not taken back at once', () => {
    for (const vrrp of [{ preempt: false }, { preempt_delay: 5 }])
      expect(keepalivedConf('d1', machines({ ...healthy, vrrp }))).toContain('state BACKUP')
  })
})

describe('nginx.conf', () => {
  it('of a realserver reads as it should', async () => {
    await expect(render('nginx.conf.hbs', nginxVariables(healthy))).toMatchFileSnapshot(
      'golden/rs1.nginx.conf',
    )
  })

  it('listens on IPv6 where a VIP is of IPv6', () => {
    const six = { ...healthy, vips: [...healthy.vips, { address: 'fd00::100', vrid: 9 }] }
    expect(render('nginx.conf.hbs', nginxVariables(six))).toContain('listen [::]:80 default_server;')
    expect(render('nginx.conf.hbs', nginxVariables(healthy))).not.toContain('[::]')
  })
})

describe('index.html', () => {
  it('names the machine', () => {
    const page = render('index.html.hbs', { inventory_hostname: 'rs1', cluster_name: 'web' })
    expect(page).toContain('<title>rs1</title>')
  })

  it('is an error where a variable is missing', () => {
    expect(() => render('index.html.hbs', { inventory_hostname: 'rs1' })).toThrow('cluster_name')
  })
})
