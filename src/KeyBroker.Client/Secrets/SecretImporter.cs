using System.Text.Json.Nodes;
using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Client;

/// <summary>Has a secret released into this machine's own TPM, which from then on opens it without the broker.</summary>
public sealed class SecretImporter(BrokerClient client)
{
    /// <param name="name">The secret.</param>
    /// <param name="version">Null for the newest.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="SecretStateException">The registers changed since the machine attested.</exception>
    public async Task<(BrokerResult Result, SealedSecret Secret)> ReleaseAsync(
        string name, int? version, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["to"] = new JsonObject { ["tpm2"] = CertifiedParent() } };
        if (version is not null)
        {
            body["version"] = version;
        }

        var path = BrokerClient.SecretPath(name, "release");
        var released = await client.CallAsync(HttpMethod.Post, path, body, cancellationToken);
        return (released, TakeIn(name, released));
    }

    private JsonObject CertifiedParent()
    {
        var identity = client.Identity;
        using var tpm = MachineTpm.Open(client.Tpm);
        var parent = new JsonObject();
        tpm.Objects.CertifyRoot(new WrappedKey(identity.AkPublic, identity.AkPrivate)).AddTo(parent, "parent");
        return parent;
    }

    private SealedSecret TakeIn(string name, BrokerResult released)
    {
        var import = released.Result["import"] as JsonObject ?? throw new BrokerAnswerException("a result without 'import'");
        var area = Bytes(import, "public");
        var duplicate = new DuplicatedObject(Unsized(Bytes(import, "duplicate")), Unsized(Bytes(import, "symSeed")));
        var selection = Registers(released.Result["pcrs"]);
        using var tpm = MachineTpm.Open(client.Tpm);
        var values = tpm.Objects.ReadRegisters(selection);
        if (!ResidentObjects.PolicyOf(selection, values).AsSpan().SequenceEqual(TpmPublic.ParseSized(area).AuthPolicy.Span))
        {
            throw new SecretStateException("the registers changed since this machine attested: 'keybroker attest', then try again");
        }

        var (wrapped, parent) = tpm.Objects.Import(area, duplicate);
        return new SealedSecret(name, Version(released))
        {
            Public = wrapped.Public,
            Private = wrapped.Private,
            Parent = parent.ToString(),
            Pcrs = PcrSelectionText.Format(selection),
            Values = [.. values.Select(Convert.ToHexStringLower)],
            Jwe = (string?)released.Result["jwe"],
        };
    }

    // In the order of the answer, which is that of the policy.
    private static IReadOnlyList<PcrSelection> Registers(JsonNode? pcrs)
    {
        var banks = (pcrs as JsonObject ?? []).Select(bank => $"{bank.Key}:{string.Join(',', bank.Value as JsonArray ?? [])}");
        return PcrSelectionText.Parse(string.Join('+', banks));
    }

    private static int Version(BrokerResult released) =>
        released.Claims["secret"]?["version"] is JsonValue value && value.TryGetValue<int>(out var version)
            ? version
            : throw new BrokerAnswerException("an answer about no version of a secret");

    private static byte[] Bytes(JsonObject import, string member) => Jose.Decode((string?)import[member]);

    private static byte[] Unsized(byte[] sized)
    {
        var reader = new TpmReader(sized);
        var content = reader.ReadSized().ToArray();
        reader.ExpectEnd();
        return content;
    }
}
