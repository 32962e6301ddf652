import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What pages load beside their text, by name. */
export type Clients = ReadonlyMap<string, { readonly text: string; readonly type: string }>

const types = {
  'live.mjs': 'text/javascript; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const

/** Reads them from the folder where they stand. */
export async function readClients(folder: string): Promise<Clients> {
  const all = Object.entries(types).map(
    async ([name, type]) => [name, { type, text: await readFile(join(folder, name), 'utf8') }] as const,
  )
  return new Map(await Promise.all(all))
}
