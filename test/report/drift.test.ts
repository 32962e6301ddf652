import { expect, it } from 'vitest'
import { driftLines } from '../../src/report/drift.ts'

const style = { paint: (_: string, text: string) => text, redact: (text: string) => text }

it('tells drift machine by machine, files apart from what runs, and who may have done it', () => {
  const thing = { title: '', by: [] }
  expect(
    driftLines(
      [
        { ...thing, host: 'web1', id: 'service[nginx]', of: 'runtime', summary: 'start' },
        {
          ...thing,
          host: 'web1',
          id: 'template[/etc/app.conf]',
          of: 'files',
          summary: 'update',
          since: 1_700_000_000_000,
          by: ['sudo: bob ran vi'],
        },
      ],
      style,
    ),
  ).toEqual([
    '',
    'web1',
    '  runtime  service[nginx]  start',
    '  files    template[/etc/app.conf]  update',
    '           changed 2023-11-14T22:13:20Z',
    '           sudo: bob ran vi',
    '',
    'Drift: 1 on disks, 1 in what runs, on 1 host.',
  ])
  expect(driftLines([], style)).toEqual(['', 'No drift: all is as the playbook says.'])
})
