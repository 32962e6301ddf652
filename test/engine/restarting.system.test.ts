import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const site = (tasks: string) => ({ 'site.yaml': `- hosts: a\n  tasks:\n${tasks}` })
const reboot = `    - reboot:
        boot_time_command: cat {{ here }}/boot
        reboot_command: echo "$(cat {{ here }}/boot)+" >{{ here }}/boot.new; mv {{ here }}/boot.new {{ here }}/boot
`

describe('a machine that restarts', () => {
  it('is waited for, and what comes after is asked and done on the one that is back', async () => {
    using here = new Playground({
      ...site(`    - copy: { dest: "{{ here }}/x", content: x }
${reboot}      register: done
    - shell: { command: "cat {{ here }}/boot >>{{ here }}/log", always: true }
    - copy: { dest: "{{ here }}/y", content: "{{ done.rebooted }} {{ done.changed }} {{ done.elapsed > 3 }}" }
    - wait_for_connection: { delay: 1 }
      register: waited
    - copy: { dest: "{{ here }}/z", content: "{{ waited.elapsed > 0 }} {{ waited.changed }}" }
`),
      boot: '1\n',
    })
    const { failures, steps, planned, opened } = await here.play()
    expect(failures).toEqual([])
    expect(planned).toEqual([
      '+ copy[./x]',
      '+ reboot[machine]',
      expect.stringContaining('shell'),
      '… copy[./y]',
      expect.stringContaining('wait_for_connection'),
      '… copy[./z]',
    ])
    expect(steps.map((one) => one.split('[')[0])).toEqual([
      'changed copy',
      'changed reboot',
      'changed shell',
      'changed copy',
      'unchanged wait_for_connection',
      'changed copy',
    ])
    expect([here.read('boot'), here.read('log'), here.read('y')]).toEqual(['1+\n', '1+\n', 'True True True'])
    expect(here.read('z')).toBe('True False')
    expect(opened).toEqual(['a', 'a'])
  })

  it('may take some attempts, and not more time than the task gives it', async () => {
    using here = new Playground({ ...site(reboot), boot: '1\n' })
    const { failures } = await here.play()
    expect(failures).toEqual([])
    using never = new Playground({
      ...site(
        '    - reboot: { reboot_timeout: 4, boot_time_command: "cat {{ here }}/boot", reboot_command: ":" }\n    - shell: { command: "echo x >{{ here }}/log", always: true }\n',
      ),
      boot: '1\n',
    })
    expect((await never.play()).failures).toEqual([expect.stringContaining('could not be worked on for 4 s')])
    expect(never.read('log')).toBe(undefined)
  })

  it('is never this computer', async () => {
    using here = new Playground(site('    - reboot:\n'))
    expect((await here.play()).failures).toEqual([expect.stringContaining('this computer would restart')])
  })
})

describe('a machine that is not there yet', () => {
  const waiting = site(`    - wait_for_connection: { timeout: 20 }
    - copy: { dest: "{{ here }}/x", content: x }
    - wait_for_connection:
`)

  it('is waited for where the first task says so, by the plan, too', async () => {
    using here = new Playground(waiting)
    here.unreachable = 2
    const { failures, planned } = await here.play({ apply: false })
    expect(failures).toEqual([])
    expect(planned[0]).toBe('+ wait_for_connection[machine]')
    here.unreachable = 1
    expect((await here.play()).failures).toEqual([])
    expect(here.read('x')).toBe('x')
  })

  it('is a failure where it is waited for in vain, or not at all', async () => {
    using here = new Playground(site('    - wait_for_connection: { timeout: 1 }\n'))
    here.unreachable = 99
    expect((await here.play()).failures).toEqual([expect.stringContaining('could not be worked on for 1 s')])
    using other = new Playground(site('    - copy: { dest: "{{ here }}/x", content: x }\n'))
    other.unreachable = 1
    expect((await other.play()).failures).toEqual([expect.stringContaining('nobody answers')])
  })
})
