import { expect, it } from 'vitest'
import { unitFor } from '../../src/cli/fleet/unit.ts'

const lineOf = (unit: string, key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1]

it('the unit of a worker starts it with the same words, which systemd takes as they are', () => {
  const words = [
    '--site',
    'berlin',
    '--name',
    'a b',
    '--key',
    '/k/50%',
    '--vault-password-file',
    '/x$Y"z',
    '--unit',
  ]
  const unit = unitFor('berlin', words)
  const command = lineOf(unit, 'ExecStart') ?? ''
  expect(
    command.endsWith('worker --site berlin --name "a b" --key /k/50%% --vault-password-file "/x$$Y\\"z"'),
  ).toBe(true)
  expect(command).not.toContain('--unit')
})

it('the unit of a worker lets it change nothing of its computer that it has no need to', () => {
  const unit = unitFor('berlin', [])
  expect(lineOf(unit, 'NoNewPrivileges')).toBe('yes')
  expect(lineOf(unit, 'ProtectSystem')).toBe('full')
  // JavaScript is compiled while it runs: that must stay allowed.
  expect(lineOf(unit, 'MemoryDenyWriteExecute')).toBeUndefined()
  expect(lineOf(unit, 'StateDirectory')).toBe('understudy-worker')
})
