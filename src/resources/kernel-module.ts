import { z } from 'zod'
import type { Change, Difference } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import { fileAt } from '../sensors/files.ts'
import {
  type KernelModuleReading,
  kernelModuleNamed,
  moduleName,
  parametersFile,
} from '../sensors/kernel-modules.ts'
import { lines, sh } from '../shell/quote.ts'
import { attribute } from './attribute.ts'
import { replaceFile } from './small-file.ts'
import { ifReplaceable, ifWritable } from './writable.ts'

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'must be the name of a module such as ip_vs')
    .describe('The module; `-` and `_` are one.'),
  state: z
    .enum(['present', 'absent'])
    .default('present')
    .describe('`present`: loaded now and at every boot. `absent`: unloaded, and not loaded at boot.'),
  parameters: z
    .record(
      z.string().regex(/^[A-Za-z0-9_]+$/, 'must be the name of a parameter'),
      z.union([z.string().regex(/^[^\s\0\\]+$/, 'must be one word without a backslash'), z.number()]),
    )
    .optional()
    .describe('Given when it is loaded; a module that is loaded already keeps its own until the next boot.'),
})

type KernelModule = z.infer<typeof schema>

/** A module of the kernel, loaded now and at every boot. */
export const kernelModule: ResourceKind<
  KernelModule,
  { module: ReturnType<typeof kernelModuleNamed>; at: ReturnType<typeof fileAt> }
> = {
  name: 'kernel_module',
  summary: 'A module of the kernel, loaded now and at every boot.',
  schema,
  shorthand: 'name',
  subject: ({ name }) => moduleName(name),
  inspect: ({ name }) => ({ module: kernelModuleNamed(name), at: fileAt(bootFile(name)) }),
  converge: (wanted, { module, at }, upcoming) => {
    const path = bootFile(wanted.name)
    if (wanted.state === 'absent') {
      const change = remove(wanted, module)
      return module.atBoot.length > 0 ? ifWritable(change, { path, at, bytes: 0 }, upcoming) : change
    }
    const change = load(wanted, module)
    return isUnnamed(module) ? ifReplaceable(change, { path, at }, upcoming) : change
  },
}

function load({ name, parameters }: KernelModule, found: KernelModuleReading): Change | undefined {
  const module = moduleName(name)
  const words = Object.entries(parameters ?? {}).map(([key, value]) => `${key}=${value}`)
  const options = words.join(' ')
  const missing = found.live === 'absent'
  const unnamed = isUnnamed(found)
  const other = parameters !== undefined && options !== found.parameters
  if (!missing && !unnamed && !other) return undefined
  const differences: Difference[] = [
    ...(missing ? [attribute('now', undefined, 'loaded')] : []),
    ...(unnamed ? [attribute('at boot', undefined, 'loaded')] : []),
    ...(other ? [attribute('parameters', found.parameters || undefined, options)] : []),
  ]
  return {
    summary: missing ? 'load' : unnamed ? 'load at boot' : 'set parameters',
    differences,
    script: lines(
      ...(other
        ? [
            sh`mkdir -p /etc/modprobe.d`,
            replaceFile(parametersFile(name), sh`printf 'options %s %s\n' ${module} ${options}`),
          ]
        : []),
      ...(missing ? [sh`modprobe -- ${module}`] : []),
      ...(unnamed
        ? [sh`mkdir -p /etc/modules-load.d`, replaceFile(bootFile(name), sh`printf '%s\n' ${module}`)]
        : []),
    ),
    impact: 'none',
    disturbs: disturbedBy(name),
    keeps: [...disturbedBy(name), `file:${bootFile(name)}`],
  }
}

function remove({ name }: KernelModule, found: KernelModuleReading): Change | undefined {
  const ours = found.atBoot.includes(bootFile(name)) || found.parameters !== ''
  const elsewhere = found.atBoot.filter((file) => file !== bootFile(name))
  if (found.live === 'absent' && found.atBoot.length === 0 && !ours) return undefined
  return {
    summary: 'unload',
    differences: [
      ...(found.live === 'absent' ? [] : [attribute('now', found.live, undefined)]),
      ...(found.atBoot.length === 0 ? [] : [attribute('at boot', found.atBoot.join(', '), undefined)]),
    ],
    script: lines(
      sh`rm -f ${bootFile(name)} ${parametersFile(name)}`,
      ...(elsewhere.length > 0
        ? [sh`echo ${`${elsewhere.join(', ')} still loads it at boot: remove it there`} >&2`, sh`exit 1`]
        : []),
      ...(found.live === 'builtin' ? [sh`echo 'it is built into the kernel' >&2`, sh`exit 1`] : []),
      ...(found.live === 'loaded' ? [sh`modprobe -r -- ${moduleName(name)}`] : []),
    ),
    impact: 'none',
    disturbs: disturbedBy(name),
    keeps: [...disturbedBy(name), `file:${bootFile(name)}`],
  }
}

/** Nothing would load it at boot. */
function isUnnamed({ atBoot, live }: KernelModuleReading): boolean {
  return atBoot.length === 0 && live !== 'builtin'
}

function bootFile(name: string): string {
  return `/etc/modules-load.d/understudy-${moduleName(name)}.conf`
}

/** Its boot file names this module alone, so that many can be loaded in one trip. */
function disturbedBy(name: string): readonly string[] {
  return [`module:${moduleName(name)}`, `file:${parametersFile(name)}`]
}
