import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Failure } from '../model/failure.ts'
import { firstOf, jsonIn } from './envelope.ts'
import { shapeVersion } from './names.ts'

/** Bytes that a bundle may have at most, as it travels and as it is unpacked. */
export const largestBundle = 64 * 1024 * 1024

const path = z.string().min(1).max(1000).refine(staysInside, 'it leads out of its folder')

/** The files that a worker needs of a fleet: inventories, playbooks, templates. */
export const bundleShape = z.strictObject({
  v: z.literal(shapeVersion),
  /** In the order of their paths, relative to the folder of the fleet's file. */
  files: z
    .array(z.strictObject({ path, executable: z.boolean(), content: z.base64() }))
    .max(100_000)
    .refine((files) => new Set(files.map((file) => file.path)).size === files.length, 'a path stands twice'),
})

/** The same, typed. */
export type Bundle = z.output<typeof bundleShape>

/** How a bundle is named in what is signed: whoever has the digest cannot be given another one. */
export const bundleReference = z.strictObject({
  /** SHA-256 of it as it is kept, in hex: its name in the object store. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().min(1).max(largestBundle),
  /** The understudy that made it. */
  version: z.string().max(40),
})

/** The same, typed. */
export type BundleReference = z.output<typeof bundleReference>

/** The text of a bundle: the same files make the same text. */
export function bundleText(files: Bundle['files']): string {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return JSON.stringify({ v: shapeVersion, files: sorted } satisfies Bundle)
}

/** The digest by which something is named. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Reads the text of a bundle. Throws INVALID_INPUT where it is none. */
export function bundleIn(text: string): Bundle {
  const read = bundleShape.safeParse(jsonIn(text))
  if (read.success) return read.data
  throw new Failure('INVALID_INPUT', `the bundle is not of a known shape: ${firstOf(read.error)}`, {
    next: 'let worker and sender be of the same version of understudy',
  })
}

/** Files that must not travel as they are, and why. */
export function wouldTravelInClear(files: Bundle['files']): readonly { path: string; why: string }[] {
  return files.flatMap(({ path: name, content }) => {
    const text = Buffer.from(content, 'base64').toString('latin1')
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) && !/^\$ANSIBLE_VAULT;/.test(text))
      return [{ path: name, why: 'a private key stands in it' }]
    return /^S[UX][A-Z2-7]{56}$/m.test(text) ? [{ path: name, why: 'the seed of an nkey stands in it' }] : []
  })
}

/** Whether this understudy knows bundles of that version: of its own series, and none that is newer. */
export function knowsVersion(own: string, other: string): boolean {
  const [ours, theirs] = [own, other].map((text) => text.split(/[.+-]/).map(Number))
  if (!ours || !theirs || theirs.some((part, index) => index < 3 && !Number.isInteger(part))) return false
  const [major, minor = 0, patch = 0] = ours
  const [itsMajor, itsMinor = 0, itsPatch = 0] = theirs
  if (major !== itsMajor) return false
  // Before 1.0 each minor version may be a new series.
  if (major === 0) return minor === itsMinor && itsPatch <= patch
  return itsMinor < minor || (itsMinor === minor && itsPatch <= patch)
}

function staysInside(name: string): boolean {
  return (
    !name.startsWith('/') && !name.includes('\0') && !name.split('/').some((part) => /^(\.{0,2})$/.test(part))
  )
}
