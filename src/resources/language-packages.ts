import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { type Answer, probed } from './probed.ts'
import { splitWords } from './words.ts'

type ProbedKind<Desired> = ResourceKind<Desired, { answer: Query<Answer> }>

const one = z.string().regex(/^[^\s\0-][^\n\0]*$/, 'must be the name of a package')
const extra = z.string().default('').describe('More words for the program.')

const pip = z
  .strictObject({
    name: z.array(one).default([]).describe('Packages, each with its version where one is meant: `a==1.0`.'),
    requirements: absolutePath.optional().describe('A file of the machine that lists them.'),
    virtualenv: absolutePath.optional().describe('The environment, made where there is none.'),
    virtualenv_command: z.string().default('python3 -m venv').describe('What makes it.'),
    site_packages: z
      .boolean()
      .default(false)
      .describe('The environment has the packages of the machine, too.'),
    executable: z
      .string()
      .regex(/^[A-Za-z0-9_./-]+$/, 'must be the name of a program')
      .default('pip3')
      .describe('The program.'),
    extra_args: extra,
    chdir: absolutePath.optional().describe('Where it runs.'),
    state: z
      .enum(['present', 'latest', 'absent', 'forcereinstall'])
      .default('present')
      .describe('What is wanted.'),
  })
  .refine(({ name, requirements }) => name.length > 0 || requirements !== undefined, {
    path: ['name'],
    message: 'say which packages: name or requirements',
  })

type Pip = z.infer<typeof pip>

function pipOf({ virtualenv, executable }: Pip): string {
  if (virtualenv === undefined) return executable
  return `${virtualenv}/bin/${executable.includes('/') ? 'pip' : executable.replace('pip3', 'pip')}`
}

/** Names as pip compares them (PEP 503). */
function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-')
}

/** Packages of Python. */
export const pipPackages: ProbedKind<Pip> = probed({
  name: 'pip',
  summary: 'Packages of Python.',
  schema: pip,
  subject: ({ name, requirements }) => (name.length > 0 ? name.join(',') : (requirements ?? '')),
  ask: (wanted) => sh`command -v ${pipOf(wanted)} >/dev/null 2>&1 || { echo no-pip; exit 0; }
${pipOf(wanted)} list --format=freeze --disable-pip-version-check 2>/dev/null | sed 's/^/has /'
${embed(wanted.requirements === undefined ? sh`:` : sh`sed -e 's/#.*//' -e '/^[[:space:]]*$/d' -e '/^-/d' -e 's/^/wants /' ${wanted.requirements} 2>/dev/null || :`)}
${embed(wanted.state === 'latest' ? sh`${pipOf(wanted)} list --outdated --format=freeze --disable-pip-version-check 2>/dev/null | sed 's/^/old /' || :` : sh`:`)}`,
  change: (wanted, { stdout }) => {
    const { virtualenv, state, requirements } = wanted
    const said = stdout.split('\n')
    const no = said.includes('no-pip')
    if (no && virtualenv === undefined)
      return `there is no ${wanted.executable} on this host: install python3-pip in a task before`
    const has = new Map(
      said.flatMap((line) => {
        const [, name = '', version = ''] = /^has ([^=]+)==(.*)$/.exec(line) ?? []
        return name === '' ? [] : [[plainName(name), version] as const]
      }),
    )
    const old = new Set(said.flatMap((line) => /^old ([^=]+)==/.exec(line)?.[1] ?? []).map(plainName))
    const listed = said.flatMap((line) => (line.startsWith('wants ') ? [line.slice(6).trim()] : []))
    const names = [...wanted.name, ...listed]
    const missing = names.filter((one) => {
      const [, name = '', , exact] = /^([A-Za-z0-9._-]+)(\[[^\]]*\])?\s*(?:==\s*([^\s;,]+))?/.exec(one) ?? []
      // What comes from an address has no name that is known before.
      if (name === '' || /[:/]/.test(one.split(/[;@]/)[0] ?? '')) return state !== 'absent'
      const found = has.get(plainName(name))
      if (state === 'absent') return found !== undefined
      if (found === undefined || state === 'forcereinstall') return true
      return (exact !== undefined && exact !== found) || (state === 'latest' && old.has(plainName(name)))
    })
    if (
      !no &&
      missing.length === 0 &&
      (requirements === undefined || listed.length > 0 || state === 'absent')
    )
      return undefined
    const words = splitWords(wanted.extra_args).words
    const verb =
      state === 'absent'
        ? ['uninstall', '-y']
        : [
            'install',
            '-q',
            '--disable-pip-version-check',
            ...(state === 'latest' ? ['-U'] : []),
            ...(state === 'forcereinstall' ? ['-U', '--force-reinstall'] : []),
            ...words,
          ]
    const what = [
      ...(wanted.name.length > 0 ? wanted.name : []),
      ...(requirements === undefined ? [] : ['-r', requirements]),
    ]
    return {
      summary:
        `${state === 'absent' ? 'remove' : 'install'} ${missing.join(', ') || requirements || ''}`.trim(),
      script: lines(
        wanted.chdir === undefined ? sh`` : sh`cd -- ${wanted.chdir}`,
        virtualenv === undefined
          ? sh``
          : sh`if [ ! -x ${`${virtualenv}/bin/python`} ] && [ ! -x ${`${virtualenv}/bin/python3`} ]; then ${splitWords(wanted.virtualenv_command).words} ${wanted.site_packages ? ['--system-site-packages'] : []} ${virtualenv}; fi`,
        sh`${pipOf(wanted)} ${verb} ${what}`,
      ),
      takesLong: true,
    }
  },
})

const npm = z
  .strictObject({
    name: one.optional().describe('The package; absent: those of the project.'),
    version: z
      .string()
      .regex(/^[^\s\0]+$/, 'must be a version')
      .optional()
      .describe('Its version.'),
    path: absolutePath.optional().describe('The project.'),
    global: z.boolean().default(false).describe('For all users.'),
    production: z.boolean().default(false).describe('Without what only its developers need.'),
    ci: z.boolean().default(false).describe('As the lock file says.'),
    registry: z
      .string()
      .regex(/^https?:\/\/\S+$/, 'must be a URL')
      .optional()
      .describe('Where packages come from.'),
    executable: z
      .string()
      .regex(/^[A-Za-z0-9_./-]+$/, 'must be the name of a program')
      .default('npm')
      .describe('The program.'),
    flags: z
      .array(z.enum(['--ignore-scripts', '--unsafe-perm', '--no-optional', '--no-bin-links', '--force']))
      .default([])
      .describe('More words for the program.'),
    state: z.enum(['present', 'latest', 'absent']).default('present').describe('What is wanted.'),
  })
  .refine(({ global, path }) => global || path !== undefined, {
    path: ['path'],
    message: 'say where: path, or global',
  })

/** Packages of Node.js. */
export const npmPackages: ProbedKind<z.infer<typeof npm>> = probed({
  name: 'npm',
  summary: 'Packages of Node.js.',
  schema: npm,
  subject: ({ name, path }) => name ?? path ?? 'npm',
  ask: ({
    path,
    global,
    executable,
    state,
  }) => sh`command -v ${executable} >/dev/null 2>&1 || { echo no-npm; exit 0; }
${embed(path === undefined ? sh`:` : sh`cd -- ${path} 2>/dev/null || { echo no-path; exit 0; }`)}
${executable} list --depth=0 --parseable --long ${global ? ['-g'] : []} 2>/dev/null | sed 's/^/has /' || :
${executable} list --depth=0 ${global ? ['-g'] : []} >/dev/null 2>&1 || echo incomplete
${embed(state === 'latest' ? sh`${executable} outdated --parseable ${global ? ['-g'] : []} 2>/dev/null | sed 's/^/old /' || :` : sh`:`)}`,
  change: (wanted, { stdout }) => {
    const { name, version, path, global, production, ci, registry, executable, flags, state } = wanted
    const said = stdout.split('\n')
    if (said.includes('no-npm')) return `there is no ${executable} on this host: install npm in a task before`
    if (said.includes('no-path')) return `there is no ${path}`
    const found =
      name === undefined
        ? undefined
        : said.find((line) => line.startsWith('has ') && line.includes(`:${name}@`))
    const has =
      found === undefined || name === undefined
        ? undefined
        : found.slice(found.indexOf(`:${name}@`) + name.length + 2).split(':')[0]
    const old = said.some(
      (line) => line.startsWith('old ') && (name === undefined || line.includes(`:${name}@`)),
    )
    const done =
      name === undefined
        ? !said.includes('incomplete') && !old
        : state === 'absent'
          ? has === undefined
          : has !== undefined && (version === undefined || has === version) && !(state === 'latest' && old)
    if (done) return undefined
    const verb =
      state === 'absent'
        ? 'uninstall'
        : ci
          ? 'ci'
          : state === 'latest' && found !== undefined
            ? 'update'
            : 'install'
    const words = [
      ...(global ? ['--global'] : []),
      ...(production ? ['--production'] : []),
      ...(registry === undefined ? [] : ['--registry', registry]),
      ...flags,
    ]
    return {
      summary: `${verb} ${name ?? 'what the project needs'}`,
      script: lines(
        path === undefined ? sh`` : sh`cd -- ${path}`,
        sh`${executable} ${verb} ${words} ${name === undefined ? [] : [`${name}${version === undefined ? '' : `@${version}`}`]}`,
      ),
      takesLong: true,
    }
  },
})

const make = z.strictObject({
  chdir: absolutePath.describe('The directory of the Makefile.'),
  target: z
    .string()
    .regex(/^[^\s\0-][^\n\0]*$/, 'must be the name of a target')
    .optional()
    .describe('What is made.'),
  params: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'must be the name of a variable'), z.string())
    .default({})
    .describe('Variables.'),
  file: z
    .string()
    .regex(/^[^\n\0]+$/, 'must be a path')
    .optional()
    .describe('The Makefile.'),
  jobs: z.number().int().min(1).optional().describe('How many at a time.'),
  make: z
    .string()
    .regex(/^[A-Za-z0-9_./-]+$/, 'must be the name of a program')
    .default('make')
    .describe('The program.'),
})

/** A target of a Makefile, which make knows to be up to date. */
export const madeTarget: ProbedKind<z.infer<typeof make>> = probed({
  name: 'make',
  summary: 'A target of a Makefile, which make knows to be up to date.',
  schema: make,
  subject: ({ chdir, target }) => `${chdir} ${target ?? ''}`.trim(),
  ask: (wanted) => sh`command -v ${wanted.make} >/dev/null 2>&1 || { echo no-make; exit 0; }
cd -- ${wanted.chdir} 2>/dev/null || { echo no-path; exit 0; }
${wanted.make} --question ${makeWords(wanted)} >/dev/null 2>&1; echo "question $?"`,
  change: (wanted, { stdout }) => {
    const said = stdout.trim()
    if (said === 'question 0') return undefined
    if (said === 'no-make') return `there is no ${wanted.make} on this host: install it in a task before`
    if (said === 'no-path') return `there is no ${wanted.chdir}`
    return {
      summary: `make ${wanted.target ?? ''}`.trim(),
      script: sh`cd -- ${wanted.chdir}
${wanted.make} ${makeWords(wanted)}`,
      takesLong: true,
    }
  },
})

function makeWords({ target, params, file, jobs }: z.infer<typeof make>): readonly string[] {
  return [
    ...(file === undefined ? [] : ['--file', file]),
    ...(jobs === undefined ? [] : ['-j', String(jobs)]),
    ...(target === undefined ? [] : [target]),
    ...Object.entries(params).map(([name, value]) => `${name}=${value}`),
  ]
}
