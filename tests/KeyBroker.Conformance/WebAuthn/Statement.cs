using KeyBroker.Attestation.Certificates;

namespace KeyBroker.Conformance.WebAuthn;

/// <summary>An attestation object of format "tpm" (WebAuthn, 8.3), in its parts.</summary>
internal sealed record Statement
{
    private Statement()
    {
    }

    public required byte[] AuthenticatorData { get; init; }

    public required long Algorithm { get; init; }

    public required byte[] Signature { get; init; }

    public required byte[] CertInfo { get; init; }

    public required byte[] PubArea { get; init; }

    public required IReadOnlyList<Certificate> Certificates { get; init; }

    /// <exception cref="FormatException">The bytes are something else.</exception>
    public static Statement Parse(byte[] attestationObject)
    {
        var reader = new Cbor(attestationObject);
        var outer = Of<Dictionary<object, object>>(reader.Read());
        var statement = Of<Dictionary<object, object>>(Get(outer, "attStmt"));
        if (!reader.IsAtEnd || Of<string>(Get(outer, "fmt")) != "tpm" || Of<string>(Get(statement, "ver")) != "2.0")
        {
            throw new FormatException("not one attestation of format tpm, version 2.0");
        }

        return new Statement
        {
            AuthenticatorData = Of<byte[]>(Get(outer, "authData")),
            Algorithm = Of<long>(Get(statement, "alg")),
            Signature = Of<byte[]>(Get(statement, "sig")),
            CertInfo = Of<byte[]>(Get(statement, "certInfo")),
            PubArea = Of<byte[]>(Get(statement, "pubArea")),
            Certificates = [.. Of<List<object>>(Get(statement, "x5c")).Select(der => Certificate.Parse(Of<byte[]>(der)))],
        };
    }

    public static object Get(Dictionary<object, object> map, object key) =>
        map.GetValueOrDefault(key) ?? throw new FormatException($"there is no '{key}'");

    public static T Of<T>(object value) => value is T wanted ? wanted : throw new FormatException($"a {typeof(T).Name} is expected");
}
