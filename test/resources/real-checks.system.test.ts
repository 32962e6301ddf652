import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { apply, make } from './run.ts'
import { openWorld, shells } from './world.ts'

needs('worlds', 'busybox', 'nginx', 'keepalived')

describe.each(shells)('nginx -t under $name', (shell) => {
  it.each([{ name: 'fresh' }, { name: 'live' }])(
    'judges a $name file of its tree before it is there',
    async ({ name }) => {
      using world = openWorld(shell)
      const dest = `/etc/nginx/conf.d/${name}.conf`
      const seen = world.outside(dest)
      rmSync(world.outside('/etc/nginx/sites-enabled'), { recursive: true, force: true })
      mkdirSync(world.outside('/etc/nginx/sites-enabled'))
      const good = (port: number) => `server { listen 127.0.0.1:${port}; }\n`
      if (name === 'live') writeFileSync(seen, good(8081))
      const before = existsSync(seen) ? readFileSync(seen, 'utf8') : undefined
      const write = (content: string) =>
        apply(world, make('template', { dest, content, validate: 'nginx -t' }))
      const refused = await write('server { lisen 80; }\n')
      expect(refused.status).toBe(1)
      expect(refused.stderr).toContain('unknown directive "lisen"')
      expect(refused.stderr).toContain(`${dest}:1`)
      expect(existsSync(seen) ? readFileSync(seen, 'utf8') : undefined).toBe(before)
      expect(await write(good(8082))).toMatchObject({ status: 0, again: undefined })
      expect(readFileSync(seen, 'utf8')).toBe(good(8082))
    },
  )

  it('judges its main file where that is named', async () => {
    using world = openWorld(shell)
    const dest = '/etc/nginx/nginx.conf'
    rmSync(world.outside('/etc/nginx/sites-enabled'), { recursive: true, force: true })
    const validate = 'nginx -t -c %s'
    const good = 'events {}\nhttp { include mime.types; }\n'
    expect(await apply(world, make('copy', { dest, content: good, validate }))).toMatchObject({ status: 0 })
    const bad = await apply(world, make('copy', { dest, content: 'events {', validate }))
    expect(bad.stderr).toMatch(/unexpected end of file.*\n.*test failed/s)
    expect(readFileSync(world.outside(dest), 'utf8')).toBe(good)
  })
})

describe.each(shells)('keepalived -t under $name', (shell) => {
  it('judges its configuration before it is there', async () => {
    using world = openWorld(shell)
    const dest = '/etc/keepalived/keepalived.conf'
    rmSync(world.outside(dest), { force: true })
    const validate = 'keepalived -t -f %s'
    const balance = (scheduler: string) =>
      `virtual_server 192.0.2.1 80 {\n  lb_algo ${scheduler}\n  lb_kind DR\n  protocol TCP\n  real_server 192.0.2.2 80 {\n    TCP_CHECK {\n    }\n  }\n}\n`
    const bad = await apply(world, make('template', { dest, content: balance('nope'), validate }))
    expect(bad.status).toBe(1)
    expect(bad.stderr).toContain("Invalid lvs_scheduler 'nope'")
    expect(existsSync(world.outside(dest))).toBe(false)
    expect(await apply(world, make('template', { dest, content: balance('wlc'), validate }))).toMatchObject({
      status: 0,
      again: undefined,
    })
  })
})
