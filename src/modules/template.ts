import { z } from 'zod'
import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, list, ours, path, refused, str } from './option.ts'

/** ansible.builtin.template. */
export const templateModule = module({
  name: 'template',
  collection: 'ansible.builtin',
  source: 'templates',
  summary: 'A file rendered from a template.',
  options: {
    ...fileOptions,
    follow: refused('name the file that a link points to', bool(false)),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    src: done(path({ required: true })),
    dest: done(path({ required: true })),
    newline_sequence: done({
      ...str({ choices: ['\\n', '\\r', '\\r\\n'], default: '\\n' }),
      schema: () => z.string().regex(/^(?:\\n|\\r|\\r\\n|\n|\r|\r\n)$/, 'must be \\n, \\r or \\r\\n'),
    }),
    block_start_string: done(str({ default: '{%' })),
    block_end_string: done(str({ default: '%}' })),
    variable_start_string: done(str({ default: '{{' })),
    variable_end_string: done(str({ default: '}}' })),
    comment_start_string: done(str()),
    comment_end_string: done(str()),
    trim_blocks: done(bool(true)),
    lstrip_blocks: done(bool(false)),
    force: done(bool(true)),
    output_encoding: refused('files are written in UTF-8', str({ default: 'utf-8' })),
    validate: done(str()),
    content: ours('What the template gives for this host.', str()),
    parts: ours(
      'Patterns of files that the file may have included: those that it includes no more are named.',
      list(),
    ),
    source_mode: ours('Permissions of the template.', str()),
  },
  means: (given) => {
    const { dest, src, content, force } = given
    const mode = given.mode === 'preserve' ? given.source_mode : given.mode
    const name = src.slice(src.lastIndexOf('/') + 1)
    return {
      kind: 'template',
      fields: fields({
        dest: dest.endsWith('/') ? `${dest}${name}` : dest,
        // Ansible has no such templates, so nobody means a directory by the name of a file: one in its place is refused.
        name: dest.endsWith('/') || name.endsWith('.hbs') ? undefined : name,
        content: String(content ?? ''),
        once: force ? undefined : true,
        parts: given.parts,
        validate: given.validate,
        backup: given.backup,
        ...ownershipOf({ ...given, mode }),
      }),
    }
  },
})
