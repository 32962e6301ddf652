import { describe, expect, it } from 'vitest'
import { moduleKinds } from '../../src/modules/index.ts'
import { ofModule } from './run.ts'

/** What is planned by what a host printed. */
function planned(name: string, stdout: string, parameters: unknown) {
  const resource = ofModule(name, parameters)
  const change = resource.converge({ answer: { rc: 0, stdout, stderr: '' } }, { touches: () => false })
  return change && { summary: change.summary, script: change.script }
}

describe('volumes of LVM', () => {
  const group = { vg: 'data', pvs: ['/dev/sdb', '/dev/sdc'] }

  it('are grouped on devices that hold nothing, and on no others', () => {
    const blank = 'on /dev/sdb /dev/sdb nothing\non /dev/sdc /dev/sdc nothing\n'
    expect(planned('lvg', blank, group)?.script).toBe('vgcreate -s 4  data /dev/sdb /dev/sdc')
    const half =
      'group data\ndevice /dev/sdb data\non /dev/sdb /dev/sdb LVM2_member\non /dev/sdc /dev/sdc nothing\n'
    expect(planned('lvg', half, group)?.script).toBe('vgextend data /dev/sdc')
    expect(planned('lvg', half.replace('sdc nothing', 'sdc ext4'), group)?.summary).toContain('holds ext4')
    const foreign = half.replace('device /dev/sdb data\n', 'device /dev/sdb data\ndevice /dev/sdc other\n')
    expect(planned('lvg', foreign.replace('sdc nothing', 'sdc LVM2_member'), group)?.summary).toContain(
      'part of other',
    )
    const more = 'group data\ndevice /dev/sdb data\ndevice /dev/sdc data\non /dev/sdb /dev/sdb LVM2_member\n'
    expect(planned('lvg', more, { ...group, pvs: '/dev/sdb' })?.summary).toContain(
      'cannot: data has /dev/sdc',
    )
    expect(planned('lvg', `${more}on /dev/sdc /dev/sdc LVM2_member\n`, group)).toBe(undefined)
  })

  it('grow, and never shrink', () => {
    const volume = (bytes: number) => `group 10737418240 4194304\nvolume ${bytes}\n`
    const wanted = { vg: 'data', lv: 'www', size: '2g' }
    expect(planned('lvol', 'group 10737418240 4194304\n', wanted)?.summary).toBe('create with 2g')
    expect(planned('lvol', volume(2 * 1024 ** 3), wanted)).toBe(undefined)
    expect(planned('lvol', volume(1024 ** 3), { ...wanted, resizefs: true })?.script).toBe(
      'lvextend -r -L 2147483648b data/www ',
    )
    expect(planned('lvol', volume(3 * 1024 ** 3), wanted)?.summary).toContain('cannot')
    expect(planned('lvol', volume(5 * 1024 ** 3), { ...wanted, size: '50%VG' })).toBe(undefined)
    expect(planned('lvol', volume(1), { ...wanted, size: '100%FREE' })).toBe(undefined)
  })

  it('are refused where data would be lost', () => {
    for (const [name, options] of [
      ['lvg', { vg: 'data', state: 'absent' }],
      ['lvol', { vg: 'data', lv: 'www', state: 'absent' }],
      ['filesystem', { dev: '/dev/sdb', state: 'absent' }],
      ['filesystem', { dev: '/dev/sdb', fstype: 'ext4', force: true }],
    ] as const)
      expect(moduleKinds.get(name)?.schema.safeParse(options).success).toBe(false)
  })
})
