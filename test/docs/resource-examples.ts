import type { kinds } from '../../src/resources/index.ts'

/** A task for each kind as one would write it; docs/resources.md shows it, and a test reads it as a playbook. */
export const resourceExamples = {
  archive: `- archive:
    src: app-1.4.tar.gz
    dest: /opt/app
    strip: 1
    creates: /opt/app/bin/app
    owner: app`,
  block: `# By its full name: \`block:\` alone is a list of tasks, as in Ansible.
- ansible.builtin.block:
    path: /etc/security/limits.conf
    marker: '# {mark} UNDERSTUDY nginx'
    block: |
      nginx soft nofile 65536
      nginx hard nofile 65536`,
  command: `- command:
    command: openssl dhparam -out /etc/nginx/dhparam.pem 2048
    creates: /etc/nginx/dhparam.pem`,
  copy: `- copy:
    src: sudoers-web
    dest: /etc/sudoers.d/web
    mode: '0440'
    validate: visudo -cf %s`,
  cron: `- cron:
    name: clean-cache
    schedule: '15 3 * * *'
    user: www-data
    command: find /var/cache/app -mtime +7 -delete`,
  directory: `- directory: { path: /srv/www, owner: www-data, mode: '0755' }`,
  file: `- file: { path: /etc/ssl/private/site.key, owner: root, group: ssl-cert, mode: '0640' }`,
  firewall: `- firewall:
    name: web
    allow:
      - { ports: [80, 443] }
      - { protocol: vrrp, from: [10.0.0.12], to: [224.0.0.18] }`,
  former_boot_units: `- former_boot_units: { of: vip, cluster: web, keep: [10.0.0.100] }`,
  former_setting: `- former_setting: { name: net.ipv4.ip_forward, otherwise: 0 }`,
  former_service: `- former_service: { name: haproxy, cluster: web }`,
  group: `- group: { name: web, system: true }`,
  host_route: `- host_route: { to: 10.20.0.0/16, via: 10.0.0.254 }`,
  hostname: `- hostname: '{{ inventory_hostname }}'`,
  hosts_entry: `- hosts_entry: { address: 10.0.0.10, names: [www.example.org, www] }`,
  haproxy_servers: `- haproxy_servers:
    socket: /run/haproxy/admin.sock
    backends:
      - name: web_80
        servers:
          - { name: rs1, endpoint: 10.0.0.21:80 }
          - { name: rs2, endpoint: 10.0.0.22:80 }`,
  ipvs_table: `- ipvs_table: { name: web, addresses: [10.0.0.100], timeouts: { tcp: 600 } }`,
  kernel_module: `- kernel_module: { name: ip_vs, parameters: { conn_tab_bits: 15 } }`,
  line: `- line:
    path: /etc/ssh/sshd_config
    regexp: '^#?PermitRootLogin '
    line: PermitRootLogin prohibit-password
    validate: sshd -t -f %s`,
  link: `- link: { path: /etc/nginx/sites-enabled/site, target: ../sites-available/site }`,
  loopback_vip: `- loopback_vip: 10.0.0.10`,
  mount: `- mount:
    src: files.example.org:/srv/www
    path: /var/www/understudy
    fstype: nfs
    state: mounted
    opts: ro,soft,timeo=50,bg,_netdev,nofail`,
  nfs_export: `- nfs_export:
    path: /srv/www
    clients: [10.0.0.21, 10.0.0.22]
    options: ro,sync,no_subtree_check`,
  packet_rules: `- packet_rules:
    name: web
    marks:
      - { mark: 770001, address: 10.0.0.100, protocol: tcp, ports: [80, 443] }
    masquerade: { from: [10.1.0.0/24], except_to: [10.1.0.0/24] }`,
  owned_service: `- owned_service: { name: nginx, cluster: web }`,
  package: `- package: [nginx, curl]`,
  pause: `- pause: { seconds: 10 }`,
  reachable: `- reachable: { path: /srv/www/site, by: www-data }`,
  release: `- release:
    name: shop
    release: '1.4'
    src: 2288c5c7609fa452782b7acefa19acce742d0204dc17f54d36da46b10f8b590c
    port: 8080
    command: ./server --quiet
    user: shop
    environment: { PORT: '8080' }`,
  selinux_boolean: `- selinux_boolean: httpd_can_network_connect`,
  service: `- service:
    name: nginx
    enabled: true
    configuration: [/etc/nginx]`,
  shell: `- shell:
    command: dd if=/dev/zero of=/swapfile bs=1M count=512 && chmod 600 /swapfile && mkswap /swapfile
    creates: /swapfile`,
  source_build: `- source_build:
    src: /var/cache/sources/keepalived-2.3.3.tar.gz
    remote_src: true
    sha256: 2288c5c7609fa452782b7acefa19acce742d0204dc17f54d36da46b10f8b590c
    prefix: /usr/local/keepalived
    configure: [--disable-dbus]
    creates: /usr/local/keepalived/sbin/keepalived`,
  stray_vip: `- stray_vip: { address: 10.0.0.100, devices: [lo] }`,
  sysctl: `- sysctl: { name: net.ipv4.ip_forward, value: 1 }`,
  tls_certificate: `- tls_certificate:
    path: /etc/nginx/site.pem
    chain: "{{ lookup('file', 'site.pem') }}"
    key: "{{ lookup('file', 'site.key') }}"`,
  template: `- template:
    src: nginx.conf.hbs
    dest: /etc/nginx/nginx.conf
    validate: nginx -t
    backup: true`,
  user: `- user: { name: deploy, groups: [web], shell: /bin/bash, comment: Brings new versions }`,
  wait_for: `- wait_for: { port: 8080, delay: 2, timeout: 60 }`,
} as const satisfies Record<keyof typeof kinds, string>
