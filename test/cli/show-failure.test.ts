import { afterEach, expect, it, vi } from 'vitest'
import { showFailure } from '../../src/cli/show-failure.ts'
import { Failure } from '../../src/model/failure.ts'

afterEach(() => vi.restoreAllMocks())

it('lets neither secrets nor control characters of what a program printed through', () => {
  const shown: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    shown.push(String(text))
    return true
  })
  const output = 'cleared \u001b[2J\rover it\npassword=letmein and hush-hush\n\u009b31m red'
  const failure = new Failure('INVALID_INPUT', 'it ended with \u0007 status 1', { output })
  expect(showFailure(failure, new Set(['hush-hush']))).toBe(5)
  const text = shown.join('')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested.
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|hush-hush|letmein/)
  expect(text).toContain('^[[2J^Mover it')
})
