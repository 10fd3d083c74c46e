using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands;

/// <summary>enroll and attest: how a machine becomes known, and shows what it booted.</summary>
internal static class MachineCommands
{
    public static Command Enroll(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "The name this machine claims" };
        var ek = Choice("--ek", "Endorsement key to be known by: the TCG's template L-2 (ecc) or L-1 (rsa)");
        var ak = Choice("--ak", "Kind of attestation key to make");
        var renew = new Option<bool>("--new-key") { Description = "Make a new attestation key even if there is one" };
        return new Command("enroll", "Makes an attestation key in the TPM and proves to the broker whose it is")
        {
            name, ek, ak, renew,
        }.WithExamples("keybroker enroll web-1", "keybroker enroll web-1 --ek rsa --ak rsa").Runs(terminal, async call =>
        {
            using var client = call.Client();
            var request = new EnrollmentRequest(call.Get(name))
            {
                EndorsementKey = call.Get(ek) == "rsa" ? EndorsementKeyKind.Rsa : EndorsementKeyKind.Ecc,
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
        return new Command("attest", "Quotes the registers of the TPM and gets a token, if a policy holds") { pcrs }
            .WithExamples("keybroker attest", "keybroker attest --pcrs sha256:0-9,14")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var token = await client.AttestAsync(call.Get(pcrs), call.Cancelled);
                var json = new JsonObject
                {
                    ["expiresAt"] = token.ExpiresAt.ToString("yyyy-MM-ddTHH:mm:ssZ"),
                    ["policies"] = new JsonArray([.. token.Policies.Select(policy => (JsonNode)policy)]),
                    ["pcrs"] = token.Pcrs,
                };
                return call.Answer(json, () => PrintAttested(call.Terminal, token));
            });
    }

    private static Option<string> Choice(string name, string description)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => "ecc" };
        option.AcceptOnlyFromAmong("ecc", "rsa");
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
