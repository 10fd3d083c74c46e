using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.KeyAttestations;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Verification;

/// <summary>verify key-attestation: what the TPM's evidence about a key version proves.</summary>
internal static class VerifyKeyAttestationCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "Evidence as 'keybroker key attestation' printed it; - is standard input" };
        var signer = new Option<string?>("--ak")
        {
            Description = "The name of the attestation key that must have signed, hex: whose TPM it has to be",
            HelpName = "NAME",
        };
        var nonce = new Option<string?>("--nonce") { Description = "What the evidence must carry", HelpName = "B64U" };
        var roots = new Option<string?>("--roots")
        {
            Description = "Folder of certificates of TPM makers: one of them must have certified the broker's TPM",
            HelpName = "FOLDER",
        };
        return new Command("key-attestation", "Shows what a key attestation proves; exit code 1 if it proves nothing") { file, signer, nonce, roots }
            .WithExamples(
                "keybroker verify key-attestation signer.attestation.json",
                "keybroker verify key-attestation signer.attestation.json --ak 000b4f... --output json")
            .Runs(terminal, call => Verify(call, Read(call, call.Get(file)), (call.Get(signer), call.Get(nonce)), call.Get(roots)));
    }

    private static int Verify(Invocation call, byte[] evidence, (string? Signer, string? Nonce) expected, string? roots)
    {
        try
        {
            var attestation = KeyAttestation.Parse(evidence);
            var key = AttestedKey.Check(attestation, expected.Nonce);
            var maker = roots is null ? null : MakersCertificate.Check(
                attestation.EndorsementCertificates, CertificateAnchors.Load(roots), TimeProvider.System.GetUtcNow());
            return expected.Signer is null || expected.Signer.Equals(key.AttestationKey.ToString(), StringComparison.OrdinalIgnoreCase)
                ? Accept(call, key, maker, isPinned: expected.Signer is not null)
                : Refuse(call, $"signed by {key.AttestationKey}, which is another TPM's key than asked for");
        }
        catch (Exception refused) when (refused is KeyAttestationException or CertificateException)
        {
            return Refuse(call, refused.Message);
        }
    }

    private static int Accept(Invocation call, AttestedKey key, MakersCertificate? maker, bool isPinned) => call.Answer(ToJson(key, maker), () =>
    {
        var statement = key.Statement;
        call.Terminal.Done($"{statement.Name} version {statement.Version}: {statement.Type}, {Protection(statement)}, {Residence(key)}");
        call.Terminal.Block($"attestation key  {key.AttestationKey}");
        if (maker is not null)
        {
            call.Terminal.Block($"certified TPM    {maker.Tpm.Manufacturer} {maker.Tpm.Model} {maker.Tpm.Firmware}, {maker.Machine}");
            call.Terminal.ErrorDetail("that the attestation key is in the certified TPM no signature shows: ask the broker (--require-broker), or give --ak");
        }

        if (!isPinned)
        {
            call.Terminal.ErrorDetail("whose TPM that is was not asked: give its name with --ak");
        }
    });

    private static int Refuse(Invocation call, string reason)
    {
        call.Answer(new JsonObject { ["valid"] = false, ["reason"] = reason }, () => call.Terminal.Error(reason));
        return ExitCode.Denied;
    }

    private static string Protection(KeyStatement statement) => statement.Protection == "tpm"
        ? "made in the TPM and used only there"
        : "sealed by the TPM at rest, opened by the broker for use";

    private static string Residence(AttestedKey key) => key.FleetAuthority is { } authority
        ? $"leaves this TPM only with a policy signed by the fleet authority {authority}"
        : "cannot leave this TPM";

    private static JsonObject ToJson(AttestedKey key, MakersCertificate? maker)
    {
        var json = new JsonObject
        {
            ["valid"] = true,
            ["name"] = key.Statement.Name,
            ["version"] = key.Statement.Version,
            ["type"] = key.Statement.Type,
            ["protection"] = key.Statement.Protection,
            ["residence"] = key.Statement.Residence,
            ["ak"] = key.AttestationKey.ToString(),
        };
        json.AddIfGiven("fleetAuthority", key.FleetAuthority?.ToString());
        json.AddIfGiven("nonce", key.Statement.Nonce);
        if (maker is not null)
        {
            json["certifiedTpm"] = new JsonObject
            {
                ["machine"] = maker.Machine,
                ["manufacturer"] = maker.Tpm.Manufacturer,
                ["model"] = maker.Tpm.Model,
                ["firmware"] = maker.Tpm.Firmware,
                ["holdsAk"] = "not shown",
            };
        }

        if (key.Statement.PublicJwk is { } jwk)
        {
            json["publicJwk"] = JsonNode.Parse(jwk.ToJson());
        }

        return json;
    }

    private static byte[] Read(Invocation call, string path)
    {
        if (path != "-")
        {
            return File.ReadAllBytes(path);
        }

        using var reader = call.Terminal.InputReader();
        return System.Text.Encoding.UTF8.GetBytes(reader.ReadToEnd());
    }
}
