import { lookup } from 'node:dns/promises'
import { quote } from './command.ts'
import { LabFailure } from './failure.ts'
import type { Mirrors } from './mirror.ts'
import type { LabPaths } from './paths.ts'

/** The archives as the machines know them: a path of the package proxy, and the mirror behind it. */
const ARCHIVES = { debian: 'debian', security: 'debian-security' } as const
type Archive = keyof typeof ARCHIVES

/** How one archive is reached from this computer. */
export interface Route {
  readonly path: string
  /** Whom nginx asks; undefined where nobody can be asked just now. */
  readonly server: string | undefined
  /** What comes before the path inside the archive in the request, as two parts: nginx redirects to a whole URL. */
  readonly target: readonly [string, string]
  /** The mirror as it may be shown: without a password. */
  readonly shown: string
  readonly headers: Readonly<Record<string, string>>
  /** The mirror's certificate is for this name. */
  readonly tlsName: string
  /** Where https goes through a proxy, nginx needs a way through made for it. */
  readonly tunnel?: { readonly socket: string; readonly proxy: URL; readonly destination: string }
}

/** The routes to both archives. */
export async function routesOf(mirrors: Mirrors, paths: LabPaths): Promise<readonly Route[]> {
  const archives = Object.keys(ARCHIVES) as Archive[]
  return Promise.all(
    archives.map((archive) =>
      routeOf(ARCHIVES[archive], new URL(mirrors[archive]), mirrors.proxies[archive], paths),
    ),
  )
}

async function routeOf(
  path: string,
  mirror: URL,
  proxyAddress: string | undefined,
  paths: LabPaths,
): Promise<Route> {
  const folder = mirror.pathname.replace(/\/+$/, '')
  const route = {
    path,
    shown: `${mirror.origin}${mirror.pathname}`,
    target: [folder, ''] as const,
    headers: { Host: mirror.host, ...authorization('Authorization', mirror) },
    tlsName: mirror.hostname,
  }
  if (proxyAddress === undefined)
    return { ...route, server: (await known(mirror.hostname)) ? mirror.origin : undefined }
  const proxy = URL.canParse(proxyAddress) ? new URL(proxyAddress) : undefined
  if (proxy?.protocol !== 'http:')
    throw new LabFailure(
      `apt here reaches ${route.shown} through ${proxy ? proxy.origin : proxyAddress}, and the lab knows http:// proxies only`,
    )
  if (mirror.protocol === 'https:') {
    const socket = paths.tunnelSocket(path)
    const destination = `${mirror.hostname}:${mirror.port || 443}`
    return { ...route, server: `https://unix:${socket}`, tunnel: { socket, proxy, destination } }
  }
  return {
    ...route,
    server: (await known(proxy.hostname)) ? proxy.origin : undefined,
    target: ['http', `://${mirror.host}${folder}`],
    headers: { ...route.headers, ...authorization('Proxy-Authorization', proxy) },
  }
}

// A server whose name nobody knows would keep nginx from starting, and with it what is here already.
function known(hostname: string): Promise<boolean> {
  return lookup(hostname.replace(/^\[|\]$/g, '')).then(
    () => true,
    () => false,
  )
}

function authorization(header: string, { username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {}
  const account = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { [header]: `Basic ${Buffer.from(account).toString('base64')}` }
}

/** The configuration of the nginx that fetches packages and keeps them in `store`. */
export function nginxConfig(
  paths: LabPaths,
  routes: readonly Route[],
  store: string,
  unfinished: string,
): string {
  // One process only: should it be killed, no worker of it stays behind.
  return `user root;
master_process off;
pid ${paths.nginxPid};
error_log ${paths.nginxLog} warn;
events { worker_connections 512; }
http {
  access_log off;
  default_type application/octet-stream;
  client_body_temp_path ${unfinished}/body;
  proxy_temp_path ${unfinished}/proxy;
  fastcgi_temp_path ${unfinished}/fastcgi;
  uwsgi_temp_path ${unfinished}/uwsgi;
  scgi_temp_path ${unfinished}/scgi;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Accept-Encoding "";
  proxy_ssl_server_name on;
  proxy_max_temp_file_size 2048m;
  # Sooner than the patience of the machines' apt ends, so that it is told what is wrong.
  proxy_connect_timeout 5s;
  proxy_read_timeout 20s;
  proxy_next_upstream_timeout 15s;
  # What tells no length may have been cut off, and a page for people is no package: neither is kept.
  map "$upstream_http_content_length;$upstream_http_content_type" $shelf {
    default ${store};
    "~^;" ${unfinished}/discarded;
    "~;text/html" ${unfinished}/discarded;
  }
  server {
    listen unix:${paths.packageSocket};
    root ${store};
${routes.map((route) => locations(route, paths)).join('\n')}
    location / { return 404 "the lab passes on Debian's packages only\\n"; }
  }
}
`
}

// Files in pool/ and by-hash/ never change, so they are plain files which all labs share;
// what does change (InRelease) is passed through and never kept.
function locations(route: Route, { apologySocket }: LabPaths): string {
  const { path, server } = route
  return `    location ~ ^/${path}/(pool/|.*/by-hash/) { try_files $uri @${path}; }
    location /${path}/ {
${server === undefined ? `      return 502;` : ask(route, server)}
      error_page 502 504 = @${path}-gone;
    }
    location @${path} {
      set $kept $uri;
${server === undefined ? `      return 502;` : `${ask(route, server)}${KEEP}`}
      error_page 502 504 = @${path}-gone;
    }
    location @${path}-gone {
      rewrite ^ /${path}/ break;
      proxy_pass http://unix:${apologySocket};
    }`
}

const KEEP = `
      proxy_set_header Range "";
      proxy_set_header If-Range "";
      proxy_set_header If-Modified-Since "";
      proxy_store $shelf$kept;`

function ask({ path, target: [start, rest], headers, tlsName }: Route, server: string): string {
  const rewrites =
    rest === ''
      ? [`rewrite ^/${path}/(.*)$ ${start}/$1 break`]
      : [`rewrite ^/${path}/(.*)$ ${rest}/$1`, `rewrite ^(.*)$ ${start}$1 break`]
  const lines = [
    ...rewrites,
    ...Object.entries(headers).map(([name, value]) => `proxy_set_header ${name} "${value}"`),
    // Setting one header here would forget those that are set for all.
    'proxy_set_header Connection ""',
    'proxy_set_header Accept-Encoding ""',
    `proxy_ssl_name ${tlsName}`,
    `proxy_pass ${server}`,
  ]
  return lines.map((line) => `      ${line};`).join('\n')
}

/** Answers a machine's apt in its own words what is wrong: nginx cannot choose the words of a status. */
export function apologyScript(routes: readonly Route[]): string {
  const cases = routes.map(({ path, shown }) => `/${path}/*) mirror=${quote(shown)} ;;`)
  return `read -r _ path _
while IFS= read -r line && [ "\${#line}" -gt 1 ]; do :; done
case $path in
${cases.join('\n')}
esac
printf 'HTTP/1.1 503 %s\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n' \\
  "The computer of this lab cannot reach its Debian mirror $mirror - see that it is up, then run again"
`
}
