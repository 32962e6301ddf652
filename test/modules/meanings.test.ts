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

describe('versions of packages', () => {
  it('may be told by how they begin', () => {
    expect(meaningOf('apt', { name: ['ed=1.*'] })).toMatchObject({ fields: { name: ['ed'], version: '1.*' } })
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
