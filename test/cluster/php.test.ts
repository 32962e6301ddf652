import { describe, expect, it } from 'vitest'
import { phpOn, problemsWithFacts } from '../../src/cluster/index.ts'
import { complaints } from './complaints.ts'
import { clusterOf, factsWith, healthy, machines, type Words } from './inventory.ts'
import { nginxVariables, render } from './rendered.ts'

const facts = factsWith('eth0 10.77.0.21/24')
const runs = (id: string, version: string, family: 'debian' | 'redhat' | 'other' = 'debian') => ({
  ...facts,
  os: { ...facts.os, id, version, family, name: `${id} ${version}` },
})
const pages = (words: Words = {}) => render('nginx.conf.hbs', nginxVariables({ ...healthy, ...words }))

describe('PHP', () => {
  it.each([
    [runs('debian', '12'), 'php8.2-fpm', '/run/php/php8.2-fpm.sock'],
    [runs('debian', '13'), 'php8.4-fpm', '/run/php/php8.4-fpm.sock'],
    [runs('ubuntu', '24.04'), 'php8.3-fpm', '/run/php/php8.3-fpm.sock'],
    [runs('rocky', '9.4', 'redhat'), 'php-fpm', '/run/php-fpm/www.sock'],
  ])('is found as the distribution has it: $os.name', (own, unit, socket) => {
    const found = phpOn({ php: { packages: ['php-gd'] } }, own)
    expect(found).toEqual({ packages: ['php-fpm', 'php-gd'], unit, socket })
  })

  it('runs what ends so, and answers for it by itself', () => {
    const text = pages({ php: true })
    expect(text).toContain('index index.php index.html;')
    expect(text.match(/fastcgi_pass unix:\/run\/php\/php8\.2-fpm\.sock;/g)).toHaveLength(2)
    expect(text).toContain('fastcgi_param SCRIPT_FILENAME /var/lib/understudy/php/health.php;')
    expect(text).not.toContain('return 200 "ok')
    expect(pages()).not.toContain('fastcgi')
  })

  it('learns by which scheme clients came where a balancer tells', () => {
    expect(pages({ php: true, balancer: 'nginx' })).toContain('HTTPS $understudy_https')
    expect(pages({ php: true })).not.toContain('HTTPS $understudy_https')
  })

  it.each([
    ['tomcat', /backend is tomcat/],
    ['none', /backend is none/],
  ])('is refused where nobody would hand it anything: %s', (backend, message) => {
    const found = complaints(machines({ ...healthy, balancer: 'nginx', backend, php: true }))
    expect(found).toContainEqual({
      severity: 'error',
      at: 'd1 cluster.php',
      message: expect.stringMatching(message),
    })
  })

  it('is refused on a machine whose PHP nobody knows, or which does not let its nginx in', () => {
    const said = (words: Words, own: ReturnType<typeof runs>) =>
      problemsWithFacts(clusterOf(machines({ ...healthy, ...words })), new Map([['rs1', own]])).map(
        ({ host, path, message }) => `${host} ${path.join('.')}: ${message}`,
      )
    expect(said({ php: true }, runs('debian', '14'))).toEqual([
      'rs1 cluster.php: nobody here knows which PHP debian 14 of rs1 brings, nor what its unit is called',
    ])
    expect(said({ php: true }, runs('debian', '13'))).toEqual([])
    const archive = { archive: 'nginx-1.26.3.tar.gz', sha256: '0'.repeat(64) }
    expect(said({ php: true, source: { nginx: archive } }, runs('debian', '12'))[0]).toMatch(
      /www-data in alone/,
    )
  })
})
