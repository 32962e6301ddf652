/** Archives as their authors released them, from where Debian keeps them. */
export const releases = {
  keepalived: {
    path: 'pool/main/k/keepalived/keepalived_2.2.7.orig.tar.gz',
    sha256: 'c61940d874154a560a54627ecf7ef47adebdf832164368d10bf242a4d9b7d49d',
    // What this cluster does not need: a machine of the lab takes its time for each of them.
    configure: [
      '--enable-optimise=0',
      '--disable-warnings',
      '--disable-systemd',
      '--disable-routes',
      '--disable-linkbeat',
      '--disable-iptables',
      '--disable-nftables',
      '--disable-track-process',
      '--disable-hardening',
      '--disable-vrrp-auth',
      '--disable-lvs-syncd',
      '--disable-dependency-tracking',
    ],
  },
  nginx: {
    path: 'pool/main/n/nginx/nginx_1.22.1.orig.tar.gz',
    sha256: '9ebb333a9e82b952acd3e2b4aeb1d4ff6406f72491bab6cd9fe69f0dea737f31',
    configure: [
      '--with-cc-opt=-O0',
      ...[
        'auth_basic autoindex browser charset empty_gif fastcgi geo grpc gzip limit_conn limit_req map',
        'memcached mirror proxy referer scgi split_clients ssi userid uwsgi',
      ]
        .join(' ')
        .split(' ')
        .map((name) => `--without-http_${name}_module`),
      '--without-http-cache',
    ],
  },
} as const

/** What the playbook asks for to build them on Debian; the disks of the machines that build have it from the start. */
export const buildDependencies = [
  ...['gcc', 'libc6-dev', 'libnl-3-dev', 'libnl-genl-3-dev', 'libpcre2-dev', 'libssl-dev', 'make'],
  ...['pkg-config', 'zlib1g-dev'],
]
