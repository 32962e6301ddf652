import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../e2e/understudy.ts'
import { needs } from '../needs.ts'
import { type Installation, install } from './installation.ts'

needs('build', 'git')

let installed: Installation
beforeAll(async () => {
  installed = await install()
})
afterAll(() => installed?.[Symbol.dispose]())

const commandsIn = (text: string) =>
  [...(text.split('Commands:\n')[1] ?? '').matchAll(/^ {2}([a-z-]+)/gm)]
    .map(([, name]) => name ?? '')
    .filter((name) => name !== 'help')

/** Who runs it: an ordinary user, also where the tests are run by root. */
const users = [{ asNobody: process.getuid?.() === 0 }]

describe('the package', () => {
  it('holds what a user needs, and nothing of the workshop', () => {
    const files = execFileSync('tar', ['-tzf', installed.tarball], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((path) => path.replace(/^package\//, ''))
    const kept = ['dist', 'docs', 'examples', 'schemas', 'templates', 'playbooks', 'inventories']
    expect([...new Set(files.map((path) => path.split('/')[0]))].toSorted()).toEqual(
      [...kept, 'CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json'].toSorted(),
    )
    expect(files.filter((path) => /^dist\/.*(?<!\.d)\.ts$|\.log$|(^|\/)test\/|\.test\./.test(path))).toEqual(
      [],
    )
    // Maps are for what a user may have to report: the command, which is made of many sources.
    expect(files.filter((path) => /\.map$/.test(path) && !/^dist\/cli\/[^/]+$/.test(path))).toEqual([])
    expect(files).toEqual(expect.arrayContaining(['dist/cli/main.js.map', 'dist/cli/THIRD-PARTY.txt']))
    const inTree = execFileSync(
      'git',
      ['ls-files', '--', 'docs', 'schemas', 'templates', 'playbooks', 'inventories'],
      {
        cwd: projectRoot,
        encoding: 'utf8',
      },
    )
    expect(files).toEqual(expect.arrayContaining(inTree.trim().split('\n')))
  })

  it('runs as strictly as its sources do, in all its parts', () => {
    const folder = join(installed.root, 'dist/cli')
    const parts = readdirSync(folder).filter((name) => name.endsWith('.cjs'))
    expect(parts).toContain('command-line.cjs')
    const loose = parts.filter(
      (name) =>
        !/^(\(function \([^)]*\) \{)["']use strict["'];/.test(readFileSync(join(folder, name), 'utf8')),
    )
    expect(loose).toEqual([])
  })

  it('has no link in its pages that leads nowhere', () => {
    const pages = readdirSync(installed.root, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.md') && !path.startsWith('node_modules'),
    )
    expect(pages).toContain('README.md')
    const broken = pages.flatMap((page) => {
      const text = readFileSync(join(installed.root, page), 'utf8')
      const links = [...text.matchAll(/\]\(([^)#:\s]+)[)#]/g)].map(([, link]) => link ?? '')
      return links.filter((link) => !existsSync(resolve(installed.root, dirname(page), link)))
    })
    // What only those need who work on Understudy stays in its repository.
    expect(broken).toEqual(['CONTRIBUTING.md'])
  })

  it('says which version it is, and which programs it needs', async () => {
    const {
      name,
      version,
      engines,
      private: hidden,
    } = JSON.parse(readFileSync(join(installed.root, 'package.json'), 'utf8'))
    expect({ name, hidden, engines }).toEqual({
      name: 'understudy-ha',
      hidden: undefined,
      engines: { node: expect.stringContaining('>=') },
    })
    for (const flag of ['-V', '--version'])
      expect(await installed.understudy([flag])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
  })
})

describe.each(users)('installed, and run from elsewhere (as nobody: $asNobody)', (user) => {
  const understudy = (...args: readonly string[]) => installed.understudy(args, user)
  const mine = (name: string) => `${name} ${user.asNobody}`

  it('every command explains itself', async () => {
    const top = commandsIn((await understudy('--help')).stdout)
    expect(top).toContain('plan')
    const inner = commandsIn((await understudy('lab', '--help')).stdout).map((name) => ['lab', name])
    expect(inner).toContainEqual(['lab', 'up'])
    for (const words of [...top.map((name) => [name]), ...inner]) {
      const told = await understudy(...words, '--help')
      expect(told, words.join(' ')).toMatchObject({ status: 0, stderr: '' })
      expect(told.stdout).toContain(`Usage: understudy ${words.join(' ')}`)
    }
  })

  it('writes an inventory from an architecture that came along, and finds nothing wrong with it', async () => {
    const flags = '--architecture lvs-dr --directors 192.0.2.1,192.0.2.2 --realservers 192.0.2.3,192.0.2.4'
    const directory = mine('a new cluster')
    const made = await understudy(
      'init',
      directory,
      ...flags.split(' '),
      '--vips',
      '192.0.2.9',
      '--no-connect',
    )
    expect(made).toMatchObject({ status: 0, stderr: '' })
    expect(made.stdout).toContain(`understudy plan -i '${directory}/inventory.yaml' '${directory}/site.yaml'`)
    for (const file of ['inventory.yaml', 'site.yaml']) {
      const text = readFileSync(join(installed.elsewhere, directory, file), 'utf8')
      const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? []
      expect(dirname(fileURLToPath(schema))).toBe(join(installed.root, 'schemas'))
      expect(existsSync(fileURLToPath(schema))).toBe(true)
    }
    const linted = await understudy('lint', '-i', directory, join(directory, 'site.yaml'))
    expect(linted).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing to complain about') })
  })

  it('reads copied examples with the playbook, roles and templates that came along', async () => {
    for (const name of ['haproxy-dual-master', 'nfs-web']) {
      const copy = join(installed.elsewhere, mine(name))
      cpSync(join(installed.root, 'inventories', name), copy, { recursive: true })
      const linted = await understudy('lint', '-i', copy)
      expect(linted, name).toMatchObject({ status: 0, stdout: expect.stringMatching(/[1-9]\d* tasks/) })
      const shown = await understudy('inventory', '-i', copy, '--graph')
      expect(shown, name).toMatchObject({ status: 0, stdout: expect.stringContaining('@directors') })
    }
  })

  it('plans, applies nothing, and tells of machines that it cannot reach', async () => {
    const copy = join(installed.elsewhere, mine('unreachable'))
    cpSync(join(installed.root, 'inventories/lvs-dr'), copy, { recursive: true })
    const file = join(copy, 'inventory.yaml')
    const text = readFileSync(file, 'utf8').replaceAll(
      'ansible_host: 10.77.',
      'ansible_port: 1, ansible_host: 127.77.',
    )
    writeFileSync(file, text)
    const expected = { plan: 4, verify: 3, status: 3, exec: 4 }
    for (const [command, status] of Object.entries(expected)) {
      const own: Readonly<Record<string, readonly string[]>> = {
        exec: ['all', '-a', 'true'],
        verify: ['--wait', '0'],
      }
      const words = own[command] ?? []
      const ran = await understudy(command, ...words, '-i', copy, '--timeout', '5')
      expect([command, ran.status]).toEqual([command, status])
      expect(ran.stdout + ran.stderr).toContain('cannot reach 127.77.0.11:1: connection refused')
    }
  })

  it('plans on this computer itself', async () => {
    const inventory = join(installed.elsewhere, mine('local.yaml'))
    const playbook = join(installed.elsewhere, mine('site.yaml'))
    writeFileSync(inventory, 'all: { hosts: { here: { ansible_connection: local } } }\n')
    writeFileSync(
      playbook,
      `- hosts: all\n  tasks:\n    - copy: { dest: "${installed.elsewhere}/hello", content: hello }\n`,
    )
    const planned = await understudy('plan', '-i', inventory, playbook)
    expect(planned).toMatchObject({ status: 2, stdout: expect.stringContaining('1 certain') })
    expect(existsSync(join(installed.elsewhere, 'hello'))).toBe(false)
  })

  it('renders templates as the sources do', async () => {
    const inventory = join(installed.elsewhere, mine('rendering.yaml'))
    const playbook = join(installed.elsewhere, mine('rendering-site.yaml'))
    const template = join(installed.elsewhere, `${mine('ports')}.hbs`)
    writeFileSync(inventory, 'all: { hosts: { here: { ansible_connection: local, ports: [80, 81] } } }\n')
    // Where functions are not strict, it would be an object in the place of a number.
    writeFileSync(template, '{{#each ports}}{{#if this}}<{{this}}>{{/if}}{{/each}}')
    writeFileSync(
      playbook,
      `- hosts: all\n  tasks:\n    - template: { dest: "${installed.elsewhere}/ports", src: ${template} }\n`,
    )
    const planned = await understudy('plan', '-i', inventory, playbook)
    expect(planned).toMatchObject({ status: 2, stdout: expect.stringContaining('<80><81>') })
  })

  it('brings completion for every shell it names', async () => {
    for (const shell of ['bash', 'zsh', 'fish'])
      expect(await understudy('completion', shell)).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('understudy complete'),
        stderr: '',
      })
    const offered = await understudy('complete', '--', 'init', '--architecture', 'lvs')
    expect(offered.stdout).toContain('lvs-dr')
  })

  it('knows the labs of this computer, and what it lacks for one', async () => {
    expect(await understudy('lab', 'list')).toMatchObject({ status: 0, stderr: '' })
    const none = await understudy('lab', 'status', 'none-such')
    expect(none.stderr).toContain('there is no lab none-such')
    const lacking = await understudy('lab', 'prerequisites')
    expect(lacking.stdout).toMatch(/^(nothing is missing|missing: )/)
  })
})
