import { type Kind, listed } from './bind.ts'
import { directory } from './directory.ts'
import { packageKind } from './package.ts'
import { service } from './service.ts'

/** Every kind of thing a task can ask for, by the name tasks use. */
export const kinds = {
  directory: listed(directory),
  package: listed(packageKind),
  service: listed(service),
} satisfies Readonly<Record<string, Kind>>
