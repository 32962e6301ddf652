import { z } from 'zod'
import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, list, ours, oursAs, path, refused, str } from './option.ts'

/** ansible.builtin.unarchive. */
export const unarchiveModule = module({
  name: 'unarchive',
  collection: 'ansible.builtin',
  source: 'files',
  summary: 'An archive, unpacked.',
  options: {
    ...fileOptions,
    src: different(
      'a file of the controller or of the machine, or a URL with remote_src',
      path({ required: true }),
    ),
    dest: done(path({ required: true })),
    copy: different('`no` is remote_src: yes', bool(true)),
    creates: done(path()),
    io_buffer_size: refused('files go over in one piece', int({ default: 65536 })),
    list_files: refused('ask with "command"', bool(false)),
    exclude: done(list({ default: [] })),
    include: done(list({ default: [] })),
    keep_newer: refused('an archive is unpacked once for each of its versions', bool(false)),
    extra_opts: done(list({ default: '' })),
    remote_src: done(bool(false)),
    validate_certs: done(bool(true)),
    decrypt: different('what the vault encrypted is decrypted', bool(true)),
    content: oursAs('The archive itself, as read from src.', z.union([z.string(), z.instanceof(Uint8Array)])),
    strip: ours('Leading directories to drop from names; not for zip.', int()),
    sha256: ours('What the archive must be; another one is refused.', str()),
  },
  means: (given) => {
    const { src, dest, creates, content, extra_opts, strip, sha256, validate_certs } = given
    const remote_src = given.remote_src || !given.copy
    if (given.exclude.length > 0 && given.include.length > 0)
      return { option: 'include', refused: '"include" and "exclude" do not go together' }
    const counts = extra_opts.map((one) => /^--strip(?:-components)?=(\d+)$/.exec(one)?.[1])
    const counted = counts.find((one) => one !== undefined)
    const common = {
      dest,
      creates,
      ...ownershipOf(given),
      strip: strip ?? (counted === undefined ? undefined : Number(counted)),
      keep_owner: true,
      exclude: given.exclude,
      include: given.include,
      words: extra_opts.filter((_, index) => counts[index] === undefined),
    }
    if (src.includes('://'))
      return remote_src
        ? { kind: 'unpacked_url', fields: fields({ url: src, ...common, validate_certs }) }
        : { option: 'src', refused: 'a URL needs "remote_src: yes"' }
    return {
      kind: 'archive',
      fields: fields({
        src,
        ...(remote_src ? { remote_src } : { content: content ?? '' }),
        sha256,
        ...common,
      }),
    }
  },
})
