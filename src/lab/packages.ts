import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './command.ts'
import { spawnDetached } from './detach.ts'
import { findMirrors, type Mirrors } from './mirror.ts'
import { cacheRoot, type LabPaths, namespaceOf } from './paths.ts'

/** The port of the package proxy at the lab's gateway address. */
export const PACKAGE_PORT = 3142

/**
 * Lets the machines install Debian packages although they have no way out: nginx on this computer, listening
 * on a socket file, fetches and keeps them; socat offers that socket inside the lab's namespace.
 */
export async function startPackageProxy(lab: string, gateway: string, paths: LabPaths): Promise<void> {
  const store = join(cacheRoot(), 'packages')
  const unfinished = unfinishedFolder(lab)
  await mkdir(unfinished, { recursive: true })
  await rm(paths.packageSocket, { force: true })
  await writeFile(paths.nginxConfig, nginxConfig(paths, await findMirrors(), store, unfinished))
  await run(['nginx', '-e', paths.nginxLog, '-c', paths.nginxConfig])
  await spawnDetached(
    [
      ...['ip', 'netns', 'exec', namespaceOf(lab), 'socat'],
      `TCP-LISTEN:${PACKAGE_PORT},bind=${gateway},reuseaddr,fork`,
      `UNIX-CONNECT:${paths.packageSocket}`,
    ],
    join(paths.root, 'socat.log'),
  )
}

/** Where the proxy of a lab keeps downloads it has not finished. */
export function unfinishedFolder(lab: string): string {
  return join(cacheRoot(), 'packages', 'unfinished', lab)
}

// Files in pool/ and by-hash/ never change, so they are plain files which all labs share;
// what does change (InRelease) is passed through and never kept.
function nginxConfig(paths: LabPaths, mirrors: Mirrors, store: string, unfinished: string): string {
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
  server {
    listen unix:${paths.packageSocket};
    root ${store};
${archive('debian', mirrors.debian, store)}
${archive('debian-security', mirrors.security, store)}
    location / { return 404 "the lab passes on Debian's packages only\\n"; }
  }
}
`
}

function archive(name: string, mirror: string, store: string): string {
  const { origin, pathname, host } = new URL(mirror)
  return `    location ~ ^/${name}/(pool/|.*/by-hash/) { try_files $uri @${name}; }
    location /${name}/ {
      proxy_set_header Host ${host};
      proxy_pass ${origin}${pathname.replace(/\/$/, '')}/;
    }
    location @${name} {
      proxy_set_header Host ${host};
      proxy_set_header Range "";
      proxy_set_header If-Range "";
      proxy_set_header If-Modified-Since "";
      set $kept $uri;
      rewrite ^/${name}/(.*)$ ${pathname.replace(/\/$/, '')}/$1 break;
      proxy_pass ${origin};
      proxy_store ${store}$kept;
    }`
}
