import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const text = z.string()

/** What the play's own file of variables says, as far as the scripts of the floor need to know it. */
const schema = z.looseObject({
  service_user: text,
  service_id: z.number(),
  address: text,
  peers: z.array(z.looseObject({ name: text, address: text })),
  kernel_settings: z.array(z.object({ name: text, value: text })),
})

/** The variables of the play. */
export type Variables = z.infer<typeof schema>

/** Reads them from the folder of the play. */
export function variables(plays: string): Variables {
  return schema.parse(parse(readFileSync(join(plays, 'vars.yaml'), 'utf8')))
}
