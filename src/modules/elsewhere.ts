/** Modules of other systems and services, by how they are named, with what to do instead. */
interface Elsewhere {
  /** For the reference. */
  readonly named: string
  readonly pattern: RegExp
  readonly instead: string
  /** Nothing on a machine with Linux could run them, by whatever means. */
  readonly never?: true
}

/** What works on machines or services that are none of ours. */
export const elsewhere: readonly Elsewhere[] = [
  {
    named: '`win_*`, `ansible.windows`, `community.windows`, `chocolatey.chocolatey`',
    pattern: /^((ansible|community)\.windows|chocolatey\.chocolatey)\.|^win_\w+$/,
    instead: 'Windows is not worked on here: leave its hosts to Ansible',
    never: true,
  },
  {
    named:
      '`openbsd_pkg`, `pkgin`, `pkg5`, `svr4pkg`, `macports`, `osx_defaults`, `launchd`, `slackpkg`, `xbps`, `zypper_repository`, `pacman_key`, `homebrew_*`',
    pattern:
      /^(community\.general\.)?(openbsd_pkg|pkgin|pkg5\w*|svr4pkg|macports|osx_defaults|launchd|slackpkg|xbps|zypper_repository|pacman_key|homebrew_\w+|sysrc|jail|mas|urpmi|swdepot|installp)$/,
    instead: 'machines with apt, dnf or yum are worked on here: run what it stands for with "command"',
  },
  {
    named:
      '`ec2_*`, `azure_rm_*`, `gcp_*`, `digital_ocean*` and the collections of clouds (`amazon.aws`, `azure.azcollection`, `google.cloud`, …)',
    pattern:
      /^(amazon\.aws|community\.(aws|digitalocean|azure|google|hcloud|vmware|libvirt|proxmox)|azure\.azcollection|google\.cloud|openstack\.cloud|hetzner\.hcloud|vultr\.cloud|linode\.cloud|ngine_io\.\w+|vmware\.\w+|oracle\.oci)\.|^(ec2|elb|rds|s3|iam|vpc|ecs|lambda|route53|cloudformation|cloudfront|lightsail|aws|azure_rm|gcp|gce|digital_ocean|os|cs|scaleway|hcloud|linode|vultr|vmware|rax|proxmox)(_\w+)?$/,
    instead: 'what a cloud has is not worked on here, but the machines that it gives: call its own program',
  },
  {
    named: '`k8s*`, `helm*`, `kubernetes.core`, `community.kubernetes`',
    pattern: /^(kubernetes\.core|community\.(kubernetes|okd))\.|^(k8s|helm)(_\w+)?$/,
    instead: 'run kubectl or helm with "command", and "changed_when"',
  },
  {
    named:
      '`ios_*`, `nxos_*`, `junos_*`, `eos_*` and their like, `cisco.*`, `arista.eos`, `junipernetworks.junos`, `ansible.netcommon`',
    pattern:
      /^(cisco\.\w+|arista\.\w+|junipernetworks\.\w+|f5networks\.\w+|ansible\.netcommon|paloaltonetworks\.\w+|fortinet\.\w+|vyos\.vyos)\.|^(ios|nxos|junos|eos|iosxr|bigip|panos|vyos|fortios|asa|netscaler|net|cli)_\w+$|^netscaler$/,
    instead: 'machines with Linux are worked on here: leave network devices to Ansible',
    never: true,
  },
]

/** Can nothing on a machine with Linux run it, by whatever means? */
export function isNeverHere(name: string): boolean {
  return elsewhere.find(({ pattern }) => pattern.test(name))?.never === true
}

/** What to do instead of a module of another system or service. */
export function insteadOfElsewhere(name: string): string | undefined {
  return elsewhere.find(({ pattern }) => pattern.test(name))?.instead
}
