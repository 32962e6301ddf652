import { expect, it } from 'vitest'
import { withEntry } from '../../src/resources/fstab.ts'

const entry = { src: 'tmpfs', path: '/mnt/a', fstype: 'tmpfs', options: 'defaults' }

it('keeps the last two fields of a line unless it is told others', () => {
  expect(withEntry([], entry)).toEqual(['tmpfs /mnt/a tmpfs defaults 0 0'])
  const lines = ['tmpfs /mnt/a tmpfs ro 1 2']
  expect(withEntry(lines, entry)).toEqual(['tmpfs /mnt/a tmpfs defaults 1 2'])
  expect(withEntry(lines, { ...entry, options: 'ro', checks: '0 2' })).toEqual(['tmpfs /mnt/a tmpfs ro 0 2'])
  expect(withEntry(lines, { ...entry, options: 'ro', checks: '1 2' })).toEqual(lines)
})

it('takes fields that are not written for zeros', () => {
  const lines = ['tmpfs /mnt/a tmpfs defaults']
  expect(withEntry(lines, { ...entry, checks: '0 0' })).toEqual(lines)
})
