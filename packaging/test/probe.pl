# Runs under the settings of keybrokerd.service and says what it can do and what it cannot.
use strict;
use warnings;
use Errno qw(EACCES EPERM ENODEV ENXIO);
use Fcntl qw(O_RDWR O_RDONLY O_WRONLY O_CREAT);
use Socket;

sub probe {
    my ($what, $held) = @_;
    print($held ? "ok $what\n" : "not ok $what: $!\n");
}

sub can_open { my ($path, $how) = @_; return sysopen(my $file, $path, $how, 0600); }
sub refused { return $!{EACCES} || $!{EPERM} || $!{EROFS} || $!{EAFNOSUPPORT} || $!{ENOENT}; }
sub cannot_open { return !can_open(@_) && refused(); }
sub cannot_call { my ($number, @arguments) = @_; return syscall($number, @arguments) == -1 && refused(); }

$| = 1;
# Numbers of calls are those of x86-64.
probe("writes its state", can_open("/var/lib/keybroker/probe", O_WRONLY | O_CREAT) && unlink("/var/lib/keybroker/probe"));
probe("writes its runtime directory", can_open("/run/keybroker/probe", O_WRONLY | O_CREAT) && unlink("/run/keybroker/probe"));
probe("reads its configuration", can_open("/etc/keybroker/appsettings.json", O_RDONLY));
probe("opens the TPM by its group", can_open("/dev/tpmrm0", O_RDWR) || $!{ENODEV} || $!{ENXIO});
probe("opens no other device", cannot_open("/dev/other", O_RDWR));
probe("writes no configuration", cannot_open("/etc/keybroker/probe", O_WRONLY | O_CREAT));
probe("writes no program", cannot_open("/usr/lib/keybroker/probe", O_WRONLY | O_CREAT));
probe("reads no home", cannot_open("/root/secret", O_RDONLY));
probe("sees no process of others", !-e "/proc/1/status");
probe("changes no setting of the kernel", cannot_open("/proc/sys/kernel/core_pattern", O_WRONLY));
probe("makes no namespace", cannot_call(272, 0x10000000));
probe("mounts nothing", cannot_call(165, "none", "/tmp", "tmpfs", 0, 0));
probe("traces nobody", cannot_call(101, 16, getppid(), 0, 0));
probe("sets no clock", cannot_call(227, 0, pack("qq", 1, 0)));
probe("loads no program into the kernel", cannot_call(321, 0, 0, 0));
probe("raises no limit", cannot_call(160, 4, pack("qq", -1, -1)));
probe("asks for a priority", syscall(141, 0, 0, 0) == 0);
probe("goes before all others by no more than its unit allows", cannot_call(141, 0, 0, -20));
probe("speaks IPv4", socket(my $inet, AF_INET, SOCK_STREAM, 0));
probe("speaks no netlink", !socket(my $netlink, 16, SOCK_RAW, 0) && refused());
probe("speaks no raw packets", !socket(my $packet, 17, SOCK_RAW, 0) && refused());
probe("makes no file that runs as its owner", open(my $file, ">", "/var/lib/keybroker/probe") && !chmod(04755, "/var/lib/keybroker/probe") && unlink("/var/lib/keybroker/probe"));
