import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { sha256 } from '../sensors/sha256.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import { roomIn, unpackHeld } from './archive-script.ts'
import { fetchScript } from './fetch-script.ts'
import { absolutePath } from './fields.ts'
import { type Answer, probed } from './probed.ts'
import { stateDirectory } from './state-directory.ts'
import { unpackingFields } from './unpacking.ts'

const schema = z.strictObject({
  url: z
    .string()
    .regex(/^[a-z]+:\/\/[^\s\0]+$/i, 'must be a URL')
    .describe('The archive.'),
  dest: absolutePath.describe('The directory it is unpacked into, which must be there.'),
  creates: absolutePath.optional().describe('A path it brings: unpacked again where that is missing.'),
  validate_certs: z
    .boolean()
    .default(true)
    .describe('Whether the server must have a certificate that is trusted.'),
  ...unpackingFields,
})

type UnpackedUrl = z.infer<typeof schema>

/** An archive that the machine fetches and unpacks, once for each URL. */
export const unpackedUrl: ResourceKind<UnpackedUrl, { answer: Query<Answer> }> = probed({
  name: 'unpacked_url',
  summary: 'An archive that the machine fetches and unpacks, once for each URL.',
  schema,
  subject: ({ dest }) => dest,
  about: ({ dest }) => [`file:${dest}`],
  ask: ({ url, dest, creates }) =>
    creates === undefined ? sh`[ -e ${noteOf(url, dest)} ] && [ -d ${dest} ]` : sh`[ -e ${creates} ]`,
  change: (wanted, { rc }) => {
    const { url, dest, validate_certs } = wanted
    if (rc === 0) return undefined
    return {
      summary: `fetch and unpack ${url}`,
      script: lines(
        sh`if [ ! -d ${dest} ]; then echo ${`there is no directory ${dest}: make it in a task before`} >&2; exit 1; fi
${embed(roomIn(dest))}
us_got=$us_tmp/archive`,
        fetchScript({ url, validate_certs }),
        sh`us_from=$us_got`,
        unpackHeld(dest, wanted),
        sh`(umask 077; mkdir -p -- ${`${stateDirectory}/archives`}; : >${noteOf(url, dest)})`,
      ),
      takesLong: true,
      disturbs: [`file:${dest}`],
      keeps: 'nothing',
    }
  },
})

function noteOf(url: string, dest: string): string {
  return `${stateDirectory}/archives/${sha256(new TextEncoder().encode(`${url} ${dest}`))}`
}
