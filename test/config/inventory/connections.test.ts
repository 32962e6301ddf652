import { homedir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { connectionOf } from '../../../src/config/inventory/index.ts'
import { complaint, loaded } from './written.ts'

async function connection(variables: string, becomes?: boolean) {
  const { inventory } = await loaded({ 'hosts.yaml': `w: {hosts: {rs1: {${variables}}}}` })
  const host = inventory.hosts.get('rs1')
  return host && connectionOf(host, becomes)
}

const bare = { name: 'rs1', address: 'rs1', connection: 'ssh', sshArgs: [] }

describe('the connection of a host', () => {
  it.each([
    ['', bare],
    ['ansible_host: 10.0.0.1, ansible_port: 2222', { ...bare, address: '10.0.0.1', port: 2222 }],
    ['ansible_port: "2222"', { ...bare, port: 2222 }],
    ['ansible_host: "[fd00::1]"', { ...bare, address: 'fd00::1' }],
    ['ansible_host: fe80::1%eth0', { ...bare, address: 'fe80::1%eth0' }],
    ['ansible_ssh_host: a.example, ansible_ssh_user: root', { ...bare, address: 'a.example', user: 'root' }],
    ['ansible_connection: local', { ...bare, connection: 'local' }],
    ['ansible_ssh_private_key_file: ~/k', { ...bare, privateKeyFile: `${homedir()}/k` }],
    ['ansible_password: 1234', { ...bare, password: '1234' }],
    ['ansible_become: yes', { ...bare, become: { method: 'sudo', user: 'root' } }],
    [
      'ansible_become: true, ansible_become_method: su, ansible_become_user: ops, ansible_become_pass: p w',
      { ...bare, become: { method: 'su', user: 'ops', password: 'p w' } },
    ],
    ['ansible_become_pass: x', bare],
    [
      'ansible_become: true, ansible_become_flags: -H -S -n, ansible_become_exe: sudo, ansible_su_flags: -l',
      { ...bare, become: { method: 'sudo', user: 'root' } },
    ],
    [
      'ansible_become: true, ansible_sudo_flags: "-HSn", ansible_sudo_exe: /usr/local/bin/sudo',
      { ...bare, become: { method: 'sudo', user: 'root', program: '/usr/local/bin/sudo' } },
    ],
    [
      `ansible_ssh_common_args: "-o ProxyCommand='ssh -W %h:%p j' -J a", ansible_ssh_extra_args: -v`,
      { ...bare, sshArgs: ['-o', 'ProxyCommand=ssh -W %h:%p j', '-J', 'a', '-v'] },
    ],
    ['ansible_user: null', bare],
  ])('with {%s} is read', async (variables, host) => {
    expect(await connection(variables)).toEqual(host)
  })

  it('takes the password along where the run becomes root of its own', async () => {
    const become = { method: 'sudo', user: 'root', password: 'x' }
    expect(await connection('ansible_become_password: x', true)).toEqual({ ...bare, become })
    expect(await connection('ansible_become: false', true)).toEqual(bare)
  })

  const place = 'hosts.yaml:1:'
  it.each([
    [
      'ansible_become_flags: -H -i',
      `${place}41: ansible_become_flags: the flag -i is not supported, found "-H -i"\n  → sudo is called with -H -S: leave the rest away, and give what a task needs under "environment"`,
    ],
    [
      'ansible_become_method: su, ansible_su_flags: -l',
      `${place}64: ansible_su_flags: the flag -l is not supported, found "-l"\n  → su is called without any: leave them away`,
    ],
    [
      'ansible_become_exe: "sudo su -"',
      `${place}39: ansible_become_exe: expected the path of sudo, found "sudo su -"\n  → sudo and su are supported: write sudo, or its path`,
    ],
    [
      'ansible_become_exe: "/tmp/x;id/sudo"',
      `${place}39: ansible_become_exe: expected the path of sudo, found "/tmp/x;id/sudo"\n  → sudo and su are supported: write sudo, or its path`,
    ],
    [
      'ansible_port: ssh',
      `${place}33: ansible_port: expected a port, a whole number from 1 to 65535, found "ssh"`,
    ],
    [
      'ansible_port: 70000',
      `${place}33: ansible_port: expected a port, a whole number from 1 to 65535, found 70000`,
    ],
    [
      'ansible_host: 10.0.0.1/24',
      `${place}33: ansible_host: expected a host name or an IP address, found "10.0.0.1/24"\n  → leave out the length of the network`,
    ],
    [
      'ansible_host: 10.0.0.256',
      `${place}33: ansible_host: expected a host name or an IP address, found "10.0.0.256"\n  → an IPv4 address has four numbers from 0 to 255`,
    ],
    [
      'ansible_host: a:22',
      `${place}33: ansible_host: expected a host name or an IP address, found "a:22"\n  → say the port with ansible_port`,
    ],
    [
      'ansible_host: -oProxyCommand=x',
      `${place}33: ansible_host: expected a host name or an IP address, found "-oProxyCommand=x"\n  → write for example 192.0.2.11 or web1.example.org`,
    ],
    ['ansible_host: [a]', `${place}33: ansible_host: expected one value, found a list`],
    ['ansible_host: 10', `${place}33: ansible_host: expected text, found 10\n  → put quotes around it`],
    [
      'ansible_user: "{{ who }}"',
      `${place}33: "who" is not defined\n    {{ who }}\n       ^\n  → give it a value, or write who | default(…)`,
    ],
    [
      'ansible_password: "{{ hush }}"',
      `${place}37: "hush" is not defined\n    {{ hush }}\n       ^\n  → give it a value, or write hush | default(…)`,
    ],
    ['ansible_user: -x', `${place}33: ansible_user: expected the name of a user, found "-x"`],
    ['ansible_become: maybe', `${place}35: ansible_become: expected true or false, found "maybe"`],
    [
      'ansible_become_method: sduo',
      `${place}42: ansible_become_method: expected sudo or su, found "sduo"\n  → did you mean "sudo"?`,
    ],
    [
      'ansible_connection: winrm',
      `${place}39: ansible_connection: expected one of ssh, smart, paramiko, local, found "winrm"`,
    ],
    [
      `ansible_ssh_common_args: "-o 'x"`,
      `${place}44: ansible_ssh_common_args: a quote in it is never closed, found "-o 'x"\n  → close it`,
    ],
  ])('with {%s} is refused', async (variables, message) => {
    expect(await complaint({ 'hosts.yaml': `w: {hosts: {rs1: {${variables}}}}` })).toBe(message)
  })

  it('is refused once for a group, however many hosts are in it', async () => {
    const text = 'w:\n  vars: {ansible_port: x}\n  hosts: {"rs[1:9]": }\n'
    expect((await complaint({ 'hosts.yaml': text })).match(/ansible_port/g)).toHaveLength(1)
  })

  it('warns of a name that is nearly one of those it knows', async () => {
    const { warnings } = await loaded({
      'hosts.ini': '[w]\na\nb\n[w:vars]\nansible_prot=22\nansible_python_interpreter=x\n',
    })
    expect(warnings).toEqual(['hosts.ini:5:1: ansible_prot has no meaning; did you mean "ansible_port"?'])
  })
})
