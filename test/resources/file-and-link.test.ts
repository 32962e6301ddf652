import { describe, expect, it } from 'vitest'
import { make } from './run.ts'

describe('link', () => {
  it('needs one target', () => {
    expect(() => make('link', { path: '/a' })).toThrow('where does the link point')
    expect(() => make('link', { path: '/a', src: 'b', target: 'c' })).toThrow('give one')
    expect(() => make('file', { path: '/a', state: 'directory' })).toThrow('kinds of their own')
  })
})
