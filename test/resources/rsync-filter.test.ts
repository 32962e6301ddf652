import { describe, expect, it } from 'vitest'
import { moduleKinds } from '../../src/modules/index.ts'
import { rsyncFilter } from '../../src/resources/rsync-filter.ts'

describe('options of rsync', () => {
  it.each([
    ['--exclude=*.log', 'a/b.log', true],
    ['--exclude=*.log', 'a/b.log/c', true],
    ['--exclude=/b.log', 'a/b.log', false],
    ['--exclude=a/*.log', 'x/a/b.log', true],
    ['--exclude=/a/**', 'a/b/c', true],
    ['--exclude=/a/***', 'a', true],
    ['--exclude=a[!b]', 'ab', false],
    ['--exclude=a[!b]', 'ac', true],
    ['--exclude=a\\*', 'ab', false],
    ['--exclude=a+(b)', 'a+(b)', true],
    ['--exclude="a b"', 'a b', true],
  ])('%s of %s: %s', (option, path, isExcluded) => {
    const filter = rsyncFilter([option])
    expect(filter.unknown).toBeUndefined()
    expect(filter.isExcluded(path, false)).toBe(isExcluded)
  })

  it('are refused where they mean something else', () => {
    expect(rsyncFilter(['-v', '--progress', '--chmod=D755']).unknown).toBe('--chmod=D755')
    const { error } =
      moduleKinds
        .get('synchronize')
        ?.schema.safeParse({ src: 'a', dest: '/b', rsync_opts: '--chmod=D755' }) ?? {}
    expect(error?.issues[0]).toMatchObject({ message: '--chmod=D755 is not supported: no rsync is run' })
  })
})
