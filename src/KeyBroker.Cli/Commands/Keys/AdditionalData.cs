using System.Buffers.Text;
using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>--aad: what has to be the same at decryption as it was at encryption.</summary>
internal sealed class AdditionalData
{
    private readonly Option<string?> _text = new("--aad")
    {
        Description = "Additional data that must be the same at decryption",
        HelpName = "TEXT",
    };

    public void AddTo(Command command) => command.Options.Add(_text);

    /// <summary>Puts it where an item has none of its own.</summary>
    public JsonObject Put(Invocation call, JsonObject item)
    {
        if (call.Get(_text) is { } text)
        {
            item.TryAdd("aad", Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text)));
        }

        return item;
    }
}
