import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, dict, different, done, int, list, ours, path, refused, str } from './option.ts'

/** ansible.builtin.get_url. */
export const getUrlModule = module({
  name: 'get_url',
  collection: 'ansible.builtin',
  summary: 'A file that the machine fetches.',
  options: {
    ...fileOptions,
    ciphers: refused('curl and wget of the machine choose them', list()),
    decompress: refused('what the server sends is kept as it is', bool(true)),
    url: done(str({ required: true })),
    dest: done(path({ required: true })),
    tmp_dest: refused('it is staged beside its destination', path()),
    force: different('it is fetched in every run', bool(false)),
    backup: different('kept under /var/lib/understudy/backups', bool(false)),
    checksum: different('the sum itself, not a URL of it', str({ default: '' })),
    use_proxy: done(bool(true)),
    validate_certs: done(bool(true)),
    timeout: done(int({ default: 10 })),
    headers: done(dict()),
    url_username: done(str({ aliases: ['username'] })),
    url_password: done(str({ aliases: ['password'], secret: true })),
    force_basic_auth: different('a password is sent at once', bool(false)),
    client_cert: refused('fetch it with "command" and curl --cert', path()),
    client_key: refused('fetch it with "command" and curl --key', path()),
    http_agent: refused('the server sees curl, wget or apt-helper', str({ default: 'ansible-httpget' })),
    unredirected_headers: refused('all headers go along', list({ default: [] })),
    use_gssapi: refused('there is no Kerberos here', bool(false)),
    use_netrc: different('no netrc is read', bool(true)),
    sha256sum: ours('Another word for a checksum of sha256.', str()),
  },
  means: (given) => {
    const { url, dest, headers, sha256sum } = given
    const checksum = given.checksum === '' && sha256sum ? `sha256:${sha256sum}` : given.checksum
    return {
      kind: 'download',
      fields: fields({
        url,
        dest,
        force: given.force,
        checksum: checksum === '' ? undefined : checksum,
        backup: given.backup,
        headers:
          headers &&
          Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        username: given.url_username,
        password: given.url_password,
        validate_certs: given.validate_certs,
        timeout: given.timeout,
        use_proxy: given.use_proxy,
        ...ownershipOf(given),
      }),
    }
  },
})
