import { z } from 'zod'
import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, oursAs, str } from './option.ts'

/** ansible.builtin.script. */
export const scriptModule = module({
  name: 'script',
  collection: 'ansible.builtin',
  freeForm: 'cmd',
  source: 'script',
  summary: 'A script of the controller, run on the machine.',
  options: {
    free_form: different('what stands behind the name', str()),
    cmd: done(str()),
    creates: done(str()),
    removes: done(str()),
    chdir: done(str()),
    executable: different('the shell that is to read it', str()),
    decrypt: different('what the vault encrypted is decrypted', bool(true)),
    content: oursAs(
      'The script itself, as read on the controller.',
      z.union([z.string(), z.instanceof(Uint8Array)]),
    ),
  },
  means: (given) => {
    const words = (given.cmd ?? given.free_form ?? '').trim()
    const { content, creates, removes, chdir, executable } = given
    return {
      kind: 'script',
      fields: fields({ words, content: content ?? '', creates, removes, chdir, executable }),
    }
  },
})
