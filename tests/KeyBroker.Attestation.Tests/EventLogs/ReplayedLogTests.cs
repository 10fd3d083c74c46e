using System.Security.Cryptography;
using System.Text;
using KeyBroker.Attestation.EventLogs;
using KeyBroker.Attestation.EventLogs.Facts;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.EventLogs;

/// <summary>[LOG-5] to [LOG-12], threats C01 to C08: what a log proves, and which logs prove nothing or too much.</summary>
public sealed class ReplayedLogTests
{
    private static readonly string s_certificate = Convert.ToHexStringLower(SHA256.HashData(BootLog.Certificate));

    [Fact]
    public void Tells_what_an_honest_boot_did()
    {
        var facts = Facts(BootLog.Honest());

        Assert.True(facts.SecureBoot);
        Assert.Equal([s_certificate], facts.Authorities!.Value);
        Assert.Equal(s_certificate, facts.Databases!["db"].Single().Identity);
        Assert.Equal(Convert.ToHexStringLower(BootLog.RevokedImage), facts.Databases["dbx"].Single().Identity);
        Assert.Equal([Hex(BootLog.Shim), Hex(BootLog.Grub), Hex(BootLog.Kernel)], facts.Images!.Value);
        Assert.Equal([BootLog.CommandLine, BootLog.CommandLine], facts.CommandLines!.Value);
        Assert.Equal("1.27", facts.FirmwareVersion);
        Assert.True(facts.LeftBootServices);
        Assert.Equal(Enumerable.Range(0, 10), facts.Registers.Keys);
    }

    [Fact]
    public void Says_so_where_secure_boot_is_off() => Assert.False(Facts(BootLog.Honest(secureBoot: 0)).SecureBoot);

    // Whoever has the machine then could say that somebody vouched for what was started.
    [Fact]
    public void Knows_of_nobody_who_vouched_where_secure_boot_was_off() =>
        Assert.Null(Facts(BootLog.Honest(secureBoot: 0)).Authorities);

    [Fact]
    public void Takes_no_word_for_secure_boot_from_a_firmware_under_a_debugger()
    {
        var boot = BootLog.Honest();
        boot.Events.Insert(0, new LoggedEvent(7, BootLog.Action, "UEFI Debug Mode"u8.ToArray()));

        var facts = Facts(boot);
        Assert.Null(facts.SecureBoot);
        Assert.Null(facts.Authorities);
        Assert.True(facts.Databases!.ContainsKey("dbx")); // The control: the register is explained.
    }

    // C01: one digest changed, an event dropped, two swapped, another machine's log.
    [Fact]
    public void Knows_nothing_of_a_register_that_the_log_does_not_explain()
    {
        var boot = BootLog.Honest();
        var at = boot.IndexOf(7, BootLog.VariableConfig);
        foreach (var told in new[] { Without(at), Swapped(at), Changed(at), BootLog.Honest(secureBoot: 0) })
        {
            var facts = Facts(told, boot.Registers());
            Assert.Null(facts.SecureBoot);
            Assert.Null(facts.Authorities);
            Assert.False(facts.Registers.ContainsKey(7));
            Assert.NotNull(facts.Images); // The control: register 4 is explained still.
        }
    }

    // C03: the digest stays, the text is another.
    [Fact]
    public void Never_tells_a_text_that_was_not_measured()
    {
        var boot = BootLog.Honest();
        var told = BootLog.Honest();
        var at = told.Events.FindLastIndex(entry => entry.Pcr == 8);
        told.Events[at] = told.Events[at] with
        {
            Data = "kernel_cmdline: /vmlinuz single\0"u8.ToArray(),
            Measured = boot.Events[at].Measured,
        };
        var variable = told.IndexOf(7, BootLog.VariableConfig);
        told.Events[variable] = told.Events[variable] with
        {
            Data = [.. told.Events[variable].Data[..^1], 0],
            Measured = boot.Events[variable].Data,
        };

        var facts = Facts(told, boot.Registers());
        Assert.Null(facts.CommandLines);
        Assert.Null(facts.SecureBoot);
        Assert.True(facts.Registers.ContainsKey(7));
    }

    // C04: none, two, three, the error value, before everything.
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void Refuses_a_firmware_register_that_does_not_end_exactly_once(int separators)
    {
        var boot = BootLog.Honest();
        boot.Events.RemoveAll(entry => entry is { Pcr: 7, Type: BootLog.Separator });
        for (var i = 0; i < separators; i++)
        {
            boot.Add(7, BootLog.Separator, new byte[4]);
        }

        Denied(boot);
    }

    [Theory]
    [InlineData(1, 0, 0, 0)]
    [InlineData(0, 0, 0, 1)]
    public void Refuses_a_boot_whose_firmware_failed(byte a, byte b, byte c, byte d)
    {
        var boot = BootLog.Honest();
        var at = boot.IndexOf(0, BootLog.Separator);
        boot.Events[at] = boot.Events[at] with { Data = [a, b, c, d] };

        Denied(boot);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Refuses_a_separator_before_all_that_it_ends(int pcr)
    {
        var boot = BootLog.Honest();
        boot.Events.RemoveAll(entry => entry.Pcr == pcr && entry.Type == BootLog.Separator);
        boot.Events.Insert(0, new LoggedEvent((uint)pcr, BootLog.Separator, new byte[4]));

        Denied(boot);
    }

    [Fact]
    public void Knows_a_separator_that_calls_itself_something_else()
    {
        var boot = BootLog.Honest();
        boot.Add(7, BootLog.Action, new byte[4]);

        Denied(boot);
    }

    // C06: the bank that matters is left out of one event.
    [Fact]
    public void Refuses_an_event_without_a_digest_of_a_quoted_bank()
    {
        var boot = BootLog.Honest();
        var registers = boot.Registers();
        var at = boot.IndexOf(7, BootLog.VariableConfig);
        boot.Events[at] = boot.Events[at] with
        {
            Digests = writer =>
            {
                writer.Write(1u);
                writer.Write((ushort)0x000C);
                writer.Write(SHA384.HashData(boot.Events[at].Data));
            },
        };

        Assert.Equal(ReasonCodes.EventLog, DenialOf(boot, registers));
    }

    // C07: registers that were not quoted.
    [Fact]
    public void Knows_nothing_of_a_register_that_was_not_quoted()
    {
        var facts = Facts(BootLog.Honest(), quoted: [0, 1, 2, 3, 4, 5, 6, 7]);

        Assert.Null(facts.CommandLines);
        Assert.False(facts.Registers.ContainsKey(9));
        Assert.True(facts.SecureBoot);
    }

    [Fact]
    public void Knows_no_command_line_while_the_other_register_of_one_is_not_quoted() =>
        Assert.Null(Facts(BootLog.Honest(), quoted: [4, 7, 8]).CommandLines);

    // C08: sizes that do not fit together.
    [Theory]
    [InlineData(null, 16u, null)]
    [InlineData(null, 0xFFFF_FFF0, null)]
    [InlineData(10u, 0u, null)]
    [InlineData(null, 0u, 0u)]
    [InlineData(null, 0u, 7u)]
    public void Takes_no_hash_from_a_database_whose_sizes_do_not_fit(uint? listSize, uint headerSize, uint? entrySize)
    {
        var sha256 = new Guid("c1c41626-504c-4092-aca9-41f936934328");
        var list = BootLog.List(sha256, BootLog.RevokedImage, listSize, headerSize, entrySize);
        var boot = BootLog.Honest();
        var at = boot.Events.FindLastIndex(entry => entry is { Pcr: 7, Type: BootLog.VariableConfig });
        boot.Events[at] = boot.Events[at] with
        {
            Data = BootLog.Variable(new Guid("d719b2cb-3d3a-4596-a3bc-dad00e67656f"), "dbx", list),
        };

        Assert.False(Facts(boot).Databases!.ContainsKey("dbx"));
    }

    [Fact]
    public void Takes_a_late_second_value_of_a_variable_for_none()
    {
        var boot = BootLog.Honest(secureBoot: 0);
        boot.Add(7, BootLog.VariableConfig, BootLog.Honest().Events[boot.IndexOf(7, BootLog.VariableConfig)].Data);

        Assert.False(Facts(boot).SecureBoot); // Whoever comes behind the separator does not speak for the firmware.
    }

    [Fact]
    public void Counts_an_image_that_calls_itself_an_action()
    {
        var boot = BootLog.Honest();
        boot.Events.Add(new LoggedEvent(4, BootLog.Action, "Calling EFI Application from Boot Option"u8.ToArray())
        {
            Measured = "another kernel"u8.ToArray(),
        });

        Assert.Equal(4, Facts(boot).Images!.Value.Length);
    }

    [Fact]
    public void Asks_a_relabelled_command_line_too()
    {
        var boot = BootLog.Honest().Text("grub_cmd: /vmlinuz init=/bin/sh");

        Assert.Contains("/vmlinuz init=/bin/sh", Facts(boot).CommandLines!.Value);
    }

    // Loaders that are EFI programs measure the options alone, and in UTF-16; a user may have typed them.
    [Theory]
    [InlineData("set init=/bin/sh")]
    [InlineData("lang=x init=/bin/sh")]
    public void Asks_a_command_line_that_begins_like_a_command_of_another_loader(string options)
    {
        var boot = BootLog.Honest().Add(8, BootLog.Ipl, Encoding.Unicode.GetBytes(options + "\0"));

        Assert.Contains(options, Facts(boot).CommandLines!.Value);
    }

    // What is proven is kept with each attestation: nobody fills the store, or a reader's memory, with what no kernel takes.
    [Fact]
    public void Knows_no_command_line_and_no_variables_among_more_than_any_boot_has()
    {
        var boot = BootLog.Honest();
        for (var i = 0; i < 600; i++)
        {
            boot.Text($"kernel_cmdline: {new string('x', 1024)}").Add(1, BootLog.VariableConfig, BootLog.Variable(Guid.Empty, $"Boot{i}", [1]));
        }

        var facts = Facts(boot);
        Assert.Null(facts.CommandLines);
        Assert.Null(facts.BootVariables);
        Assert.Equal(601, facts.Registers[1].Length);
    }

    [Fact]
    public void Refuses_a_second_header_and_a_late_locality()
    {
        Denied(BootLog.Honest().Add(0, BootLog.NoAction, "Spec ID Event03\0"u8.ToArray()));
        Denied(BootLog.Honest().Add(0, BootLog.NoAction, [.. "StartupLocality\0"u8, 3]));
    }

    [Fact]
    public void Refuses_bytes_that_are_no_log() =>
        Assert.Equal(ReasonCodes.EventLog, DenialOf([1, 2, 3], BootLog.Honest().Registers()));

    private static BootLog Without(int at)
    {
        var log = BootLog.Honest();
        log.Events.RemoveAt(at);
        return log;
    }

    private static BootLog Swapped(int at)
    {
        var log = BootLog.Honest();
        (log.Events[at], log.Events[at + 1]) = (log.Events[at + 1], log.Events[at]);
        return log;
    }

    private static BootLog Changed(int at)
    {
        var log = BootLog.Honest();
        log.Events[at] = log.Events[at] with { Measured = [1] };
        return log;
    }

    private static void Denied(BootLog boot) => Assert.Equal(ReasonCodes.EventLog, DenialOf(boot, boot.Registers()));

    private static string DenialOf(BootLog log, Dictionary<int, byte[]> registers) => DenialOf(log.ToBytes(), registers);

    private static string DenialOf(byte[] log, Dictionary<int, byte[]> registers) =>
        Assert.Throws<DeniedException>(() => ReplayedLog.Check(log, State(registers, null))).Reasons.Single().Code;

    private static BootFacts Facts(BootLog log, Dictionary<int, byte[]>? registers = null, int[]? quoted = null) =>
        ReplayedLog.Check(log.ToBytes(), State(registers ?? log.Registers(), quoted)).Facts[TpmAlgorithm.Sha256];

    private static MeasuredState State(Dictionary<int, byte[]> registers, int[]? quoted) => MeasuredState.DangerousFromValues(
        registers
            .Where(register => quoted?.Contains(register.Key) ?? true)
            .ToDictionary(register => (TpmAlgorithm.Sha256, register.Key), register => register.Value));

    private static string Hex(byte[] image) => Convert.ToHexStringLower(SHA256.HashData(image));
}
