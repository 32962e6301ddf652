import { describe, expect, it } from 'vitest'
import { modules } from '../../src/modules/index.ts'
import { kindOf } from '../../src/modules/module.ts'

/** What a module makes of options: a resource, by its fields, or what is wrong with them. */
function meaningOf(name: string, options: Readonly<Record<string, unknown>>): unknown {
  const module = modules.find((one) => one.name === name)
  if (!module) throw new Error(`no module ${name}`)
  const { success, error } = kindOf(module).schema.safeParse(options)
  if (!success) return error.issues.map(({ message }) => message).join('; ')
  const all = Object.fromEntries(
    Object.entries(module.options).map(([option, { documented }]) => [
      option,
      options[option] ?? documented.default,
    ]),
  )
  return module.means(all, new Set(Object.keys(options)))
}

describe('services of packages', () => {
  it.each([
    ['apt', { name: ['cron'] }, true],
    ['apt', { name: ['cron'], policy_rc_d: 101 }, false],
    ['apt', { deb: '/tmp/a.deb' }, true],
    ['apt', { upgrade: 'dist' }, true],
    ['package', { name: ['cron'] }, true],
    ['package', { name: ['cron'], start_services: false }, false],
  ])('%s %o: they start, %s', (name, options, starts) => {
    expect(meaningOf(name, options)).toMatchObject({ fields: { start_services: starts } })
  })
})

describe('a file where dest turns out to be a directory', () => {
  it.each([
    // Ansible puts it there, and so does whoever runs Ansible's playbooks.
    ['template', 'templates/site.conf.j2', '/etc/site.conf', 'site.conf.j2'],
    ['copy', 'files/site.conf', '/etc/site.conf', 'site.conf'],
    // It has none of these: what is named there is meant to be a file.
    ['template', 'templates/keepalived.conf.hbs', '/etc/keepalived/keepalived.conf', undefined],
    ['template', 'x.hbs', '/etc/other', undefined],
  ])('%s %s to %s: by the name %s', (name, src, dest, wanted) => {
    const { fields } = meaningOf(name, { src, dest }) as {
      readonly fields: Readonly<Record<string, unknown>>
    }
    expect(fields).toMatchObject({ dest })
    expect(fields.name).toBe(wanted)
  })
})

describe('what package managers are told beside the packages', () => {
  const fieldsOf = (name: string, options: Readonly<Record<string, unknown>>) =>
    (meaningOf(name, options) as { readonly fields: Readonly<Record<string, unknown>> }).fields

  it.each([
    [
      { force: true },
      { apt_options: expect.arrayContaining(['--allow-unauthenticated', '--allow-downgrades']) },
    ],
    [{ allow_unauthenticated: true }, { apt_options: ['--allow-unauthenticated'] }],
    [{ allow_change_held_packages: true }, { apt_options: ['--allow-change-held-packages'] }],
    [
      { dpkg_options: 'force-confnew, force-overwrite' },
      { dpkg_options: ['force-confnew', 'force-overwrite'] },
    ],
    [{}, { apt_options: [], dpkg_options: ['force-confdef', 'force-confold'] }],
  ])('apt %o', (options, wanted) => {
    expect(fieldsOf('apt', { name: ['a'], ...options })).toMatchObject(wanted)
    expect(fieldsOf('apt', { upgrade: 'dist', ...options })).toMatchObject(wanted)
  })

  it.each([
    [{ autoclean: true }, { packages: false, archives: 'old' }],
    [
      { autoclean: true, autoremove: true },
      { packages: true, archives: 'old' },
    ],
    [{ clean: true }, { packages: false, archives: 'all' }],
  ])('apt %o deletes what was fetched', (options, wanted) => {
    expect(meaningOf('apt', options)).toEqual({ kind: 'package_leftovers', fields: wanted })
  })

  it('apt takes the lists for old after their time, and deletes in a task of its own', () => {
    expect(meaningOf('apt', { cache_valid_time: 60 })).toMatchObject({ kind: 'package_lists' })
    expect(meaningOf('apt', { name: ['a'], clean: true })).toContain('give it a task of its own')
  })

  it.each([
    [{ exclude: ['a', 'b*'] }, ['--exclude=a', '--exclude=b*']],
    [{ disable_gpg_check: true }, ['--nogpgcheck']],
    [{ security: true, bugfix: true, nobest: true }, ['--security', '--bugfix', '--nobest']],
    [{ sslverify: false, disable_plugin: ['x'] }, ['--disableplugin=x', '--setopt=sslverify=0']],
  ])('dnf %o', (options, words) => {
    expect(fieldsOf('dnf', { name: ['a'], ...options })).toMatchObject({ rpm_options: words })
    expect(fieldsOf('dnf', { name: ['*'], state: 'latest', ...options })).toMatchObject({
      rpm_options: words,
    })
    const file = { name: ['/a.rpm'], enablerepo: ['epel'] }
    expect(fieldsOf('dnf', { ...file, ...options })).toMatchObject({
      rpm_options: [...words, '--enablerepo=epel'],
    })
  })

  it('package and service hand on to the modules behind them', () => {
    const given = { pkg: ['a'], enablerepo: ['epel'], purge: true, disable_gpg_check: true }
    expect(fieldsOf('package', { ...given, state: 'installed' })).toMatchObject({
      name: ['a'],
      state: 'present',
      enable_repositories: ['epel'],
      rpm_options: ['--nogpgcheck'],
      purge: true,
    })
    expect(fieldsOf('package', { name: ['*'], state: 'latest', disablerepo: ['x'] })).toMatchObject({
      rpm_options: ['--disablerepo=x'],
    })
    expect(meaningOf('package', { update_cache: true })).toMatchObject({ kind: 'package_lists' })
    expect(meaningOf('package', { state: 'present' })).toContain('"name" is missing')
    expect(fieldsOf('service', { name: 'a', masked: true })).toMatchObject({ state: 'any', masked: true })
    const again = fieldsOf('service', { name: 'a', state: 'restarted', daemon_reload: true, sleep: 5 })
    expect(again.command).toBe("systemctl daemon-reload && systemctl restart -- 'a'")
  })

  it('mysql_user is from everywhere only where he is to go', () => {
    const nobody = { name: '', host_all: true }
    expect(meaningOf('mysql_user', { ...nobody, state: 'absent' })).toMatchObject({
      fields: { every_host: true },
    })
    expect(meaningOf('mysql_user', nobody)).toContain('goes with state: absent')
    expect(meaningOf('service', { daemon_reload: true })).toMatchObject({ kind: 'daemon_reload' })
  })

  it('pip has an environment made by the Python that is named', () => {
    const given = { name: ['a'], virtualenv: '/v', virtualenv_python: 'python3.11' }
    const maker = (more: object) => fieldsOf('pip', { ...given, ...more }).virtualenv_command
    expect(maker({})).toBe('python3.11 -m venv')
    expect(maker({ virtualenv_command: '/usr/bin/virtualenv' })).toBe('/usr/bin/virtualenv -p python3.11')
  })

  it('older words keep their meaning', () => {
    expect(fieldsOf('get_url', { url: 'https://a/b', dest: '/b', sha256sum: 'ab' })).toMatchObject({
      checksum: 'sha256:ab',
    })
    expect(meaningOf('shell', { cmd: 'id', warn: false })).toMatchObject({ kind: 'shell' })
  })
})

describe('versions of packages', () => {
  it('may be told by how they begin', () => {
    expect(meaningOf('apt', { name: ['ed=1.*'] })).toMatchObject({
      fields: { name: ['ed'], versions: { ed: '1.*' } },
    })
  })
})

describe('times of a file', () => {
  it('are those of its making', () => {
    const kept = { modification_time: 'preserve', access_time: 'now' }
    expect(meaningOf('file', { path: '/a', state: 'touch', ...kept })).toMatchObject({ kind: 'file' })
    expect(meaningOf('file', { path: '/a', state: 'touch', access_time: '202001020304.05' })).toContain(
      'must be preserve or now',
    )
  })
})

describe('mount', () => {
  const of = (options: Readonly<Record<string, unknown>>) =>
    meaningOf('mount', { path: '/mnt/a', src: 'tmpfs', fstype: 'tmpfs', ...options })

  it('says the last fields of the line only where a task does', () => {
    expect(of({ state: 'present', passno: '2' })).toMatchObject({ fields: { checks: '0 2' } })
    expect(of({ state: 'present' })).not.toHaveProperty('fields.checks')
  })

  it('takes the directory away with the mount', () => {
    expect(of({ state: 'absent' })).toMatchObject({ fields: { with_directory: true } })
  })
})

describe('sysctl', () => {
  it('writes to the file that Ansible writes to', () => {
    expect(meaningOf('sysctl', { name: 'vm.swappiness', value: '5' })).toMatchObject({
      fields: { file: '/etc/sysctl.conf' },
    })
  })
})

describe('permissions', () => {
  it('that are a truth value are the number that Python makes of it', () => {
    const told = kindOf(modules.find(({ name }) => name === 'file') as (typeof modules)[number])
    expect(told.schema.parse({ path: '/a', mode: true })).toMatchObject({ mode: '1' })
  })
})
