import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadAdHoc } from '../../../src/config/index.ts'
import { Failure } from '../../../src/model/failure.ts'
import { expansions, project, wanted } from './project.ts'

async function adHoc(kind: string, fields: string, hosts = 'a') {
  using here = project({})
  return await loadAdHoc({
    inventory: [join(here.directory, 'inventory.yaml')],
    extraVars: [],
    packageRoot: resolve(import.meta.dirname, '../../..'),
    directory: here.directory,
    hosts,
    kind,
    fields,
  })
}

const refusal = async (kind: string, fields: string, hosts?: string) => {
  try {
    await adHoc(kind, fields, hosts)
    return 'taken'
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return error.message
  }
}

describe('one thing without a playbook', () => {
  it.each([
    ['package', 'name=nginx state=latest', 'package[nginx]'],
    ['package', 'nginx', 'package[nginx]'],
    ['yum', 'name=nginx state=present', 'package[nginx]'],
    ['service', 'name=nginx state=started enabled=yes', 'service[nginx]'],
    ['service', 'name=keepalived state=restarted', 'command[systemctl restart keepalived]'],
    ['user', "name=web comment='the web user' uid=1234", 'user[web]'],
    ['copy', 'dest=/x content="a b" mode=0644', 'copy[/x]'],
    ['command', 'uptime -p', 'command[uptime -p]'],
    ['shell', 'uptime | tr a b', 'shell[uptime | tr a b]'],
  ])('%s %s is %s', async (kind, fields, expected) => {
    expect(wanted(await adHoc(kind, fields), 'a')).toEqual([expected])
  })

  it('runs commands every time, as they were asked for', async () => {
    const [only] = expansions(await adHoc('command', 'uptime'), 'a')
    expect(only?.is === 'ready' && only.resources[0]?.options.always).toBe(true)
  })

  it('goes to the hosts of a pattern', async () => {
    const intent = await adHoc('command', 'uptime', 'all:!b')
    expect([...intent.hosts.keys()]).toEqual(['a'])
  })

  it.each([
    ['pakage', 'x', 'a', 'did you mean "package"?'],
    ['package', 'nam=x', 'a', 'unknown key "nam" in package'],
    ['user', 'web admin', 'a', '"web" is no field'],
    ['user', "name='web", 'a', 'a quote is never closed'],
    ['package', 'x', 'nobody', 'no host or group is called "nobody"'],
  ])('%s %s on %s is refused', async (kind, fields, hosts, expected) => {
    expect(await refusal(kind, fields, hosts)).toContain(expected)
  })
})
