import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { declareApply } from '../../../src/cli/apply.ts'
import { declareCompletion } from '../../../src/cli/completion.ts'
import { declareDrill } from '../../../src/cli/drill.ts'
import { declareExec } from '../../../src/cli/exec.ts'
import { declareHandover } from '../../../src/cli/handover.ts'
import { declareLab } from '../../../src/cli/lab.ts'
import { declarePlan } from '../../../src/cli/plan.ts'
import { answer } from '../../../src/cli/tab/answer.ts'
import { projectRoot } from '../../e2e/understudy.ts'

const declared = [
  declarePlan,
  declareApply,
  declareDrill,
  declareHandover,
  declareExec,
  declareLab,
  declareCompletion,
]
const lvs = `${projectRoot}/inventories/lvs-dr`

/** What is offered where the last word stands, without what it means; and whether files may stand there, too. */
async function offered(...words: readonly string[]) {
  const program = new Command('understudy')
  for (const declare of declared) declare(program)
  const lines = (await answer(program, words, {})).trimEnd().split('\n')
  return { values: lines.slice(0, -1).map((line) => line.split('\t')[0]), files: lines.at(-1) === ':0' }
}
const only = (...values: readonly string[]) => ({ values, files: false })

describe('what a tab offers', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'understudy-tab-'))
    process.env.UNDERSTUDY_LAB_STATE = join(directory, 'labs')
  })
  afterEach(() => {
    delete process.env.UNDERSTUDY_LAB_STATE
    rmSync(directory, { recursive: true })
  })

  it('are commands, but not the hidden one', async () => {
    expect(await offered('')).toEqual(
      only('plan', 'apply', 'drill', 'handover', 'exec', 'lab', 'completion', 'help'),
    )
    expect(await offered('lab', 'ssh')).toEqual(only('ssh', 'ssh-config'))
    expect(await offered('comp')).toEqual(only('completion'))
  })

  it('are flags of the command in the line, wherever they may stand', async () => {
    expect(await offered('plan', '--no-')).toEqual(only('--no-diff'))
    expect(await offered('drill', '-i', 'plan', '--la')).toEqual(only('--lasts'))
    expect((await offered('exec', 'web', '--', '--la')).values).toEqual([])
  })

  it('are drills that fit the cluster, none twice', async () => {
    const { values } = await offered('drill', '-i', lvs, 'keepalived-killed', 'keepalived-')
    expect(values).toEqual(['keepalived-stopped', 'keepalived-paused'])
    expect((await offered('drill', `-i${lvs}`, 'nfs')).values).toEqual([])
    expect(await offered('drill', '-i', lvs, '--on', 'rs')).toEqual(only('rs1', 'rs2'))
    expect((await offered('drill', '-i', `${projectRoot}/inventories/nfs-web`, 'nfs')).values).not.toEqual([])
    // Without an inventory it is not known which of them fit.
    expect((await offered('drill', 'nfs')).values).not.toEqual([])
    expect((await offered('apply', '--drill', 'cable-pulled,keepalived-k')).values).toEqual([
      'cable-pulled,keepalived-killed',
    ])
  })

  it('are hosts, groups, directors and VIPs of the inventory', async () => {
    expect(await offered('exec', '-i', lvs, 'r')).toEqual(only('realservers', 'rs1', 'rs2'))
    expect(await offered('plan', `--inventory=${lvs}`, '-l', 'directors:!d')).toEqual(
      only('directors:!directors', 'directors:!d1', 'directors:!d2'),
    )
    expect(await offered('handover', '-i', lvs, '')).toEqual(only('d1', 'd2'))
    expect(await offered('handover', '-i', lvs, '--vip', '')).toEqual(only('10.77.0.100'))
    expect(await offered('handover', '-i', '/no/such', '')).toMatchObject({ values: [] })
  })

  it('are labs, kinds and shells', async () => {
    mkdirSync(join(directory, 'labs/mine'), { recursive: true })
    writeFileSync(join(directory, 'labs/mine/lab.json'), '{}')
    expect((await offered('lab', 'down', 'm')).values).toEqual(['mine'])
    expect((await offered('lab', 'kill', 'd1', '--lab', 'm')).values).toEqual(['mine'])
    expect((await offered('exec', 'all', '-m', 'fire')).values).toEqual(['firewall', 'firewalld'])
    expect(await offered('completion', '')).toEqual(only('bash', 'zsh', 'fish'))
  })

  it('are files where a file belongs, and nothing where words are free', async () => {
    expect(await offered('drill', '--report', 'x')).toEqual({ values: [], files: true })
    expect(await offered('plan', 'si')).toEqual({ values: [], files: true })
    expect(await offered('lab', 'up', 'inv')).toEqual({ values: [], files: true })
  })
})

describe('a tab', () => {
  it('runs no program that lies in the working directory, unless it is named', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'understudy-tab-'))
    const before = process.cwd()
    try {
      const path = join(directory, 'hosts')
      writeFileSync(path, '#!/bin/sh\necho \'{"web": ["h1"], "_meta": {"hostvars": {}}}\'\n')
      chmodSync(path, 0o755)
      expect((await offered('exec', '-i', path, 'h')).values).toEqual(['h1'])
      process.chdir(directory)
      expect((await offered('exec', 'h')).values).toEqual([])
    } finally {
      process.chdir(before)
      rmSync(directory, { recursive: true })
    }
  })
})
