import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../e2e/understudy.ts'
import { inProcess } from './in-process.ts'

const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))

describe('understudy --version', () => {
  it.each(['--version', '-V'])('%s prints the version of package.json', async (flag) => {
    expect(await inProcess([flag])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('leaves `restore --version` the version of a file', async () => {
    const ran = await inProcess(['restore', '--version', '2026', '-i', 'no/such', 'web', '/etc/hosts'])
    expect(ran).toMatchObject({ status: 5, stdout: '', stderr: expect.stringContaining('no/such') })
  })
})
