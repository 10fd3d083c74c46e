using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.RelyingParties;
using KeyBroker.Cli.Help;
using KeyBroker.Client;
using KeyBroker.Tpm.Endorsements;

namespace KeyBroker.Cli.Commands;

/// <summary>enroll and attest: how a machine becomes known, and shows what it booted.</summary>
internal static class MachineCommands
{
    private static readonly SortedDictionary<string, EndorsementKeyKind> s_endorsementKeys = new(StringComparer.Ordinal)
    {
        ["ecc"] = EndorsementKeyKind.Ecc,
        ["rsa"] = EndorsementKeyKind.Rsa,
        ["ecc-high"] = EndorsementKeyKind.EccHigh,
        ["ecc-p384-high"] = EndorsementKeyKind.EccP384High,
        ["rsa-high"] = EndorsementKeyKind.RsaHigh,
    };

    public static Command Enroll(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "The name this machine claims" };
        var ek = Choice(
            "--ek", "Endorsement key to be known by, a template of the TCG's: ecc is L-2, rsa L-1, the others H-2, H-3 and H-1",
            [.. s_endorsementKeys.Keys]);
        var ak = Choice("--ak", "Kind of attestation key to make", "ecc", "rsa");
        var renew = new Option<bool>("--new-key") { Description = "Make a new attestation key even if there is one" };
        var certificate = new CertificateOptions();
        return new Command("enroll", "Makes an attestation key in the TPM and proves to the broker whose it is")
        {
            name, ek, ak, renew, certificate.File, certificate.Intermediates, certificate.None,
        }.WithExamples("keybroker enroll web-1", "keybroker enroll web-1 --ek rsa --ak rsa").Runs(terminal, async call =>
        {
            using var client = call.Client();
            var request = new EnrollmentRequest(call.Get(name))
            {
                EndorsementKey = s_endorsementKeys[call.Get(ek)],
                Certificate = certificate.Read(call),
                WithoutCertificate = call.Get(certificate.None),
                AttestationKey = call.Get(ak) == "rsa" ? AttestationKeyKind.Rsa : AttestationKeyKind.Ecc,
                NewKey = call.Get(renew),
            };
            var enrolled = await client.EnrollAsync(request, call.Cancelled);
            return call.Answer(enrolled, () => PrintEnrolled(call.Terminal, enrolled));
        });
    }

    public static Command Attest(Terminal terminal)
    {
        var pcrs = new Option<string?>("--pcrs")
        {
            Description = "Registers to quote, as BANK:INDEX,...[+BANK:INDEX,...]; default sha256:0-15",
            HelpName = "SELECTION",
        };
        var log = new Option<string?>("--event-log")
        {
            Description = "Send this event log; default the firmware's own, where it may be read and the TPM is a device",
            HelpName = "FILE",
        };
        var noLog = new Option<bool>("--no-event-log") { Description = "Send no event log" };
        var enc = new Option<string?>("--enc")
        {
            Description = "Where the key is that secrets are encrypted to; default the TPM, and then what was chosen last",
        };
        enc.AcceptOnlyFromAmong("tpm", "software");
        var proof = new Option<string?>("--proof-key")
        {
            Description = "Where the key is that proves possession of the token; default a file, and then what was chosen last",
        };
        proof.AcceptOnlyFromAmong("tpm", "software");
        var passport = new PassportOptions();
        var evidenceFor = new EvidenceFor();
        var command = new Command("attest", "Quotes the registers of the TPM and gets a token, if a policy holds") { pcrs, log, noLog, enc, proof, passport.RuntimeData, passport.Result };
        evidenceFor.AddTo(command);
        return command
            .WithExamples(
                "keybroker attest", "keybroker attest --pcrs sha256:0-9,14", "keybroker attest --event-log boot.log", "keybroker attest --proof-key tpm --require-broker broker.yaml",
                "keybroker attest --runtime-data runtime.json", "keybroker attest --result result.jwt",
                "keybroker attest --nonce q3ZvcOZ4mFxZ2mB8yT9n3A --evidence evidence.json")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                if (await passport.RunAsync(call, client, withEncryptionKey: call.Get(enc) == "software") is { } code)
                {
                    return code;
                }

                var choices = new AttestationChoices
                {
                    Pcrs = call.Get(pcrs),
                    EventLog = Log(call.Get(log), call.Get(noLog)),
                    EncryptionKey = KindOf(call.Get(enc)),
                    ProofKey = ProofKindOf(call.Get(proof)),
                };
                if (evidenceFor.Run(call, client, choices) is { } made)
                {
                    return made;
                }

                var token = await client.AttestAsync(choices, call.Cancelled);
                var json = new JsonObject
                {
                    ["expiresAt"] = token.ExpiresAt.ToString("yyyy-MM-ddTHH:mm:ssZ"),
                    ["policies"] = new JsonArray([.. token.Policies.Select(policy => (JsonNode)policy)]),
                    ["pcrs"] = token.Pcrs,
                };
                return call.Answer(json, () => PrintAttested(call.Terminal, token));
            });
    }

    private static EncryptionKeyKind? KindOf(string? enc) => enc switch
    {
        null => null,
        "tpm" => EncryptionKeyKind.Tpm,
        _ => EncryptionKeyKind.Software,
    };

    private static ProofKeyKind? ProofKindOf(string? proof) => proof switch
    {
        null => null,
        "tpm" => ProofKeyKind.Tpm,
        _ => ProofKeyKind.Software,
    };

    /// <summary>Null is what was sent last.</summary>
    private static EventLogFile? Log(string? file, bool none) => (file, none) switch
    {
        (not null, true) => throw new UsageException("--event-log and --no-event-log do not go together"),
        (not null, _) => EventLogFile.At(file),
        (_, true) => EventLogFile.None,
        _ => null,
    };

    private static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => "ecc" };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static void PrintEnrolled(Terminal terminal, JsonObject enrolled)
    {
        var status = (string?)enrolled["status"];
        var (name, machine) = ((string?)enrolled["name"], (string?)enrolled["machine"]);
        terminal.Done(status == "active" ? "enrolled" : "enrolled, an administrator has yet to approve");
        terminal.Fields(
            ("machine", machine),
            ("name", name),
            ("status", status),
            ("trust", (string?)enrolled["trust"]));
        if (status != "active")
        {
            terminal.ErrorDetail($"On the broker's host: keybroker admin machines approve {name} --label role=...");
        }
    }

    private static void PrintAttested(Terminal terminal, AttestedToken token)
    {
        terminal.Done("attested");
        terminal.Fields(
            ("policies", string.Join(", ", token.Policies)),
            ("registers", token.Pcrs),
            ("token until", token.ExpiresAt.ToString("u")));
    }
}
