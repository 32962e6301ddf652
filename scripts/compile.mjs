// Writes down how the playbooks of the checkout that is named read, runs commands in its bundle, and writes what V8 has compiled
// for them beside the parts. Part of the build, scripts/bundle.mjs.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tellV8 } from '../src/cli/flags.ts'
import { compiled, Parts } from '../src/cli/parts.ts'
import { packaged, packagedFile } from '../src/config/packaged.ts'
import { parseYaml } from '../src/config/yaml.ts'

// What most playbooks have. It is only planned, so that nothing of this computer is changed.
const playbook = `- hosts: all
  vars: { words: [one, two] }
  tasks:
    - { name: packages, package: { name: [curl, nginx] } }
    - { group: { name: pages } }
    - { user: { name: pages, group: pages, shell: /usr/sbin/nologin } }
    - { file: { path: /srv/pages, state: directory, owner: pages, mode: '0755' } }
    - template: { src: page.j2, dest: /srv/pages/index.html, mode: '0644' }
      notify: reload
    - copy: { content: "{{ words | join(' ') }}", dest: /etc/pages.conf, owner: root, group: root, mode: '0644' }
    - lineinfile: { path: /etc/hosts, regexp: '^10.0.0.1 ', line: 10.0.0.1 one }
    - blockinfile: { path: /etc/hosts, block: "10.0.0.2 two\\n" }
    - file: { path: /etc/pages.link, src: /etc/pages.conf, state: link }
    - { name: a job, cron: { name: pages, minute: '5', job: "true" } }
    - { sysctl: { name: net.ipv4.ip_forward, value: '1' } }
    - lineinfile: { path: /etc/pages.list, line: "{{ item }}", create: yes }
      loop: "{{ words }}"
      when: ansible_facts.os_family == 'Debian'
    - { service: { name: nginx, state: started, enabled: yes } }
    - command: { cmd: "true", creates: /etc/pages.made }
      register: made
    - { debug: { var: made.changed } }
  handlers:
    - { name: reload, service: { name: nginx, state: reloaded } }
`

const [, , root = '.'] = process.argv
const folder = mkdtempSync(join(tmpdir(), 'understudy-compile-'))
const file = (name, text) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const inventory = file('inventory.yaml', 'all: { hosts: { here: { ansible_connection: local } } }\n')
file('page.j2', '{% for word in words %}<p>{{ word | upper }}</p>\n{% endfor %}')
const site = file('site.yaml', playbook)
process.env.XDG_STATE_HOME = folder

const playbooks = readdirSync(join(root, 'playbooks'), { recursive: true }).filter((name) =>
  /\.ya?ml$/.test(name),
)

tellV8()
const parts = new Parts(join(root, 'dist/cli'))
const { runCommandLine } = parts.load('command-line.cjs')
const lint = () => runCommandLine(['lint', '-i', join(root, 'inventories/lvs-dr')])

// What the build has read is not looked through again: that has to happen once.
rmSync(join(root, packagedFile), { force: true })
await lint()
if (process.exitCode) process.exit(process.exitCode)
writeFileSync(
  join(root, packagedFile),
  packaged(new Map(playbooks.map((name) => asRead(`playbooks/${name}`)))),
)
await lint()
await runCommandLine(['plan', '--diff', '-i', inventory, site])
// Plans of this computer connect to nobody.
const connecting = /^(logging-in|reaching)-.*\.cjs$/
for (const name of readdirSync(join(root, 'dist/cli')).filter((one) => connecting.test(one))) parts.load(name)
for (const [path, code] of parts.compiled()) writeFileSync(`${path}${compiled}`, code)
rmSync(folder, { recursive: true })
process.exit(0)

function asRead(name) {
  const text = readFileSync(join(root, name), 'utf8')
  const warn = (rule, message) => {
    throw new Error(`${name}: ${message} (${rule})`)
  }
  return [name, { text, content: parseYaml(text, name, { warn }) }]
}
