using System.Security.Cryptography;
using System.Text;

namespace KeyBroker.Testing;

/// <summary>
/// Writes a crypto-agile log of an honest boot, with SHA-256 and SHA-384, and computes the registers of that boot by itself.
/// </summary>
public sealed class BootLog
{
    public const uint NoAction = 3;
    public const uint Separator = 4;
    public const uint EventTag = 6;
    public const uint CrtmVersion = 8;
    public const uint Ipl = 0xD;
    public const uint VariableConfig = 0x8000_0001;
    public const uint Application = 0x8000_0003;
    public const uint Action = 0x8000_0007;
    public const uint Authority = 0x8000_00E0;

    private static readonly Guid s_global = new("8be4df61-93ca-11d2-aa0d-00e098032b8c");
    private static readonly Guid s_security = new("d719b2cb-3d3a-4596-a3bc-dad00e67656f");
    private static readonly Guid s_x509 = new("a5c059a1-94e4-4aa7-87b5-ab155c2bf072");
    private static readonly Guid s_sha256 = new("c1c41626-504c-4092-aca9-41f936934328");

    public List<LoggedEvent> Events { get; } = [];

    /// <summary>What db certifies with; shim and the kernel are verified by it.</summary>
    public static byte[] Certificate { get; } = [0x30, 0x82, 0x00, 0x04, 0x02, 0x02, 0x01, 0x00];

    public static byte[] RevokedImage { get; } = SHA256.HashData("revoked"u8);

    public static byte[] Shim { get; } = "shim"u8.ToArray();

    public static byte[] Grub { get; } = "grub"u8.ToArray();

    public static byte[] Kernel { get; } = "kernel"u8.ToArray();

    public const string CommandLine = "/vmlinuz root=/dev/sda1 ro rd.shell=0";

    /// <summary>Firmware, shim, GRUB, a kernel: secure boot is on, nothing is odd.</summary>
    public static BootLog Honest(byte secureBoot = 1) => new BootLog()
        .Add(0, CrtmVersion, Encoding.Unicode.GetBytes("1.27\0"))
        .Add(7, VariableConfig, Variable(s_global, "SecureBoot", [secureBoot]))
        .Add(7, VariableConfig, Variable(s_global, "PK", List(s_x509, Certificate)))
        .Add(7, VariableConfig, Variable(s_global, "KEK", List(s_x509, Certificate)))
        .Add(7, VariableConfig, Variable(s_security, "db", List(s_x509, Certificate)))
        .Add(7, VariableConfig, Variable(s_security, "dbx", List(s_sha256, RevokedImage)))
        .Add(4, Action, "Calling EFI Application from Boot Option"u8.ToArray())
        .Separators()
        .Add(7, Authority, Variable(s_security, "db", [.. new byte[16], .. Certificate]))
        .Image(Shim)
        .Image(Grub)
        .Image(Kernel)
        .Text("grub_cmd: linux " + CommandLine)
        .Text("kernel_cmdline: " + CommandLine)
        .Add(9, Ipl, "/vmlinuz\0"u8.ToArray(), Kernel)
        .Add(5, Action, "Exit Boot Services Invocation"u8.ToArray())
        .Add(5, Action, "Exit Boot Services Returned with Success"u8.ToArray());

    public BootLog Add(uint pcr, uint type, byte[] data, byte[]? measured = null)
    {
        Events.Add(new LoggedEvent(pcr, type, data) { Measured = measured });
        return this;
    }

    public BootLog Image(byte[] image) => Add(4, Application, [1, 2, 3], image);

    /// <summary>What GRUB logs: a label that is not measured, the text, a NUL that is not measured.</summary>
    public BootLog Text(string text) => Add(
        8, Ipl, Encoding.UTF8.GetBytes(text + "\0"), Encoding.UTF8.GetBytes(text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..]));

    public BootLog Separators()
    {
        for (var pcr = 0u; pcr <= 7; pcr++)
        {
            Add(pcr, Separator, new byte[4]);
        }

        return this;
    }

    public int IndexOf(uint pcr, uint type) => Events.FindIndex(entry => entry.Pcr == pcr && entry.Type == type);

    public static byte[] Variable(Guid vendor, string name, byte[] value) => Bytes(writer =>
    {
        writer.Write(vendor.ToByteArray());
        writer.Write((ulong)name.Length);
        writer.Write((ulong)value.Length);
        writer.Write(Encoding.Unicode.GetBytes(name));
        writer.Write(value);
    });

    /// <summary>An EFI_SIGNATURE_LIST of one entry, whose sizes may lie.</summary>
    public static byte[] List(Guid type, byte[] entry, uint? listSize = null, uint headerSize = 0, uint? entrySize = null) => Bytes(writer =>
    {
        writer.Write(type.ToByteArray());
        writer.Write(listSize ?? (uint)(28 + 16 + entry.Length));
        writer.Write(headerSize);
        writer.Write(entrySize ?? (uint)(16 + entry.Length));
        writer.Write(new byte[16]);
        writer.Write(entry);
    });

    /// <summary>The log as the firmware hands it over.</summary>
    public byte[] ToBytes() => Bytes(writer =>
    {
        WriteHeader(writer);
        foreach (var entry in Events)
        {
            writer.Write(entry.Pcr);
            writer.Write(entry.Type);
            (entry.Digests ?? (inner => WriteDigests(inner, entry)))(writer);
            writer.Write(entry.Data.Length);
            writer.Write(entry.Data);
        }
    });

    /// <summary>The registers 0 to 23 of the SHA-256 bank after this boot.</summary>
    public Dictionary<int, byte[]> Registers()
    {
        var registers = Enumerable.Range(0, 24).ToDictionary(pcr => pcr, _ => new byte[32]);
        foreach (var entry in Events.Where(entry => entry.Extends))
        {
            var digest = SHA256.HashData(entry.Measured ?? entry.Data);
            registers[(int)entry.Pcr] = SHA256.HashData([.. registers[(int)entry.Pcr], .. digest]);
        }

        return registers;
    }

    private static void WriteDigests(BinaryWriter writer, LoggedEvent entry)
    {
        var measured = entry.Measured ?? entry.Data;
        writer.Write(2u);
        writer.Write((ushort)0x000B);
        writer.Write(entry.Extends ? SHA256.HashData(measured) : new byte[32]);
        writer.Write((ushort)0x000C);
        writer.Write(entry.Extends ? SHA384.HashData(measured) : new byte[48]);
    }

    private static void WriteHeader(BinaryWriter writer)
    {
        byte[] specId = [.. "Spec ID Event03\0"u8, 0, 0, 0, 0, 0, 2, 0, 2, 2, 0, 0, 0, 0x0B, 0, 32, 0, 0x0C, 0, 48, 0, 0];
        writer.Write(0u);
        writer.Write(NoAction);
        writer.Write(new byte[20]);
        writer.Write(specId.Length);
        writer.Write(specId);
    }

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        write(writer);
        writer.Flush();
        return stream.ToArray();
    }
}
