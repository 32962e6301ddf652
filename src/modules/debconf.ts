import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, str } from './option.ts'

/** ansible.builtin.debconf. */
export const debconfModule = module({
  name: 'debconf',
  collection: 'ansible.builtin',
  summary: 'An answer to a question that a package of Debian asks.',
  options: {
    name: done(str({ aliases: ['pkg'], required: true })),
    question: done(str({ aliases: ['selection', 'setting'] })),
    vtype: different(
      'a password that was answered once is left as it is',
      str({
        choices: [
          'boolean',
          'error',
          'multiselect',
          'note',
          'password',
          'seen',
          'select',
          'string',
          'text',
          'title',
        ],
      }),
    ),
    value: done(str({ aliases: ['answer'] })),
    unseen: done(bool(false)),
  },
  means: ({ name, question, vtype, value, unseen }) => {
    if (question === undefined || vtype === undefined || value === undefined)
      return { refused: 'say "question", "vtype" and "value"' }
    return {
      kind: 'debconf_answer',
      fields: fields({
        name,
        question,
        type: vtype,
        value: value === 'True' || value === 'False' ? value.toLowerCase() : value,
        seen: unseen ? false : undefined,
      }),
    }
  },
})
