using System.Buffers.Text;
using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands;

/// <summary>random.</summary>
internal static class RandomCommand
{
    private const string Text = "base64url";
    private const string Hex = "hex";
    private const string Raw = "raw";

    public static Command Create(Terminal terminal)
    {
        var bytes = new Argument<int>("bytes") { Description = "How many, 1 to 1024" };
        var format = new Option<string>("--format") { Description = "base64url (default), hex or raw", DefaultValueFactory = _ => Text };
        format.AcceptOnlyFromAmong(Text, Hex, Raw);
        var to = new Option<string?>("--to") { Description = "enc: have them sent encrypted to this machine's attested key, and opened here" };
        to.AcceptOnlyFromAmong("enc");
        var output = new ResultOutput();
        var command = new Command("random", "Gets random bytes of the broker's TPM and its operating system, mixed") { bytes, format, to };
        output.AddTo(command);
        return command
            .WithExamples("keybroker random 32", "keybroker random 64 --to enc --format raw --out seed.bin")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var body = new JsonObject { ["bytes"] = call.Get(bytes) };
                body.AddIfGiven("to", call.Get(to));
                var made = await client.CallAsync(HttpMethod.Post, "/v1/random", body, call.Cancelled);
                return call.WantsJson
                    ? call.Answer(made.Claims, () => { })
                    : output.Write(call, Form(Open(client, made), call.Get(format)));
            });
    }

    private static byte[] Open(BrokerClient client, BrokerResult made) => made.Result.ContainsKey("jwe")
        ? client.Open(made.Text("jwe"))
        : Base64Url.DecodeFromChars(made.Text("random"));

    private static byte[] Form(byte[] bytes, string format) => format switch
    {
        Raw => bytes,
        Hex => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes) + "\n"),
        _ => Encoding.ASCII.GetBytes(Base64Url.EncodeToString(bytes) + "\n"),
    };
}
