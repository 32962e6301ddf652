import { describe, expect, it } from 'vitest'
import { globalLines } from '../../src/cluster/global-lines.ts'
import { usualLines } from '../../src/cluster/usual-lines.ts'
import { complaints } from './complaints.ts'
import { healthy, machines, member, type Words } from './inventory.ts'
import { balancerNginxConf, keepalivedConf, nginxVariables, render } from './rendered.ts'

const both = (realserver: Words, cluster: Words) => {
  const of = (name: string, address: string, words: Words) =>
    member(name, address, ['realservers'], { cluster, realserver: words })
  return machines(cluster, [of('rs1', '10.77.0.21', realserver), of('rs2', '10.77.0.22', { backup: true })])
}

describe('keepalived.conf, as keepalived takes it,', () => {
  it('has no group of VIPs that move together where there is one alone', () => {
    const vips = [{ address: '10.77.0.100', vrid: 77, together: 'site' }]
    expect(keepalivedConf('d1', machines({ ...healthy, vips }))).not.toContain('vrrp_sync_group')
  })

  it('speaks unicast to others alone', () => {
    const cluster = { ...healthy, vrrp: { unicast: true } }
    expect(keepalivedConf('d1', machines(cluster))).toContain('unicast_peer')
    const gone = member('d2', '10.77.0.12', ['gone'], { cluster })
    expect(keepalivedConf('d1', machines(cluster, [gone]))).not.toContain('unicast')
  })

  it('has no weight beyond the greatest', () => {
    const cluster = { ...healthy, balancer: 'haproxy' }
    const of = (name: string, address: string, priority: number) =>
      member(name, address, ['directors'], { cluster, director: { priority } })
    const text = keepalivedConf(
      'd1',
      machines(cluster, [of('d1', '10.77.0.11', 254), of('d2', '10.77.0.12', 1)]),
    )
    expect(text).toContain('balancer weight -253\n')
  })

  it('has lines of the user where they belong', () => {
    const keepalived = `! to whoever asks
smtp_connect_timeout 7
vrrp_track_process web {
    process httpd
}
# a name of our own
$NAME=7
@lb1 vrrp_garp_interval 0.1

static_rules
{
    from 10.0.0.0/8 table 7
}
include /etc/keepalived/more/*.conf
`
    expect(globalLines(keepalived)).toEqual({
      globals: '! to whoever asks\nsmtp_connect_timeout 7\n@lb1 vrrp_garp_interval 0.1',
      outside:
        'vrrp_track_process web {\n    process httpd\n}\n# a name of our own\n$NAME=7\n\nstatic_rules\n{\n    from 10.0.0.0/8 table 7\n}\ninclude /etc/keepalived/more/*.conf',
    })
    const text = keepalivedConf('d1', machines({ ...healthy, extra: { keepalived } }))
    const globals = text.slice(text.indexOf('global_defs {'), text.indexOf('\n}\n'))
    expect(globals).toContain('smtp_connect_timeout 7')
    expect(globals).not.toContain('process httpd')
  })
})

describe('nginx.conf, as nginx takes it,', () => {
  it.each([
    [{}, 'services.0', 'remove', { backup: true }],
    [{ scheduler: 'sh' }, 'services.0.scheduler', 'decides', {}],
  ])('has backups that step in for others: %j', (service, path, _, realserver) => {
    const cluster = { ...healthy, balancer: 'nginx', services: [{ port: 80, ...service }] }
    expect(complaints(both(realserver, cluster)).filter(({ severity }) => severity === 'error')).toEqual([
      { severity: 'error', at: `d1 cluster.${path}`, message: expect.stringContaining('rs2') },
    ])
  })

  it('says nothing that lines of the user say', () => {
    const own = ['  keepalive_timeout 5s;', 'server_tokens  on;\nssl_session_timeout 1h;']
    const lines = usualLines({ balances: true, hasTls: true, names: 70 }, own).map(({ line }) => line)
    expect(lines).not.toContainEqual(
      expect.stringMatching(/^(keepalive_timeout|server_tokens|ssl_session_timeout) /),
    )
    expect(lines).toContain('server_names_hash_max_size 560;')
    const extra = { nginx: { http: '    keepalive_timeout 5s;' }, realservers: { http: '    sendfile off;' } }
    const nginx = balancerNginxConf(machines({ ...healthy, balancer: 'nginx', extra }))
    expect(nginx).not.toContain('keepalive_timeout 65;')
    const text = render('nginx.conf.hbs', nginxVariables({ ...healthy, extra }))
    expect(text.split('sendfile ')).toHaveLength(2)
  })

  it.each(['worker_connections 9;', 'worker_rlimit_nofile 9;'])('has no %s twice', (line) => {
    const part = line.startsWith('worker_c') ? 'events' : 'main'
    const cluster = { ...healthy, balancer: 'nginx', extra: { nginx: { [part]: line } } }
    expect(complaints(machines(cluster))).toContainEqual(
      expect.objectContaining({ severity: 'error', at: `d1 cluster.extra.nginx.${part}` }),
    )
  })
})
