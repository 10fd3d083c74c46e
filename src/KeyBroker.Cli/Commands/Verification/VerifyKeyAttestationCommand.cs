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
        var any = new Option<bool>("--any-ak")
        {
            Description = "Whoever signed: what is shown then holds only if that is a TPM's key, which a forger's is not",
        };
        var nonce = new Option<string?>("--nonce") { Description = "What the evidence must carry", HelpName = "B64U" };
        var roots = new Option<string?>("--roots")
        {
            Description = "Folder of certificates of TPM makers: one of them must have certified the broker's TPM",
            HelpName = "FOLDER",
        };
        return new Command("key-attestation", "Shows what a key attestation proves; exit code 1 if it proves nothing") { file, signer, any, nonce, roots }
            .WithExamples(
                "keybroker verify key-attestation signer.attestation.json --ak 000b4f...",
                "keybroker verify key-attestation signer.attestation.json --any-ak --output json")
            .Runs(terminal, call =>
            {
                RequireSigner(call.Get(signer), call.Get(any));
                return Verify(call, call.Read(call.Get(file)), (call.Get(signer), call.Get(nonce)), call.Get(roots));
            });
    }

    /// <summary>[KAT-7] Anybody can sign about a TPM that there is not.</summary>
    private static void RequireSigner(string? signer, bool any)
    {
        if (signer is not null == any)
        {
            throw new UsageException(
                "say whose word counts: --ak NAME with the name of the broker's attestation key ('keybroker receipt keys' on its host has it as ak.name), or --any-ak");
        }
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

    private static int Accept(Invocation call, AttestedKey key, MakersCertificate? maker, bool isPinned) => call.Answer(ToJson(key, maker, isPinned), () =>
    {
        var proven = KeySentence.Of(key);
        call.Terminal.Done(isPinned ? proven : $"if {key.AttestationKey} is the attestation key of a TPM: {proven}");
        call.Terminal.Block($"attestation key  {key.AttestationKey}");
        if (maker is not null)
        {
            call.Terminal.Block($"certified TPM    {maker.Tpm.Manufacturer} {maker.Tpm.Model} {maker.Tpm.Firmware}, {maker.Machine}");
            call.Terminal.ErrorDetail("that the attestation key is in the certified TPM no signature shows: ask the broker (--require-broker), or give --ak");
        }

        if (!isPinned)
        {
            call.Terminal.ErrorDetail("whose TPM that is, and whether it is one, was not asked: give its name with --ak");
        }
    });

    private static int Refuse(Invocation call, string reason)
    {
        call.Answer(new JsonObject { ["valid"] = false, ["reason"] = reason }, () => call.Terminal.Error(reason));
        return ExitCode.Denied;
    }

    private static JsonObject ToJson(AttestedKey key, MakersCertificate? maker, bool isPinned)
    {
        var json = new JsonObject
        {
            ["valid"] = true,
            ["name"] = key.Statement.Name,
            ["version"] = key.Statement.Version,
            ["type"] = key.Statement.Type,
            ["protection"] = key.Statement.Protection,
            ["residence"] = key.Statement.Residence,
            ["exportable"] = key.Statement.Exportable,
            ["ak"] = key.AttestationKey.ToString(),
            ["akIsTheOneAskedFor"] = isPinned,
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
}
