import { describe, expect, it } from 'vitest'
import { make } from './run.ts'

describe('archive', () => {
  it('comes from one place', () => {
    expect(() => make('archive', { dest: '/d' })).toThrow('`src` is missing')
    expect(() => make('archive', { dest: '/d', src: 'a.tgz', remote_src: true })).toThrow('absolute path')
    expect(() => make('archive', { dest: '/d', content: '', sha256: 'ABC' })).toThrow('64 hexadecimal')
  })
})
