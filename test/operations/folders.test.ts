import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeFolder } from '../../src/operations/folders.ts'

const root = mkdtempSync(join(tmpdir(), 'understudy-folders-'))
afterAll(() => rmSync(root, { recursive: true }))

const refused = (path: string) => makeFolder(path).then(() => 'made', String)

describe('a folder', () => {
  it('is made with those it lies in, for whom it is said, and is left as it is where it is there', async () => {
    const path = join(root, 'a/b/../c/d')
    for (const mode of [0o700, 0o755]) await makeFolder(path, mode)
    expect(['a', 'a/c', 'a/c/d'].map((one) => statSync(join(root, one)).mode & 0o777)).toEqual([
      0o700, 0o700, 0o700,
    ])
    await Promise.all([1, 2, 3].map(() => makeFolder(join(root, 'e/f/g'))))
  })

  it('is refused, and soon, where nothing can be made or written: as in /proc, in /sys, below a device or a file', async () => {
    writeFileSync(join(root, 'file'), '')
    symlinkSync('nowhere', join(root, 'link'))
    for (const path of ['/proc/x', '/proc/x/y/z', '/proc/self/fd/x/y', '/dev/null', '/dev/null/x', '/sys/x'])
      expect(await refused(path), path).toMatch(`nothing can be written into ${path}: E`)
    for (const path of ['file', 'file/x', 'link', 'link/x', `${'x'.repeat(300)}/y`])
      expect(await refused(join(root, path)), path).toMatch(/nothing can be written into \S+: E[A-Z]+: /)
  })
})
