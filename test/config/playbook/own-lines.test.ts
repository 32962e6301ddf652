import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { refusedLine } from '../../../src/engine/refused-line.ts'
import { contentOf, debian, expansions, project } from './project.ts'

const inventory = `all:
  vars:
    team: web
    cluster:
      balancer: nginx
      backend: none
      vips: [{ address: 10.0.0.9, vrid: 1 }]
      services:
        - port: 80
          check: { type: tcp }
          extra:
            location: |
              # of {{ inventory_hostname }}
              proxy_read_timeot {{ seconds }}s;
            servers: 'max_conns={{ facts.cpus * 100 }}'
      extra: { nginx: "{{ lines | default('') }}" }
  children:
    directors: { hosts: { d1: { ansible_host: 10.0.0.1, seconds: 7, lines: "# {{ team }}" }, d2: { ansible_host: 10.0.0.2, seconds: 8 } } }
    realservers: { hosts: { r1: { ansible_host: 10.0.0.3 } } }
`
/** A playbook that does nothing but this. */
const site = `- hosts: directors
  vars: { nginx_user: www-data, stream_module: '', brotli_module: '', sorry_root: /srv, document_root: /srv }
  tasks: [{ template: { src: balancer.nginx.conf.hbs, dest: /etc/nginx/nginx.conf } }]
`
const known = { facts: { d1: debian, d2: { ...debian, cpus: 4 }, r1: debian } }

async function nginxConfOf(host: string, files: Readonly<Record<string, string>> = {}) {
  using here = project({ 'inventory.yaml': inventory, 'site.yaml': site, ...files })
  const [one] = expansions(await here.load(), host, known)
  const resource = one?.is === 'ready' ? one.resources[0] : undefined
  return { resource, text: contentOf(resource) ?? '' }
}

describe('lines of the user', () => {
  it('have a value for each host', async () => {
    const { text } = await nginxConfOf('d1')
    expect(text).toContain('              # of d1\n'.trimStart())
    expect(text).toContain('proxy_read_timeot 7s;')
    expect(text).toContain(' max_conns=100;')
    expect(text).toContain('\n# web\n')
    const other = (await nginxConfOf('d2')).text
    expect(other).toContain('proxy_read_timeot 8s;')
    expect(other).toContain(' max_conns=400;')
    expect(other).not.toContain('# From extra.nginx of the inventory.')
  })

  it('are found again where a program refuses them', async () => {
    const { resource, text } = await nginxConfOf('d1')
    const own = resource?.options.ownLines?.() ?? []
    const line = text.split('\n').findIndex((one) => one.includes('proxy_read_timeot')) + 1
    const change = resource?.converge(
      { at: { type: 'absent' }, content: { is: 'absent' } },
      { touches: () => false },
    )
    const says = (output: string) =>
      refusedLine(output, change, own)?.replace(/at \S*\/(inventory\.yaml)/, 'at $1')
    const told =
      'this is line 2 of cluster.services.0.extra.location, at inventory.yaml:12:23: correct it there'
    expect(says(`nginx: [emerg] unknown directive "proxy_read_timeot" in /etc/nginx/.us.a1:${line}`)).toBe(
      told,
    )
    expect(says(`[ALERT] (12) : config : parsing [/etc/haproxy/.x:${line}] : unknown keyword`)).toBe(told)
    expect(says('nginx: [emerg] something else in /etc/nginx/.us.a1:3')).toBeUndefined()
    const server = text.split('\n').findIndex((one) => one.includes('max_conns')) + 1
    expect(says(`nginx: [emerg] invalid parameter in /etc/nginx/.us.a1:${server}`)).toMatch(
      /line 1 of cluster\.services\.0\.extra\.servers/,
    )
  })

  it.each([
    ["extra: { nginx: '{{ [1] }}' }", 'inventory.yaml:9:23: this is a list, and lines of a configuration'],
    ["extra: { nginx: '{{ gone }}' }", 'inventory.yaml:9:23: "gone" is not defined'],
    ["pools: { extra: { realservers: '{{ gone }}' } }", 'inventory.yaml:9:38: "gone" is not defined'],
  ])('are refused at their place: %s', async (words, problem) => {
    const written = inventory.replace(
      / {6}services:[\s\S]*?( {2}children:)/,
      `      services: [{ port: 80, check: { type: tcp } }]\n      ${words}\n$1`,
    )
    using here = project({ 'inventory.yaml': written, 'site.yaml': site })
    const found = await here
      .load()
      .then((intent) => expansions(intent, 'd1', known))
      .catch((error) => error)
    expect(String(found.message).replaceAll(`${here.directory}/`, '')).toContain(problem)
  })
})

describe('a template of the user', () => {
  const packaged = (name: string) =>
    readFileSync(resolve(import.meta.dirname, `../../../templates/${name}.hbs`), 'utf8')

  it('beside the playbook stands in for the one that comes along, which it may name', async () => {
    const files = {
      'templates/balancer.nginx.conf.hbs': '# my own\n{{> client.nginx.conf}}',
    }
    const { text } = await nginxConfOf('d1', files)
    expect(text).toMatch(/^# my own\n/)
    expect(text).toContain('map $http_upgrade $understudy_upgrade')
  })

  it('stands in for a part alone', async () => {
    const own = packaged('asking.nginx.conf').replace(
      'proxy_ignore_client_abort on',
      'proxy_ignore_client_abort off',
    )
    const files = { 'templates/asking.nginx.conf.hbs': own }
    const { text } = await nginxConfOf('d1', files)
    expect(text).toContain('proxy_ignore_client_abort off;')
    expect(text).not.toContain('proxy_ignore_client_abort on;')
    expect((await nginxConfOf('d1')).text).toContain('proxy_ignore_client_abort on;')
  })
})
