using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using KeyBroker.Attestation;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests.Boots;

/// <summary>The attacks on an event log (threats C01, C03, C04, C06 to C08, C10, C12, C13, M01); each reads as what the attacker does.</summary>
internal static class BootAttacks
{
    private const string SecureBoot = "secureBoot: enabled";
    private const string NoShell = "commandLine: { forbids: [init, rd.break] }";

    // The header's event, and the first one behind it, as BootLog writes them.
    private const int AlgorithmCount = 56;
    private const int FirstEvent = 69;
    private const int DigestCount = FirstEvent + 8;
    private const int EventSize = FirstEvent + 12 + 84;

    public static IReadOnlyList<BootAttack> All { get; } = [.. Controls(), .. Retold(), .. Separators(), .. Digests(), .. Databases(), .. FilledIn(), .. Hostile()];

    private static string Loader => Anyof("bootLoader", BootLog.Shim);

    private static IEnumerable<BootAttack> Controls()
    {
        foreach (var (name, require) in new[]
        {
            ("secure_boot", SecureBoot), ("boot_loader", Loader), ("command_line", NoShell),
            ("dbx", $"dbx: {{ contains: [\"{Hex(BootLog.RevokedImage)}\"] }}"), ("firmware_version", "firmwareVersion: { anyOf: [\"1.27\"] }"),
        })
        {
            yield return new BootAttack("control_" + name, "", null, require);
        }

        yield return new BootAttack("control_padded", "", null, SecureBoot) { Appended = ([0xFF], 4096) };
        yield return new BootAttack("control_userspace_extended_register_8_in_vain", "", null, SecureBoot)
        {
            Boot = BootLog.Honest().Add(8, BootLog.Ipl, "later"u8.ToArray()),
            Tell = _ => BootLog.Honest().ToBytes(),
        };

        // C13: registers do not tell a reset and a second measuring from a boot; only the counters move.
        yield return new BootAttack("control_reset_and_measured_again", "C13", null, SecureBoot);
    }

    private static IEnumerable<BootAttack> Retold()
    {
        yield return Unproven("digest_changed", "C01", Loader) with { Tell = _ => Changed(log => Edit(log, IsShim, e => e with { Measured = "evil"u8.ToArray() })) };
        yield return Unproven("event_left_out", "C01", SecureBoot) with { Tell = _ => Changed(log => log.Events.RemoveAt(1)) };
        yield return Unproven("events_swapped", "C01", SecureBoot) with { Tell = _ => Changed(log => (log.Events[1], log.Events[2]) = (log.Events[2], log.Events[1])) };
        yield return Unproven("log_of_another_boot", "C01", SecureBoot) with { Boot = BootLog.Honest(secureBoot: 0), Tell = _ => BootLog.Honest().ToBytes() };
        yield return Unproven("log_missing", "C10", SecureBoot) with { WithoutLog = true };
        yield return Malformed("log_empty", "C01") with { Tell = _ => [] };
        yield return Unproven("secure_boot_off", "C10", SecureBoot) with { Boot = BootLog.Honest(secureBoot: 0) };
        yield return Unproven("secure_boot_text_changed", "C03", SecureBoot) with
        {
            Boot = BootLog.Honest(secureBoot: 0),
            Tell = _ => Changed(
                log => Edit(log, e => e == log.Events[1], e => e with { Data = BootLog.Honest().Events[1].Data, Measured = e.Data }), secureBoot: 0),
        };
        var shell = BootLog.Honest().Text("kernel_cmdline: /vmlinuz root=/dev/sda1 init=/bin/sh");
        yield return Unproven("command_line_opens_a_shell", "C12", NoShell) with { Boot = shell };
        yield return Unproven("command_line_text_changed", "C03", NoShell) with
        {
            Boot = shell,
            Tell = _ => Changed(log =>
            {
                var last = shell.Events[^1];
                log.Events.Add(last with { Data = Encoding.UTF8.GetBytes("kernel_cmdline: quiet\0"), Measured = last.Measured });
            }),
        };
        yield return Unproven("command_line_left_out", "C01", NoShell) with { Boot = shell, Tell = _ => BootLog.Honest().ToBytes() };
        yield return Unproven("registers_not_quoted", "C07", NoShell) with { Pcrs = "sha256:0-7" };
        yield return Unproven("register_of_the_fact_not_quoted", "C07", SecureBoot) with { Pcrs = "sha256:0-6,8-15" };
    }

    private static IEnumerable<BootAttack> Separators()
    {
        yield return Malformed("separator_missing", "C04") with { Boot = Made(log => log.Events.RemoveAll(IsSeparator)) };
        yield return Malformed("separator_twice", "C04") with { Boot = Made(log => log.Add(7, BootLog.Separator, new byte[4])) };
        yield return Malformed("separator_three_times", "C04") with
        {
            Boot = Made(log => log.Add(7, BootLog.Separator, new byte[4]).Add(7, BootLog.Separator, new byte[4])),
        };
        yield return Malformed("separator_of_an_error", "C04") with { Boot = Made(log => Edit(log, IsSeparator, e => e with { Data = [1, 0, 0, 0] })) };
        yield return Malformed("separator_first", "C04") with
        {
            Boot = Made(log =>
            {
                var separator = log.Events.Find(e => IsSeparator(e))!;
                log.Events.Remove(separator);
                log.Events.Insert(0, separator);
            }),
        };
        yield return Malformed("separator_under_another_type", "C04") with { Boot = Made(log => log.Add(7, BootLog.Action, new byte[4])) };
        yield return Malformed("firmware_behind_its_separator", "C04") with { Boot = Made(log => log.Add(0, BootLog.CrtmVersion, Encoding.Unicode.GetBytes("9\0"))) };
    }

    private static IEnumerable<BootAttack> Digests()
    {
        yield return Malformed("digest_of_the_bank_missing", "C06") with { Tell = _ => WithDigests((0x000C, 48)) };
        yield return Malformed("digest_of_the_bank_twice", "C06") with { Tell = _ => WithDigests((0x000B, 32), (0x000B, 32)) };
        yield return Malformed("digest_of_an_algorithm_that_is_not_declared", "C06") with { Tell = _ => WithDigests((0x000B, 32), (0x0004, 20)) };
        yield return Malformed("digests_more_than_declared", "C06") with { Tell = _ => WithDigests((0x000B, 32), (0x000C, 48), (0x000D, 64)) };
    }

    private static IEnumerable<BootAttack> Databases()
    {
        var sha256 = new Guid("c1c41626-504c-4092-aca9-41f936934328");
        var require = $"dbx: {{ contains: [\"{Hex(BootLog.RevokedImage)}\"] }}";
        foreach (var (name, list) in new (string, byte[])[]
        {
            ("header_of_sixteen_bytes", BootLog.List(sha256, BootLog.RevokedImage, headerSize: 16)),
            ("header_longer_than_all", BootLog.List(sha256, BootLog.RevokedImage, headerSize: 0xFFFF_FFF0)),
            ("list_shorter_than_its_header", BootLog.List(sha256, BootLog.RevokedImage, listSize: 20)),
            ("entries_of_no_size", BootLog.List(sha256, BootLog.RevokedImage, entrySize: 0)),
        })
        {
            yield return Unproven("database_" + name, "C08", require) with
            {
                Boot = Made(log => Edit(log, e => e == log.Events[5], e => e with
                {
                    Data = BootLog.Variable(new Guid("d719b2cb-3d3a-4596-a3bc-dad00e67656f"), "dbx", list),
                })),
            };
        }
    }

    // What the boot left empty, and who had the machine then has filled in, in the registers and in the log alike.
    private static IEnumerable<BootAttack> FilledIn()
    {
        var authorities = $"authorities: {{ anyOf: [\"{Hex(SHA256.HashData(BootLog.Certificate))}\"] }}";
        yield return new BootAttack("control_authorities", "", null, authorities);
        yield return Unproven("authority_filled_in_without_secure_boot", "C12", authorities) with
        {
            Boot = BootLog.Honest(secureBoot: 0).Add(7, BootLog.Authority, BootLog.Honest().Events[BootLog.Honest().IndexOf(7, BootLog.Authority)].Data),
        };
        yield return Unproven("secure_boot_under_a_debugger", "C12", SecureBoot) with
        {
            Boot = Made(log => log.Events.Insert(0, new LoggedEvent(7, BootLog.Action, "UEFI Debug Mode"u8.ToArray()))),
        };
        yield return Unproven("command_line_like_a_command_of_another_loader", "C12", NoShell) with
        {
            Boot = BootLog.Honest().Add(8, BootLog.Ipl, Encoding.Unicode.GetBytes("set init=/bin/sh\0")),
        };
    }

    private static IEnumerable<BootAttack> Hostile()
    {
        yield return Malformed("log_over_4_mib", "M01") with { Appended = ([0xFF], 4 << 20) };
        yield return Malformed("events_over_10000", "M01") with { Appended = (TinyEvent(), 10_001) };
        yield return Malformed("event_size_ffffffff", "M01") with { Tell = log => With(log, EventSize, uint.MaxValue) };
        yield return Malformed("digest_count_2_to_31", "M01") with { Tell = log => With(log, DigestCount, 1u << 31) };
        yield return Malformed("algorithm_count_65535", "M01") with { Tell = log => With(log, AlgorithmCount, ushort.MaxValue) };
        yield return Malformed("register_24", "M01") with { Tell = log => With(log, FirstEvent, 24) };
        yield return Malformed("log_cut", "M01") with { Tell = log => log[..^1] };
        yield return Malformed("bytes_behind_the_log", "M01") with { Appended = ([0x00, 0xFF], 8) };
    }

    private static BootAttack Malformed(string name, string covers) => new(name, covers, ReasonCodes.EventLog, SecureBoot);

    private static BootAttack Unproven(string name, string covers, string require) => new(name, covers, ReasonCodes.PolicyEvent, require);

    private static BootLog Made(Action<BootLog> change)
    {
        var log = BootLog.Honest();
        change(log);
        return log;
    }

    private static byte[] Changed(Action<BootLog> change, byte secureBoot = 1)
    {
        var log = BootLog.Honest(secureBoot);
        change(log);
        return log.ToBytes();
    }

    private static void Edit(BootLog log, Predicate<LoggedEvent> which, Func<LoggedEvent, LoggedEvent> change)
    {
        var at = log.Events.FindIndex(which);
        log.Events[at] = change(log.Events[at]);
    }

    private static bool IsSeparator(LoggedEvent entry) => entry is { Pcr: 7, Type: BootLog.Separator };

    private static bool IsShim(LoggedEvent entry) => entry.Measured is { } measured && measured.AsSpan().SequenceEqual(BootLog.Shim);

    private static byte[] WithDigests(params (ushort Algorithm, int Size)[] digests) => Changed(log => Edit(
        log,
        e => e == log.Events[1],
        e => e with
        {
            Digests = writer =>
            {
                writer.Write((uint)digests.Length);
                foreach (var (algorithm, size) in digests)
                {
                    writer.Write(algorithm);
                    writer.Write(size == 32 ? SHA256.HashData(e.Data) : new byte[size]);
                }
            },
        }));

    private static byte[] With(byte[] log, int offset, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(log.AsSpan(offset), value);
        return log;
    }

    private static byte[] TinyEvent()
    {
        var log = new BootLog().Add(9, BootLog.Ipl, []).ToBytes();
        return log[FirstEvent..];
    }

    private static string Anyof(string assertion, byte[] image) => $"{assertion}: {{ sha256: {{ anyOf: [\"{Hex(SHA256.HashData(image))}\"] }} }}";

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
