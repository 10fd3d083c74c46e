using System.IO.Compression;
using System.Reflection;
using Scalar.AspNetCore;

namespace KeyBroker.Documentation;

/// <summary>The files of the documentation, all inside the program or inside the package that draws the page.</summary>
internal static class DocumentationFiles
{
    private static readonly Assembly s_own = typeof(DocumentationFiles).Assembly;
    private static readonly Lazy<byte[]> s_openApi = new(() => Read(s_own, "KeyBroker.openapi.yaml"));
    private static readonly Lazy<byte[]> s_page = new(() => Read(s_own, "KeyBroker.Documentation.page.html"));
    private static readonly Lazy<byte[]> s_start = new(() => Read(s_own, "KeyBroker.Documentation.start.js"));

    // The package keeps it compressed, which is how browsers like it.
    private static readonly Lazy<byte[]> s_scalar = new(() => Read(typeof(ScalarOptions).Assembly, "ScalarStaticAssets.scalar.js"));

    public static byte[] OpenApi => s_openApi.Value;

    public static byte[] Page => s_page.Value;

    public static byte[] Start => s_start.Value;

    public static byte[] CompressedScalar => s_scalar.Value;

    /// <summary>For the few who take nothing compressed.</summary>
    public static byte[] Scalar()
    {
        using var compressed = new GZipStream(new MemoryStream(CompressedScalar), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        compressed.CopyTo(plain);
        return plain.ToArray();
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using var resource = assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} has no resource {name}");
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
