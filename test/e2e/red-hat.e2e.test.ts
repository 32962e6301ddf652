import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apply, make, plan } from '../resources/run.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf } from './events.ts'
import { tryingAll } from './in-place.ts'

// One director and one realserver of each family.
const redHat = ['d2', 'rs1'] as const
const debian = ['d1', 'rs2'] as const

let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster('haproxy-dual-master', '10.91.0', { images: { d2: 'el9', rs1: 'el9' } })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

describe('a cluster of both families', () => {
  it('comes up with one command and proves itself', async () => {
    const applied = await cluster.run(['apply', '--json'])
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    const proofs = proofsOf(applied)
    expect(proofs.length).toBeGreaterThan(8)
    expect(proofs.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    expect(await cluster.on('d2', 'command -v apt-get dpkg; rpm -q --qf "%{NAME} " haproxy keepalived')).toBe(
      'haproxy keepalived',
    )
  })

  it('has nothing left to do after that', async () => {
    const again = await cluster.run(['apply', '--json', '--no-verify'])
    expect(recapsOf(again).map(({ host, changed, trips }) => [host, changed, trips])).toEqual(
      ['d1', 'd2', 'rs1', 'rs2'].map((host) => [host, 0, 1]),
    )
  })

  it.each([
    { lost: debian, vip: '10.77.0.100', left: 'rs1' },
    // That Debian's serve alone is for other tests too.
    ...(tryingAll ? [{ lost: redHat, vip: '10.77.0.101', left: 'rs2' }] : []),
  ])('serves a client that keeps asking $vip when $lost lose their power', async ({ lost, vip, left }) => {
    await cluster.on(
      'client',
      `cat >/tmp/ask <<'END'
while :; do
  curl -s -m 1 -D - ${cluster.address(`http://${vip}/`)} -o /dev/null | tr -d '\\r' | sed -n 's/^x-served-by: //Ip' >>/tmp/served
  sleep 0.2
done
END
: >/tmp/served; systemd-run -q --unit=asking sh /tmp/ask`,
    )
    /** Waits until the client was served by one of these as many times in a row. */
    const servedBy = (names: string, times: number) =>
      cluster.on(
        'client',
        `i=0; until [ "$(tail -n ${times} /tmp/served | grep -cE '^(${names})$')" -eq ${times} ]; do ` +
          `i=$((i + 1)); [ "$i" -lt 120 ] || exit 1; sleep 0.5; done; tail -n 1 /tmp/served`,
      )
    expect(await servedBy('rs1|rs2', 5)).toMatch(/^rs[12]$/)
    for (const machine of lost) await cluster.lab.kill(machine)
    expect(await servedBy(left, 10)).toBe(left)
    await cluster.on('client', 'systemctl stop asking')
    // That they come back is for other tests too.
    if (!tryingAll) return
    for (const machine of lost) await cluster.lab.start(machine)
    expect(await cluster.settled()).toEqual([])
  })
})

if (tryingAll)
  describe('package, with dnf', () => {
    const machine = () => ({
      directory: '/tmp',
      enter: ['ssh', '-F', cluster.lab.sshConfigPath, 'rs1', 'sh -s'] as const,
      outside: (path: string) => path,
      run: () => {},
      [Symbol.dispose]: () => {},
    })
    const onRs1 = (command: string) => cluster.on('rs1', command)
    const offered = async () =>
      (await onRs1("dnf -q repoquery --qf '%{version}-%{release}' tcpdump | sort -V")).split('\n')

    it('installs, and starts nothing', async () => {
      expect(await apply(machine(), make('package', { name: 'keepalived' }))).toMatchObject({
        status: 0,
        again: undefined,
      })
      expect(
        await onRs1('systemctl is-active keepalived; systemctl is-enabled keepalived; id -un nginx'),
      ).toBe('inactive\ndisabled\nnginx')
    })

    it('takes the version asked for, also back from a newer one, and the latest', async () => {
      const [older = '', newer = ''] = await offered()
      expect(older).not.toBe(newer)
      const pinned = make('package', { name: 'tcpdump', version: older })
      for (const wanted of [pinned, make('package', { name: 'tcpdump', state: 'latest' }), pinned])
        expect(await apply(machine(), wanted)).toMatchObject({
          status: 0,
          again: undefined,
          change: expect.anything(),
        })
      expect(await onRs1('rpm -q --qf "%{VERSION}-%{RELEASE}" tcpdump')).toBe(older)
      const anyRelease = make('package', { name: 'tcpdump', version: older.replace(/-.*/, '') })
      expect(await plan(machine(), anyRelease)).toBeUndefined()
    })

    it('tells what does not exist, and which versions do', async () => {
      const [older = ''] = await offered()
      const version = await apply(machine(), make('package', { name: 'tcpdump', version: '99.1' }))
      expect(version.status).not.toBe(0)
      expect(version.stderr).toContain('there is no version 99.1 of tcpdump to be had')
      expect(version.stderr).toContain(older)
      const name = await apply(machine(), make('package', { name: ['tcpdump', 'no-such-package-at-all'] }))
      expect(name.status).not.toBe(0)
      expect(name.stderr).toContain('Unable to find a match: no-such-package-at-all')
    })

    it('waits for another dnf and says which, and removes what is to be absent', async () => {
      await onRs1(`cd /root && mkdir -p attributes && echo '%__none_path ^/none$' >attributes/none.attr
printf '%s\n' 'Name: slow' 'Version: 1' 'Release: 1' 'Summary: takes long to set up' 'License: none' \
  '%description' 'It sleeps.' '%files' '%post' 'touch /tmp/held; sleep 8' >slow.spec
rpmbuild --quiet -bb --define '_fileattrsdir /root/attributes' --define '_rpmdir /root' slow.spec
systemd-run -q --unit=holder dnf -y install /root/*/slow-1-1.*.rpm; until [ -e /tmp/held ]; do sleep 0.1; done`)
      const { status, stdout, again } = await apply(
        machine(),
        make('package', { name: 'tcpdump', state: 'absent' }),
      )
      expect(stdout).toMatch(
        /waiting: process \d+ \(.*dnf -y install .*slow.*\) holds \/var\/lib\/dnf\/rpmdb_lock/,
      )
      expect({ status, again }).toEqual({ status: 0, again: undefined })
      expect(await onRs1('rpm -q tcpdump')).toBe('package tcpdump is not installed')
    })
  })
