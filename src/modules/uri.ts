import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, dict, different, done, int, ints, list, path, raw, refused, str } from './option.ts'

function bodyOf(body: unknown, format: string): string {
  if (typeof body === 'string') return body
  if (format !== 'form-urlencoded') return JSON.stringify(body)
  return Object.entries(body as Readonly<Record<string, unknown>>)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&')
}

/** ansible.builtin.uri. */
export const uriModule = module({
  name: 'uri',
  collection: 'ansible.builtin',
  summary: 'What a web server answers to the machine.',
  options: {
    ciphers: refused('curl and wget of the machine choose them', list()),
    decompress: refused('what the server sends is kept as it is', bool(true)),
    url: done(str({ required: true })),
    dest: refused('fetch a file with get_url', path()),
    url_username: done(str({ aliases: ['user'] })),
    url_password: done(str({ aliases: ['password'], secret: true })),
    body: done(raw()),
    body_format: done(str({ choices: ['form-urlencoded', 'json', 'raw', 'form-multipart'], default: 'raw' })),
    method: done(str({ default: 'GET' })),
    return_content: different('the content is told in any case, 60000 bytes of it at most', bool(false)),
    force_basic_auth: different('a password is sent at once', bool(false)),
    follow_redirects: different(
      'all or none',
      str({ choices: ['all', 'no', 'none', 'safe', 'urllib2', 'yes'], default: 'safe' }),
    ),
    creates: done(path()),
    removes: done(path()),
    status_code: done(ints({ default: [200] })),
    timeout: done(int({ default: 30 })),
    headers: done(dict()),
    validate_certs: done(bool(true)),
    client_cert: refused('fetch it with "command" and curl --cert', path()),
    client_key: refused('fetch it with "command" and curl --key', path()),
    ca_path: refused('trust the certificate on the machine', path()),
    src: refused('write it as "body", with lookup', path()),
    remote_src: refused('write it as "body"', bool(false)),
    force: different('nothing is kept from one run to the next', bool(false)),
    use_proxy: done(bool(true)),
    unix_socket: done(path()),
    http_agent: refused('the server sees curl, wget or apt-helper', str({ default: 'ansible-httpget' })),
    unredirected_headers: refused('all headers go along', list({ default: [] })),
    use_gssapi: refused('there is no Kerberos here', bool(false)),
    use_netrc: different('no netrc is read', bool(true)),
    mode: refused('it is for "dest", which is refused', raw()),
    owner: refused('it is for "dest", which is refused', str()),
    group: refused('it is for "dest", which is refused', str()),
    seuser: refused('it is for "dest", which is refused', str()),
    serole: refused('it is for "dest", which is refused', str()),
    setype: refused('it is for "dest", which is refused', str()),
    selevel: refused('it is for "dest", which is refused', str()),
    unsafe_writes: refused('it is for "dest", which is refused', bool(false)),
    attributes: refused('it is for "dest", which is refused', str({ aliases: ['attr'] })),
  },
  means: (given) => {
    const { body, body_format, method, follow_redirects } = given
    if (body_format === 'form-multipart')
      return { option: 'body_format', refused: 'form-multipart is not supported: run "curl -F" with command' }
    const headers = Object.fromEntries(
      Object.entries(given.headers ?? {}).map(([name, value]) => [name, String(value)]),
    )
    const type = { json: 'application/json', 'form-urlencoded': 'application/x-www-form-urlencoded' }[
      body_format
    ]
    const isTyped = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
    return {
      kind: 'asked_page',
      fields: fields({
        url: given.url,
        method: method.toUpperCase(),
        body: body === undefined || body === null ? undefined : bodyOf(body, body_format),
        status: given.status_code,
        follow:
          !['no', 'none'].includes(follow_redirects) &&
          (follow_redirects !== 'safe' || ['GET', 'HEAD'].includes(method.toUpperCase())),
        creates: given.creates,
        removes: given.removes,
        unix_socket: given.unix_socket,
        headers: {
          ...headers,
          ...(type === undefined || body === undefined || isTyped ? {} : { 'Content-Type': type }),
        },
        username: given.url_username,
        password: given.url_password,
        validate_certs: given.validate_certs,
        timeout: given.timeout,
        use_proxy: given.use_proxy,
      }),
    }
  },
})
