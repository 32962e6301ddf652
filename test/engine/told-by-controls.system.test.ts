import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { Playground } from './playing.ts'

needs('dash')

const tasks = `    - set_fact: { port: "{{ 80 + item }}", same: yes }
      loop: [1, 2, 3]
      when: item != 2
      register: ports
    - assert:
        that:
          - ports.results | length == 3 and ports.results[1].skipped and not ports.changed
          - ports.results | map(attribute='ansible_facts.port', default=0) | list == [81, 0, 83]
          - ports.results[2].item == 3 and ports.results[0].ansible_loop_var == 'item'
    - debug: { msg: "it is {{ item }}" }
      loop: [a, b]
      register: said
    - debug: { var: said.results }
      register: shown
    - debug: { msg: [1, { x: 2 }] }
      register: listed
    - assert:
        that:
          - said.results | map(attribute='msg') | join(',') == 'it is a,it is b'
          - shown['said.results'] | length == 2
          - listed.msg[1].x == 2
    - assert: { that: [item > 1], fail_msg: "{{ item }} is too small", success_msg: large }
      loop: [1, 2]
      register: tried
      ignore_errors: true
    - assert:
        that:
          - tried.failed and tried.results | map(attribute='failed') | list == [true, false]
          - tried.results | map(attribute='msg') | list == ['1 is too small', 'large']
    - fail: { msg: no way }
      register: refused
      failed_when: refused.msg != 'no way'
    - set_fact: { kept: "{{ refused.failed }} {{ lone.ansible_facts.word }}" }
      vars: { lone: "{{ once }}" }
    - assert: { that: [kept == 'False here'] }
    - set_fact: { none: 1 }
      loop: []
      register: empty
    - assert: { that: ["empty.skipped", "empty.results == []"] }
`

describe('what the run carries out itself', () => {
  it('is registered with what it told, item by item', async () => {
    using here = new Playground({
      'site.yaml': `- hosts: a\n  tasks:\n    - set_fact: { word: here }\n      register: once\n${tasks}`,
    })
    const { failures } = await here.play()
    expect(failures).toEqual([])
  })
})
