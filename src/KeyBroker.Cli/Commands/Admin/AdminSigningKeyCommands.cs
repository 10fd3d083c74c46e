using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin signing-keys: the broker's own keys, and certificates for them.</summary>
internal static class AdminSigningKeyCommands
{
    public static Command Create(Terminal terminal) => new("signing-keys", "The broker's own signing keys, and certificates for them")
    {
        List(terminal),
        Request(terminal),
        Install(terminal),
    };

    private static Command List(Terminal terminal) => new Command("list", "Lists the published signing keys")
        .WithExamples("keybroker admin signing-keys list")
        .Runs(terminal, async call =>
        {
            using var admin = call.Administration();
            var keys = await admin.ListAsync("signing-keys", call.Cancelled);
            return call.Answer(Items.ToJson(keys), () => call.Terminal.Table(
                ["KID", "USE", "SIGNS", "NOT AFTER", "CERTIFICATE OF", "VALID UNTIL"],
                keys.Select(key => new[]
                {
                    (string?)key["kid"], (string?)key["use"], (bool?)key["signs"] is true ? "now" : "", (string?)key["notAfter"],
                    (string?)key["certificate"]?["issuer"], (string?)key["certificate"]?["notAfter"],
                })));
        });

    private static Command Request(Terminal terminal)
    {
        var kid = Kid();
        var subject = new Option<string?>("--subject") { Description = "The name to be certified; default: the broker's host and the key's use", HelpName = "NAME" };
        return new Command("csr", "Prints a request for a certificate of a key (PKCS #10); the private part stays in the broker") { kid, subject }
            .WithExamples("keybroker admin signing-keys csr KID --subject 'CN=keys.example.org,O=Example' > key.csr")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var body = new JsonObject();
                body.AddIfGiven("subject", call.Get(subject));
                var answer = await admin.PostAsync($"signing-keys/{Uri.EscapeDataString(call.Get(kid))}/csr", body, call.Cancelled);
                return call.Answer(answer, () => call.Terminal.Block((string)answer["csr"]!));
            });
    }

    private static Command Install(Terminal terminal)
    {
        var kid = Kid();
        var chain = new Argument<string>("chain") { Description = "PEM file: the key's certificate first, then who issued it, and so on" };
        return new Command("install", "Publishes a certificate with its key, as x5c of the JWKS; replaces the one before") { kid, chain }
            .WithExamples("keybroker admin signing-keys install KID chain.pem")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var body = new JsonObject { ["chain"] = Encoding.UTF8.GetString(InputFile.Read(call.Get(chain))) };
                var answer = await admin.PostAsync($"signing-keys/{Uri.EscapeDataString(call.Get(kid))}/certificate", body, call.Cancelled);
                return call.Answer(answer, () => call.Terminal.Done(
                    $"{answer["kid"]}: {answer["certificate"]?["subject"]}, issued by {answer["certificate"]?["issuer"]}, until {answer["certificate"]?["notAfter"]}"));
            });
    }

    private static Argument<string> Kid() => new("kid") { Description = "The key, as 'keybroker admin signing-keys list' names it" };
}
