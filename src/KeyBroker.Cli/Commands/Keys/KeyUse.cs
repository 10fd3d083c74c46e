using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>One way to use a key: the members of a call, how a call is completed, and how its result is read.</summary>
/// <param name="Verb">The last segment of the call's path.</param>
/// <param name="Content">The member that holds what the call is about.</param>
/// <param name="Bytes">Members that are bytes.</param>
/// <param name="Others">Members that are not.</param>
internal sealed record KeyUse(string Verb, string Content, string[] Bytes, string[] Others)
{
    public static KeyUse Sign { get; } = new("sign", "message", ["message", "digest"], ["alg", "version"]);

    public static KeyUse Verify { get; } = new("verify", "message", ["message", "digest", "signature"], ["alg", "version"])
    {
        Holds = IsValid,
    };

    public static KeyUse Encrypt { get; } = new("encrypt", "plaintext", ["plaintext", "aad"], []);

    public static KeyUse Decrypt { get; } = new("decrypt", "ciphertext", ["aad"], ["ciphertext"]);

    public static KeyUse Wrap { get; } = new("wrap", "key", ["key", "aad"], []);

    public static KeyUse Unwrap { get; } = new("unwrap", "wrapped", ["aad"], ["wrapped"]);

    public static KeyUse Rewrap { get; } = new("rewrap", "ciphertext", ["aad"], ["ciphertext"]);

    public static KeyUse Mac { get; } = new("mac", "message", ["message"], []);

    public static KeyUse MacVerify { get; } = new("mac-verify", "message", ["message", "mac"], []) { Holds = IsValid };

    public static KeyUse Agree { get; } = new("agree", "peer", [], ["peer", "version"]);

    public static KeyUse DataKey { get; } = new("data-key", "bytes", ["aad"], ["bytes"]) { NeedsContent = false };

    /// <summary>Whether an item without the content is at fault.</summary>
    public bool NeedsContent { get; init; } = true;

    /// <summary>Adds what the options of the command say.</summary>
    public Func<JsonObject, JsonObject> Complete { get; init; } = item => item;

    /// <summary>Opens what came encrypted.</summary>
    public Func<JsonObject, JsonObject> Open { get; init; } = result => result;

    /// <summary>Whether a result is what was hoped for.</summary>
    public Func<JsonObject, bool> Holds { get; init; } = _ => true;

    private static bool IsValid(JsonObject result) => (bool?)result["valid"] == true;
}
