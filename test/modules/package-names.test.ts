import { describe, expect, it } from 'vitest'
import { modules } from '../../src/modules/index.ts'
import { kindOf } from '../../src/modules/module.ts'
import { packageKind } from '../../src/resources/package.ts'

/** What is wrong with a name, or nothing. */
function wrong(name: string, options: Readonly<Record<string, unknown>>): string | undefined {
  const module = modules.find((one) => one.name === name)
  if (!module) throw new Error(`no module ${name}`)
  const { error } = kindOf(module).schema.safeParse(options)
  return error?.issues.map(({ message }) => message).join('; ')
}

describe('names of packages', () => {
  it.each([
    ['apt', 'cron=3.0*'],
    ['apt', ['kubelet=1.29.1-1.1', 'kubeadm=1.29.1-1.1', 'curl']],
    ['apt', 'libc6:i386'],
    ['dnf', ['perl(Foo::Bar)', '/usr/sbin/semanage', 'python*-libselinux', 'httpd-2.4.6-97.el7']],
    ['dnf', 'pkgconfig(x11)'],
    ['yum', 'libfoo.so.6()(64bit)'],
    ['dnf', 'https://example.org/a.rpm'],
    ['yum', '/tmp/a.rpm'],
    ['package', 'https://example.org/a.rpm'],
    ['package', '/tmp/a.deb'],
    ['package', ['a=1', 'b']],
  ])('%s takes %j', (module, name) => {
    expect(wrong(module, { name, state: 'present' })).toBe(undefined)
  })

  it.each([
    ['apt', 'cron>=3', 'a range of versions: write name=version'],
    ['apt', 'lamp-server^', 'run tasksel'],
    ['apt', 'cron/bookworm-backports', 'default_release'],
    ['apt', 'python3-*', 'name the packages'],
    ['apt', './a.deb', 'say it with "deb"'],
    ['dnf', '@Development tools', 'dnf group install'],
    ['dnf', 'httpd >= 2.4', 'write name-version'],
    ['package', '@core', 'dnf group install'],
    ['dnf', 'a b', 'must be the name of a package'],
    ['dnf', '$(reboot)', 'must be the name of a package'],
  ])('%s refuses %j with what to do', (module, name, words) => {
    expect(wrong(module, { name: [name], state: 'present' })).toContain(words)
  })
})

describe('several packages in their versions', () => {
  const desired = packageKind.schema.parse({ name: ['a', 'b', 'c'], versions: { a: '1.0', b: '2*' } })
  const found = (versions: Readonly<Record<string, string | undefined>>, manager = 'apt') =>
    Object.fromEntries(
      ['a', 'b', 'c'].map((name) => [
        `installed ${name}`,
        { manager, broken: false, ...(versions[name] === undefined ? {} : { installed: versions[name] }) },
      ]),
    ) as never
  const upcoming = { touches: () => false }

  it('are left alone where all are as they should be', () => {
    expect(packageKind.converge(desired, found({ a: '1:1.0-2', b: '2.9', c: '7' }), upcoming)).toBe(undefined)
  })

  it('come in one go with those of no version', () => {
    const change = packageKind.converge(desired, found({ a: '0.9' }), upcoming)
    expect(change?.summary).toBe('a 0.9 becomes 1.0; install b 2*; install c')
    expect(change?.impact).toBe('restart')
    const script = String(change?.script)
    expect(script.match(/us_get .*install --allow-downgrades/g)?.length).toBe(1)
    expect(script).toMatch(/install -- "\$@" c|--allow-downgrades -- "\$@" c/)
    expect(script).toContain('a-1.0 ')
  })

  it('by a name that only dnf and yum know are refused where apt is', () => {
    const some = packageKind.schema.parse({ name: ['perl(Foo)'] })
    const reading = { 'installed perl(Foo)': { manager: 'apt', broken: false } } as never
    expect(packageKind.converge(some, reading, upcoming)?.summary).toContain('apt knows no perl(Foo)')
  })
})
