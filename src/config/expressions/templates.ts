import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { InvalidInput } from '../../model/failure.ts'
import { refuseEndless, unreadable } from '../files.ts'
import { told } from '../told-reads.ts'
import type { Scope } from './scope.ts'

/** The text of a file, which must be UTF-8. Throws InvalidInput. */
export function textOfFile(path: string): string {
  try {
    refuseEndless(path, statSync(path))
    return new TextDecoder('utf-8', { fatal: true }).decode(told(path, readFileSync(path)))
  } catch (error) {
    if (error instanceof InvalidInput) throw error
    throw new InvalidInput([unreadable(path, error as NodeJS.ErrnoException)])
  }
}

/** A template that another names: beside it, or among those of the role and the playbook. */
export function templateBeside(
  name: string,
  file: string,
  scope: Scope,
): { readonly name: string; readonly text: string } | undefined {
  const found = fileFor(name, 'templates', file, scope)
  return found === undefined ? undefined : { name: found, text: textOfFile(found) }
}

/** A file by its name: in this folder of the role or the playbook, in those themselves, or beside what names it. */
export function fileFor(name: string, folder: string, file: string, scope: Scope): string | undefined {
  if (isAbsolute(name)) return existsSync(name) ? name : undefined
  return placesFor(folder, file, scope)
    .map((place) => join(place, name))
    .find((path) => existsSync(path))
}

/** Where files are looked for, nearest first. */
export function placesFor(folder: string, file: string, scope: Scope): readonly string[] {
  const said = ['role_path', 'playbook_dir'].flatMap((name) =>
    scope.has(name) ? [String(scope.read(name))] : [],
  )
  const beside = file === '' ? [] : [dirname(file), join(dirname(file), folder)]
  return [
    ...(folder === 'templates' ? beside : []),
    ...said.flatMap((place) => [join(place, folder), place]),
    ...(folder === 'templates' ? [] : beside),
  ]
}
