/**
 * The beginning of a program in Perl that needs the time in parts of a second: `monotonic()` tells the seconds of CLOCK_MONOTONIC,
 * which nobody sets. Time::HiRes knows it, and comes with the package perl of Debian and with perl-Time-HiRes of Red Hat; where there
 * is perl-base or perl-interpreter alone, the kernel is asked itself (clock_gettime(2)), by the number that it has there.
 * The program dies where neither can be had.
 */
export const perlClock = String.raw`
use Config;
my $clock_module = eval { require Time::HiRes; 1 };
my ($clock, $clock_call) = (1);
unless ($clock_module) {
  my %numbers = (x86_64 => 228, aarch64 => 113, riscv64 => 113, arm => 263, i386 => 265, powerpc64le => 246, s390x => 260);
  my ($machine) = $Config{archname} =~ /^([^-]+)-.*linux/;
  $machine = '' unless defined $machine && $Config{archname} !~ /x32/;
  $machine =~ s/^i[456]86$/i386/;
  $machine =~ s/^arm.*$/arm/;
  $machine =~ s/^ppc64le$/powerpc64le/;
  $clock_call = $numbers{$machine} or die "nothing tells the time here\n";
}
sub monotonic {
  return Time::HiRes::clock_gettime($clock) if $clock_module;
  my $time = pack 'l!2', 0, 0;
  syscall($clock_call, $clock, $time) == 0 or die "nothing tells the time here\n";
  my ($seconds, $parts) = unpack 'l!2', $time;
  return $seconds + $parts / 1e9;
}
`
