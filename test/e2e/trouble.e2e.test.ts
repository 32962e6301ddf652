import { readFileSync, writeFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster, type TestCluster } from './cluster.ts'
import { recapsOf } from './events.ts'
import { tryingAll } from './in-place.ts'

let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster('lvs-dr', '10.85.0', { machines: ['rs1'] })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

/** A playbook of these tasks for one machine. */
function playbook(name: string, tasks: string, host = 'rs1'): string {
  const path = join(cluster.scratch, `${name}.yaml`)
  writeFileSync(path, `- hosts: ${host}\n  tasks:\n${tasks}`)
  return path
}

const apply = (path: string, ...flags: readonly string[]) =>
  cluster.run(['apply', path, '--no-verify', '--json', ...flags])

/** What is left of files that were never put in their place. */
const leftovers = () =>
  cluster.on('rs1', 'find /etc /var/tmp /tmp /run -name "*understudy.??????*" 2>/dev/null')

describe('a run that goes wrong', () => {
  it('ends at once when it is interrupted, and the next one finishes the work', async () => {
    const path = playbook(
      'slow',
      '    - copy: { dest: /root/first, content: one }\n' +
        '    - command: { command: "sh -c \'sleep 3; touch /root/second\'", creates: /root/second }\n' +
        '    - copy: { dest: /root/third, content: three }\n',
    )
    const interrupted = await cluster.run(['apply', path, '--no-verify', '--json'], {
      onOutput: (text, interrupt) => {
        if (text.includes('"step-started"') && text.includes('command[')) interrupt()
      },
    })
    expect(interrupted.status, interrupted.stdout + interrupted.stderr).toBe(130)
    expect(await cluster.on('rs1', 'cat /root/first; ls /root/third')).toContain('one')
    expect(await cluster.on('rs1', 'ls /root/third')).toContain('No such file')
    expect((await apply(path)).status).toBe(0)
    expect(await cluster.on('rs1', 'cat /root/third')).toBe('three')
    expect(await leftovers()).toBe('')
  })

  it('goes on over a new connection when the old one is cut by the change itself', async () => {
    const path = playbook(
      'cutting',
      '    - shell: { command: "touch /root/cut; pkill -KILL -f sshd:.root", creates: /root/cut }\n' +
        '    - copy: { dest: /root/after, content: reached }\n',
    )
    const ran = await apply(path)
    expect(ran.status, ran.stdout + ran.stderr).toBe(0)
    expect(await cluster.on('rs1', 'cat /root/after')).toBe('reached')
  })

  it('says so when the cable is pulled in the middle, and the next one finishes the work', async () => {
    const path = playbook(
      'pulled',
      '    - command: { command: "sh -c \'sleep 4; touch /root/pulled\'", creates: /root/pulled }\n' +
        '    - copy: { dest: /root/unpulled, content: done }\n',
    )
    let pulling: Promise<void> | undefined
    const ran = await cluster.run(['apply', path, '--no-verify', '--json', '--timeout', '3'], {
      onOutput: (text) => {
        if (text.includes('"step-started"')) pulling ??= cluster.lab.cut('rs1')
      },
    })
    await pulling
    await cluster.lab.join('rs1')
    expect(ran.status, ran.stdout + ran.stderr).toBe(4)
    expect(recapsOf(ran)[0]?.outcome).toBe('unreachable')
    await cluster.on('rs1', 'sleep 4')
    expect((await apply(path)).status).toBe(0)
    expect(await cluster.on('rs1', 'cat /root/unpulled')).toBe('done')
  })

  it('leaves the file as it was on a full disk and on a read-only one', async () => {
    await cluster.on(
      'rs1',
      'mkdir /root/full && mount -t tmpfs -o size=16k tmpfs /root/full && echo old >/root/full/a;' +
        'dd if=/dev/zero of=/root/full/fill bs=1k 2>/dev/null; mkdir /root/ro; echo old >/root/ro/a; mount -o bind,ro /root/ro /root/ro',
    )
    const big = 'x'.repeat(20_000)
    const full = await apply(playbook('full', `    - copy: { dest: /root/full/a, content: ${big} }\n`))
    expect(full.status).toBe(1)
    expect(full.stdout).toContain('there is no room')
    const readOnly = await apply(playbook('ro', '    - copy: { dest: /root/ro/a, content: new }\n'))
    expect(readOnly.status).toBe(1)
    expect(readOnly.stdout).toContain('read-only file system')
    expect(await cluster.on('rs1', 'cat /root/full/a /root/ro/a; ls -A /root/full /root/ro | wc -l')).toBe(
      'old\nold\n6',
    )
    await cluster.on('rs1', 'umount /root/full /root/ro')
  })

  if (tryingAll)
    it('works through sudo with a password that nobody gets to see, and says when sudo says no', async () => {
      const path = playbook('sudo', '    - copy: { dest: /root/by-sudo, content: yes, mode: "0600" }\n')
      const config = join(cluster.scratch, 'ssh_config')
      writeFileSync(config, readFileSync(cluster.lab.sshConfigPath, 'utf8').replace(/^ *User root\n/gm, ''))
      const password = readFileSync(cluster.lab.opsPasswordPath, 'utf8').trim()
      const as = (user: string, ...flags: readonly string[]) =>
        cluster.run([
          ...['apply', path, '--no-verify', '--become', '-F', config, '-e', `ansible_user=${user}`],
          ...flags,
        ])
      const without = await as('ops')
      expect([without.status, without.stdout]).toEqual([4, expect.stringContaining('--ask-become-pass')])
      const wrong = await as('ops', '-e', 'ansible_become_password=wrong')
      expect([wrong.status, wrong.stdout]).toEqual([4, expect.stringContaining('refused')])
      const refused = await as('nosudo', '-e', `ansible_become_password=${password}`)
      expect([refused.status, refused.stdout]).toEqual([4, expect.stringContaining('not in the sudoers')])
      const allowed = await as('ops', '-e', `ansible_become_password=${password}`)
      expect(allowed.status, allowed.stdout + allowed.stderr).toBe(0)
      for (const { stdout, stderr } of [without, wrong, refused, allowed])
        expect(stdout + stderr).not.toContain(password)
      expect(await cluster.on('rs1', 'stat -c %U:%a /root/by-sudo')).toBe('root:600')
    })

  if (tryingAll)
    it('never lets a value of the inventory become a command', async () => {
      const hostile = `a b'c"$(touch /root/pwned);\`touch /root/pwned\`&|*\\`
      const yaml = JSON.stringify(hostile)
      const made = JSON.stringify(`/root/made ${hostile.replaceAll('/', '_')}`)
      const path = playbook(
        'hostile',
        [
          `    - copy: { dest: ${JSON.stringify(`/root/${hostile.replaceAll('/', '_')}`)}, content: ${yaml} }`,
          `    - line: { path: /root/lines, line: ${yaml}, create: true }`,
          `    - command: { command: [touch, ${made}], creates: ${made} }`,
          `    - user: { name: guest, comment: ${JSON.stringify('it\'s "$(touch /root/pwned)"; ok')} }`,
          `    - cron: { name: it-s, user: root, schedule: "0 0 1 1 *", command: ${JSON.stringify('echo "it\'s"; true')} }`,
          '',
        ].join('\n'),
      )
      const ran = await apply(path)
      expect(ran.status, ran.stdout + ran.stderr).toBe(0)
      expect(await cluster.on('rs1', 'ls /root')).not.toMatch(/^pwned$/m)
      expect(await cluster.on('rs1', 'cat /root/lines')).toBe(hostile)
      expect((await cluster.run(['plan', path])).status).toBe(0)
    })

  it('takes back what was not meant: a file that was replaced can be put back', async () => {
    const write = (content: string) =>
      cluster.run(['exec', 'rs1', '-m', 'copy', '-a', `dest=/root/kept content=${content} backup=true`])
    await write('first')
    await write('second')
    const listed = await cluster.run(['restore', 'rs1', '/root/kept', '--list'])
    expect(listed.stdout).toMatch(/\d{8}T\d{6}Z-[0-9a-f]{12}/)
    expect((await cluster.run(['restore', 'rs1', '/root/kept'])).status).toBe(0)
    expect(await cluster.on('rs1', 'cat /root/kept')).toBe('first')
    const missing = await cluster.run(['restore', 'rs1', '/root/never'])
    expect([missing.status, missing.stdout]).toEqual([1, expect.stringContaining('no such version')])
  })

  it('is remembered by the machine, with who did it, and nothing that is secret', async () => {
    const remembered = await cluster.run(['history', '--json', '--lines', '500', '-l', 'rs1'])
    expect(remembered.status, remembered.stderr).toBe(0)
    const deeds = remembered.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(new Set(deeds.map(({ host }) => host))).toEqual(new Set(['rs1']))
    expect(new Set(deeds.map(({ did }) => did))).toEqual(new Set(['apply', 'exec', 'restore']))
    expect(deeds[0]).toMatchObject({ by: `${userInfo().username}@${hostname()}`, kinds: 'copy, command' })
    expect(remembered.stdout).not.toContain('/root/first')
  })
})
