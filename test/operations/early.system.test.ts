import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plan } from '../../src/operations/index.ts'
import { needs } from '../needs.ts'
import { openSshLab } from '../transport/sshd.ts'

needs('root', 'sshd')

describe('a run that connects while it is looked whether it is right', () => {
  const lab = openSshLab()
  const log = join(lab.directory, 'log')
  const logged = () => readFileSync(log, 'utf8')
  const inventory = join(lab.directory, 'inventory.yaml')
  const playbook = (tasks: readonly string[]) =>
    lab.file('site.yaml', `- hosts: all\n  tasks:\n${tasks.map((task) => `    - ${task}\n`).join('')}`)

  beforeAll(async () => {
    const locked = lab.makeKey('locked', 'open sesame')
    lab.authorize(locked, 'open sesame')
    const noting = ['sh', '-c', `exec "$0" "$@" 2>>${log}`]
    const one = () => lab.start(['LogLevel DEBUG1'], ['ed25519'], noting)
    const hosts = [await one(), await one(), await one()].map(({ port, knownHosts }, index) => {
      const words = `-F none -o UserKnownHostsFile=${knownHosts} -o IdentitiesOnly=yes -o IdentityAgent=none`
      return `    node${index}: { ansible_host: 127.0.0.1, ansible_port: ${port}, ansible_user: root, ansible_ssh_private_key_file: ${locked}, ansible_ssh_common_args: ${words} }\n`
    })
    writeFileSync(inventory, `all:\n  hosts:\n${hosts.join('')}`)
  })
  afterAll(() => lab[Symbol.dispose]())

  it('asks nobody for a passphrase where it is not, and sends nothing', async () => {
    // So many that a machine would let us in before the last is looked at.
    const many = Array.from({ length: 400 }, (_, index) => `file: { path: /srv/${index}, state: directory }`)
    const wrong = playbook([...many, 'template: { src: nowhere.j2, dest: /etc/nothing.conf }'])
    const asked: string[] = []
    const before = logged().length
    const planning = plan({
      inventory: [inventory],
      playbook: wrong,
      askSecret: async (prompt) => `${asked.push(prompt)}`,
    })
    await expect(planning).rejects.toThrow('nowhere.j2')
    expect(asked).toEqual([])
    expect(logged().slice(before)).not.toContain('Starting session')
  })

  it('asks once where it is, and goes on with the connections that were begun', async () => {
    const asked: string[] = []
    const before = logged().length
    const { failures, hosts } = await plan({
      inventory: [inventory],
      playbook: playbook(['file: { path: /etc, state: directory }']),
      askSecret: async (prompt) => {
        asked.push(prompt)
        return 'open sesame'
      },
    })
    expect(failures).toEqual([])
    expect(hosts.map(({ host, outcome }) => [host, outcome])).toEqual([
      ['node0', 'ok'],
      ['node1', 'ok'],
      ['node2', 'ok'],
    ])
    expect(asked).toHaveLength(1)
    expect(
      logged()
        .slice(before)
        .match(/Connection from 127\.0\.0\.1/g),
    ).toHaveLength(3)
  })
})
